"""Writers of Prefect's SQLite take turns: each story runs in a process that is set up as the server's is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from adapters.settings import ROOT
from deployments.server import server_environment
from tests.engine.machinery import free_port

SCENE = """
import asyncio
from datetime import UTC, datetime
from uuid import uuid4
from prefect.server.database.dependencies import provide_database_interface
from prefect.server.events.schemas.events import ReceivedEvent
from prefect.server.events.storage.database import write_events
from prefect.server.services import task_run_recorder as recorder
from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL
from sqlalchemy import func, select
from deployments.engine import prepare_database

prepare_database(PREFECT_API_DATABASE_CONNECTION_URL.value())
db = provide_database_interface()

def bar(flow_run_id):
    run = f"prefect.flow-run.{flow_run_id}"
    return ReceivedEvent(
        id=uuid4(),
        occurred=datetime.now(UTC),
        event="prefect.task-run.Running",
        resource={"prefect.resource.id": f"prefect.task-run.{uuid4()}", "prefect.orchestration": "client"},
        related=[{"prefect.resource.id": run, "prefect.resource.role": "flow-run"}],
        payload={
            "validated_state": {"type": "RUNNING", "name": "Running"},
            "task_run": {"name": "bar", "task_key": "bar", "dynamic_key": str(uuid4())},
        },
    )

async def new_run():
    async with db.session_context(begin_transaction=True) as session:
        flow = db.Flow(name=str(uuid4()))
        session.add(flow)
        await session.flush()
        run = db.FlowRun(flow_id=flow.id, flow_version="1")
        session.add(run)
        await session.flush()
        return run.id

async def bars():
    async with db.session_context() as session:
        return (await session.execute(select(func.count()).select_from(db.TaskRun))).scalar_one()
"""

TOLD_TWICE = """
async def story():
    resource = {"prefect.resource.id": "redress.test"}
    event = ReceivedEvent(id=uuid4(), occurred=datetime.now(UTC), event="redress.test", resource=resource)
    for _ in range(2):
        async with db.session_context() as session:
            await write_events(session=session, events=[event])
            await session.commit()
    async with db.session_context() as session:
        assert (await session.execute(select(func.count()).select_from(db.Event))).scalar_one() == 1

asyncio.run(story())
"""

A_RUN_IS_GONE = """
async def story():
    here = await new_run()
    await recorder.record_bulk_task_run_events([bar(here), bar(uuid4()), bar(here)])
    assert await bars() == 2

asyncio.run(story())
"""

WAITING = """
async def story():
    here, engine = await new_run(), await db.engine()
    async with db.session_context(begin_transaction=True):
        writing = asyncio.create_task(recorder.record_bulk_task_run_events([bar(here)]))
        await asyncio.sleep(0.3)
        assert not writing.done()
        assert engine.pool.checkedout() == 1
    await writing
    assert await bars() == 1

asyncio.run(story())
"""


def expect_well_told(story: str, home: Path) -> None:
    environment = {**os.environ, **server_environment(home=home, port=free_port(), database_url=None)}
    Path(environment["PREFECT_HOME"]).mkdir(parents=True)
    told = subprocess.run(
        [sys.executable, "-c", SCENE + story], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr


def test_events_told_again_are_no_failure_of_those_that_write_them(tmp_path: Path) -> None:
    """A failure would make the server drop every other event that waits with them, after five tries."""
    expect_well_told(TOLD_TWICE, tmp_path)


def test_a_bar_of_a_deleted_run_spoils_no_other_bar(tmp_path: Path) -> None:
    expect_well_told(A_RUN_IS_GONE, tmp_path)


def test_a_recorder_that_waits_for_its_turn_holds_no_connection(tmp_path: Path) -> None:
    """In SQLite's busy loop it would hold one, and stop the server with it (deployments/turns.py)."""
    expect_well_told(WAITING, tmp_path)
