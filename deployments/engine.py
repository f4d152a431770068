"""Is the engine: Prefect's server in this process. How it keeps SQLite is in deployments/turns.py."""

import asyncio
import gc
import os
import shutil
import socket
import sys
import tempfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import uvicorn
from alembic.util import CommandError
from prefect.server.api.server import create_app
from prefect.server.database.configurations import AioSqliteConfiguration, BaseDatabaseConfiguration
from prefect.server.database.dependencies import provide_database_interface, temporary_database_config
from prefect.settings import get_current_settings
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.trust import trust_what_was_just_used
from deployments.turns import take_turns

# Open pages and workers hold websockets for ever; at a stop they get this long to leave.
GRACE_SECONDS = 2
# And all of the stop this long.
STOP_SECONDS = 6


def prepare_database(url: str) -> None:
    """Choose the database's ways and bring it up to date, where a failure is one sentence and a signal ends it."""
    address = make_url(url)
    try:
        if address.get_backend_name() == "sqlite":
            take_turns(url)
            _lay_empty_database(Path(address.database or ""))
        else:
            trust_what_was_just_used(url)
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
