"""Writers of Prefect's SQLite take turns, so that it never answers "database is locked" and never stands still.

Two traps of Prefect 3.8.8 are cured here, through `set_database_config`, its own seam, and by wrapping two functions
that have none. PostgreSQL has neither trap and keeps Prefect's ways.

1. `AioSqliteConfiguration.begin_transaction` (server/database/configurations.py) opens every transaction with `BEGIN
   DEFERRED`, unless one of a few callers asks `with_for_update`. Creating a flow run reads first and writes later; when
   another writer commits in between, SQLite refuses the write at once with SQLITE_BUSY_SNAPSHOT, and no busy timeout
   helps, since waiting cannot. The server makes that a silent 503. Four clients that create runs at once lose nine
   requests in ten. So every such transaction begins IMMEDIATE, one at a time.
2. A writer that waits in SQLite's busy loop holds its connection's mutex in a thread of its own. When the garbage
   collector, in the event loop's thread, then clears a cursor of that connection, the loop waits for the mutex, and the
   writer that holds the database waits for the loop: the server stands still for the busy timeout of 60 s. So the
   writers outside of such transactions, the recorder of task runs and the persister of events, take turns too.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from prefect.server.database.configurations import SQLITE_BEGIN_MODE, AioSqliteConfiguration
from prefect.server.database.dependencies import provide_database_interface, set_database_config
from prefect.server.events.schemas.events import ReceivedEvent
from prefect.server.events.storage import database as storage
from prefect.server.services import task_run_recorder as recorder
from prefect.server.utilities.database import get_max_query_parameters
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, AsyncSessionTransaction

# Far above any queue seen (1 s with 8 clients): only a transaction that waits for itself meets it.
LONGEST_WAIT_SECONDS = 60.0
# The few writers that are left outside (pausing a deployment in the UI) stop the loop no longer than this.
_BUSY_MS = 2_000


class SqliteInTurns(AioSqliteConfiguration):
    """SQLite whose transactions take the write lock as they begin, one after the other, in the order they came.

    They wait here and not in SQLite's busy loop, which is unfair too: the longest of 600 state changes took 0.9 s
    instead of 5.6.
    """

    def __init__(self, connection_url: str) -> None:
        super().__init__(connection_url=connection_url)
        self._turn = asyncio.Lock()

    async def engine(self) -> AsyncEngine:
        engine = await super().engine()
        if not event.contains(engine.sync_engine, "connect", _wait_briefly):
            event.listen(engine.sync_engine, "connect", _wait_briefly)
        return engine

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None, None]:
        """Nobody else writes until this ends."""
        async with asyncio.timeout(LONGEST_WAIT_SECONDS):
            await self._turn.acquire()
        try:
            yield
        finally:
            self._turn.release()

    @asynccontextmanager
    async def begin_transaction(
        self,
        session: AsyncSession,
        with_for_update: bool = False,  # noqa: ARG002, FBT001, FBT002 - Prefect's signature; here all are "for update"
    ) -> AsyncGenerator[AsyncSessionTransaction, None]:
        async with self.turn(), session.begin() as transaction:
            await _take_write_lock(session)
            yield transaction


def _wait_briefly(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    cursor.close()


async def _take_write_lock(session: AsyncSession) -> None:
    """Begin now, so that the mode is this session's alone.

    Prefect leaves it set as long as the transaction lasts, and it leaks into tasks started meanwhile
    (server/events/models/automations.py starts one): their mere reads would lock all writers out.
    """
    mode = SQLITE_BEGIN_MODE.set("IMMEDIATE")
    try:
        await session.connection()
    finally:
        SQLITE_BEGIN_MODE.reset(mode)


def take_turns(url: str) -> None:
    """Set Prefect's server up for its SQLite database at `url`."""
    configuration = SqliteInTurns(url)
    set_database_config(configuration)
    _persist_events_in_turn(configuration)
    _record_task_runs_in_turn(configuration)


def _persist_events_in_turn(configuration: SqliteInTurns) -> None:
    """Write events in one transaction, and an event that is told twice once.

    Prefect means to keep it once, but a batch of which every event is known already becomes `INSERT ... VALUES ()`,
    fails on a missing column, and after five tries all events that wait with it are dropped (_write_sqlite_events). A
    worker that starts again tells its last events again, so it happens here.
    """
    write_all: Any = storage._write_sqlite_events  # noqa: SLF001 - Prefect has no seam here

    async def write_new(session: AsyncSession, events: list[ReceivedEvent]) -> None:
        stored = provide_database_interface().Event
        async with configuration.begin_transaction(session):
            known = set(await session.scalars(select(stored.id).where(stored.id.in_([event.id for event in events]))))
            if fresh := [event for event in events if event.id not in known]:
                await write_all(session, fresh)

    storage._write_sqlite_events = write_new  # noqa: SLF001 - as above


def _record_task_runs_in_turn(configuration: SqliteInTurns) -> None:
    """Record task runs as the only writer, and without those whose flow run was deleted.

    One of these would fail its whole batch, five times, and then all task runs of it are lost.
    """
    record: Any = recorder._record_bulk_task_run_events  # noqa: SLF001 - Prefect has no seam here

    async def record_in_turn(events: list[ReceivedEvent]) -> None:
        async with configuration.turn():
            await record(await _of_known_runs(events))

    recorder._record_bulk_task_run_events = record_in_turn  # noqa: SLF001 - as above


async def _of_known_runs(events: list[ReceivedEvent]) -> list[ReceivedEvent]:
    database = provide_database_interface()
    runs = {event.id: recorder.task_run_from_event(event).flow_run_id for event in events}
    asked, known = list({run for run in runs.values() if run is not None}), set()
    most = get_max_query_parameters()
    async with database.session_context() as session:
        for start in range(0, len(asked), most):
            batch = asked[start : start + most]
            known |= set(await session.scalars(select(database.FlowRun.id).where(database.FlowRun.id.in_(batch))))
    return [event for event in events if runs[event.id] is None or runs[event.id] in known]
