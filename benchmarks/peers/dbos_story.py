"""The complaint on DBOS: one process with its pages; every step and every message is durable in PostgreSQL."""

from __future__ import annotations

import os

import uvicorn
from dbos import DBOS, SetWorkflowID

from benchmarks.peers.desk import PATIENCE_SECONDS, STAGES, Desk, site

desk = Desk()


@DBOS.step()
async def receive(case_no: str) -> None:
    """Intake."""
    await desk.receive(case_no)


@DBOS.step()
async def ask(case_no: str, stage: str) -> None:
    """Somebody is asked."""
    await desk.ask(case_no, stage)


@DBOS.step()
async def note_answer(case_no: str, stage: str) -> None:
    """Somebody answered."""
    await desk.note_answer(case_no, stage)


@DBOS.step()
async def archive(case_no: str) -> None:
    """The end."""
    await desk.archive(case_no)


@DBOS.workflow()
async def complaint(case_no: str) -> None:
    """From intake to archive."""
    await receive(case_no)
    for stage in STAGES:
        await ask(case_no, stage)
        await DBOS.recv_async(topic=stage, timeout_seconds=PATIENCE_SECONDS)
        await note_answer(case_no, stage)
    await archive(case_no)


async def start(case_no: str) -> None:
    """A new case."""
    with SetWorkflowID(case_no):
        await DBOS.start_workflow_async(complaint, case_no)


async def answer(case_no: str, stage: str) -> bool:
    """An answer for a case; it is kept until the case asks for it."""
    await DBOS.send_async(case_no, "done", topic=stage)
    return True


if __name__ == "__main__":
    DBOS(
        config={
            "name": "complaints",
            "system_database_url": os.environ.get("PEER_ENGINE_URL", ""),
            "log_level": "ERROR",
            "run_admin_server": False,
            "application_version": "1",
        }
    )
    DBOS.launch()
    uvicorn.run(
        site(desk, start=start, answer=answer), port=int(os.environ["PEER_PORT"]), log_level="error", access_log=False
    )
