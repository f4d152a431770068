"""The complaint on Prefect as it comes: `serve()`, and a process for every stretch of a run between two waits."""

from __future__ import annotations

from prefect import flow, task
from prefect.flow_runs import suspend_flow_run

from benchmarks.peers.desk import PATIENCE_SECONDS, STAGES, Desk

desk = Desk()


@task(persist_result=True)
async def receive(case_no: str) -> str:
    """Intake."""
    await desk.receive(case_no)
    return case_no


@task(persist_result=True)
async def ask(case_no: str, stage: str) -> str:
    """Somebody is asked."""
    await desk.ask(case_no, stage)
    return stage


@task(persist_result=True)
async def note_answer(case_no: str, stage: str) -> str:
    """Somebody answered."""
    await desk.note_answer(case_no, stage)
    return stage


@task(persist_result=True)
async def archive(case_no: str) -> str:
    """The end."""
    await desk.archive(case_no)
    return case_no


@flow(name="peer", persist_result=True)
async def complaint(case_no: str) -> None:
    """From intake to archive; what is done is not done again, since results are kept."""
    await receive(case_no)
    for stage in STAGES:
        await ask(case_no, stage)
        await suspend_flow_run(key=stage, timeout=PATIENCE_SECONDS)  # type: ignore[misc]  # declared for a plain flow
        await note_answer(case_no, stage)
    await archive(case_no)


if __name__ == "__main__":
    complaint.serve(name="peer", limit=6, pause_on_shutdown=False, print_starting_message=False)
