"""Is the engine: Prefect's server in this process, on a database that never answers "database is locked".

The trap, in Prefect 3.8.8: `AioSqliteConfiguration.begin_transaction` (server/database/configurations.py) opens every
transaction with `BEGIN DEFERRED`, unless one of a few callers asks `with_for_update`. Creating a flow run reads first
and writes later; when another writer commits in between, SQLite refuses the write at once with SQLITE_BUSY_SNAPSHOT,
and no busy timeout helps, since waiting cannot. `custom_internal_exception_handler` (server/api/server.py) makes that a
silent 503 and drops the connection. Four clients that create runs at once lose nine requests in ten.

So Prefect is given a database configuration of our own through `set_database_config`, its own seam for that. It begins
every such transaction with `BEGIN IMMEDIATE`, one at a time. PostgreSQL has no such trap and keeps Prefect's.
"""

import asyncio
import gc
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from alembic.util import CommandError
from prefect.server.api.server import create_app
from prefect.server.database.configurations import (
    SQLITE_BEGIN_MODE,
    AioSqliteConfiguration,
    BaseDatabaseConfiguration,
)
from prefect.server.database.dependencies import (
    provide_database_interface,
    set_database_config,
    temporary_database_config,
)
from prefect.server.events.schemas.events import ReceivedEvent
from prefect.server.events.storage import database as storage
from prefect.settings import get_current_settings
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Far above any queue seen (1 s with 8 clients): only a transaction that waits for itself meets it.
LONGEST_WAIT_SECONDS = 60.0
# Open pages and workers hold websockets for ever; at a stop they get this long to leave.
GRACE_SECONDS = 2
# And all of the stop this long.
STOP_SECONDS = 6


class SqliteInTurns(AioSqliteConfiguration):
    """SQLite whose transactions take the write lock as they begin, one after the other, in the order they came.

    They wait here and not in SQLite's busy loop, which is unfair: the longest of 600 state changes took 0.9 s, not 5.6.
    """

    def __init__(self, connection_url: str) -> None:
        super().__init__(connection_url=connection_url)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def begin_transaction(
        self,
        session: AsyncSession,
        with_for_update: bool = False,  # noqa: ARG002, FBT001, FBT002 - Prefect's signature; here all are "for update"
    ) -> AsyncGenerator[AsyncSessionTransaction, None]:
        async with asyncio.timeout(LONGEST_WAIT_SECONDS):
            await self._turn.acquire()
        try:
            async with session.begin() as transaction:
                await _take_write_lock(session)
                yield transaction
        finally:
            self._turn.release()


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


def accept_repeated_events() -> None:
    """On SQLite, events that are told twice are kept once.

    Prefect means to, but a batch of which every event is known already becomes `INSERT ... VALUES ()`, fails on a
    missing column, and after five tries all events that wait with it are dropped (server/events/storage/database.py,
    _write_sqlite_events). A worker that starts again tells its last events again, so it happens here.
    """
    write_all: Any = storage._write_sqlite_events  # noqa: SLF001 - Prefect has no seam here

    async def write_new(session: AsyncSession, events: list[ReceivedEvent]) -> None:
        stored = provide_database_interface().Event
        known = set(await session.scalars(select(stored.id).where(stored.id.in_([event.id for event in events]))))
        if fresh := [event for event in events if event.id not in known]:
            await write_all(session, fresh)

    storage._write_sqlite_events = write_new  # noqa: SLF001 - as above


def prepare_database(url: str) -> None:
    """Choose the database's ways and bring it up to date, where a failure is one sentence and a signal ends it."""
    address = make_url(url)
    try:
        if address.get_backend_name() == "sqlite":
            set_database_config(SqliteInTurns(url))
            accept_repeated_events()
            _lay_empty_database(Path(address.database or ""))
        asyncio.run(_migrate(provide_database_interface().database_config))
    except (OSError, SQLAlchemyError, CommandError) as error:
        reason = str(error).splitlines()[0]
        where = address.render_as_string(hide_password=True)
        raise SystemExit(f"The engine cannot use its database {where}: {reason}") from None


async def _migrate(database: BaseDatabaseConfiguration) -> None:
    with temporary_database_config(database):
        await provide_database_interface().create_db()
    await (await database.engine()).dispose()


def _lay_empty_database(file: Path) -> None:
    """Copy a ready-made empty database, kept beside the installed Prefect: 110 migrations take 7 s, a copy none.

    Prefect's migrations still run on the copy, so one that is out of date costs time only.
    """
    if file.exists() or sys.prefix == sys.base_prefix:
        return
    model = Path(sys.prefix, "var", "redress", f"prefect-{version('prefect')}.db")
    try:
        model.parent.mkdir(parents=True, exist_ok=True)
        if not model.exists():
            _make(model)
        copy = file.with_suffix(".new")
        shutil.copyfile(model, copy)
        for journal in ("-wal", "-shm"):
            # Left by a lost database, it would be played into the new one.
            Path(f"{file}{journal}").unlink(missing_ok=True)
        copy.replace(file)
    except OSError:
        # A read-only environment: the migrations that follow do all of it, slower.
        return


def _make(model: Path) -> None:
    with tempfile.TemporaryDirectory(dir=model.parent) as desk:
        draft = Path(desk, model.name)
        asyncio.run(_migrate(AioSqliteConfiguration(connection_url=f"sqlite+aiosqlite:///{draft}")))
        draft.replace(model)


class Engine(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What is loaded by now stays for ever: let the collector, off until here (see server.py), look past it.
        gc.freeze()
        gc.enable()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.started:
            # uvicorn would first finish the start, and Prefect's services cannot stop before they ran.
            os._exit(0)
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop services and close the database, then leave without asyncio's farewell.

        That waits for every task to end, but some of Prefect's swallow their cancellation (the periodic flush in
        server/services/task_run_recorder.py can), and of some twenty stops under load one never ended.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await super().shutdown(sockets)
                await (await provide_database_interface().engine()).dispose()
        os._exit(0)


class InTheHouse:
    """Forbids Prefect's pages to call anybody but us: the new ones ask Amplitude for its settings, opted out or not."""

    def __init__(self, app: ASGIApp, api_url: str) -> None:
        self._app = app
        address = urlsplit(api_url)
        site = f"{address.scheme}://{address.netloc}"
        self._policy = f"connect-src 'self' {site} {site.replace('http', 'ws', 1)}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["content-security-policy"] = self._policy
            await send(message)

        await self._app(scope, receive, send_policy)


def serve(listener: socket.socket) -> None:
    """Serve on `listener` until SIGTERM or SIGINT."""
    settings = get_current_settings().server
    configuration = uvicorn.Config(
        InTheHouse(create_app(final=True), api_url=settings.ui.api_url or ""),
        lifespan="on",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=settings.api.keepalive_timeout,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    Engine(configuration).run(sockets=[listener])
