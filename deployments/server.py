"""Starts the engine: Prefect's server (API, UI and services) as a child process that stays in the house and never says "database is locked".

    python -m deployments.server --home var --port 4200

The trap, in Prefect 3.8.8. `server/database/configurations.py` (`AioSqliteConfiguration.begin_transaction`) opens nearly every
transaction with `BEGIN DEFERRED`; only four callers ask for `with_for_update`. Creating a flow run reads first and writes later, so when
another writer commits in between, SQLite refuses the upgrade at once with SQLITE_BUSY_SNAPSHOT: no busy timeout is waited for, since no
waiting can help. `server/api/server.py` (`custom_internal_exception_handler`) turns that into a silent 503. Four clients creating runs at once
lose nine requests in ten. So our server gives Prefect a database configuration of its own, through `set_database_config`, that begins every such
transaction with `BEGIN IMMEDIATE`, one at a time. PostgreSQL has no such trap and keeps Prefect's own configuration.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import shutil
import signal
import socket
import sys
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from types import FrameType

    from prefect.server.database.configurations import BaseDatabaseConfiguration
    from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction

LOOPBACK = "127.0.0.1"
DATABASE_URL = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
DAY = 24 * 60 * 60

# How long a transaction waits for its turn before the request fails: far above any queue seen (1 s with 8 clients), so that
# only a transaction that waits for itself meets it.
LONGEST_WAIT = 60.0
# Open pages and workers hold websockets for ever; at a stop they are given this long to leave.
GRACE_SECONDS = 2

# Nothing leaves the house.
IN_THE_HOUSE = {
    # The server's telemetry; the new UI reads this too before it loads Amplitude.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # The client library's telemetry, sent from any process that runs a flow.
    "DO_NOT_TRACK": "1",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    # Nobody is sold a cloud, on the pages or at a prompt.
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLI_PROMPT": "false",
    # Without an address a client would quietly start a server of its own.
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    # Prefect's log store must hold no personal data, and a library's traceback may quote an address. Logs go to stderr only.
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_LOGGING_COLORS": "false",
}

SERVICES = {
    # Loads every PAUSED run every 5 s (a third of a core at 5,000 waiting cases), and our waits carry no engine timeout.
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    # Automations are not how Redress escalates (they know no calendars); evaluating them costs a sixth of all work.
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    # A complaint takes about 1 MB here, and its record is the case history: keep what owners look back at.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(60 * DAY),
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P7D",
    # "Late" should say that no worker is there, not that many complaints came at once.
    "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": "60",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS": "15",
    # Deployments change when Redress starts, not every 5 s.
    "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "30",
    # Task runs and events arrive in bursts: write them together, and soon enough for somebody who watches.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "0.5",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "1",
    # Redress keeps nothing in blocks; describing them costs a first start more than a second.
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
}

# One server process needs no Redis; several need it here (docs on growing out of one machine).
IN_MEMORY = {
    "PREFECT_SERVER_DOCKET_URL": "memory://",
    "PREFECT_SERVER_EVENTS_MESSAGING_BROKER": "prefect.server.utilities.messaging.memory",
    "PREFECT_SERVER_EVENTS_MESSAGING_CACHE": "prefect.server.utilities.messaging.memory",
    "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect.server.events.ordering.memory",
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.memory",
}

CLIENT = {
    # A run is picked up when it is due, not 10 s early; and looked for every second, since a person waits.
    "PREFECT_WORKER_PREFETCH_SECONDS": "0",
    "PREFECT_WORKER_QUERY_SECONDS": "1",
    # Server and clients come from one lock file: no call per client to compare versions, none for a token that is not asked for.
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
    # Outcomes live in the case history. A cached or pickled result would be a second truth, and might hold personal data.
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_TASKS_DEFAULT_PERSIST_RESULT": "false",
    "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",
    # The longest allowed. Only `temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None})` in the worker turns heartbeats off:
    # no environment variable can say None.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(DAY),
}


def api_url(*, host: str, port: int) -> str:
    """The address clients use for a server bound to `host`."""
    return f"{_site(host, port)}/api"


def server_environment(*, home: Path, port: int, database_url: str | None, host: str = LOOPBACK) -> dict[str, str]:
    """Everything Prefect's server reads; `home` is the Redress home, no `database_url` means SQLite in there."""
    folder = _engine_folder(home)
    site = _site(host, port)
    return {
        **_folders(folder),
        DATABASE_URL: database_url or _sqlite_url(_sqlite_file(folder)),
        "PREFECT_SERVER_API_HOST": host,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_API_URL": f"{site}/api",
        # The pages call this address; without it they look for port 4200.
        "PREFECT_UI_API_URL": f"{site}/api",
        "PREFECT_UI_URL": site,
        # Prefect copies its pages before it serves them, by default into site-packages, which may be read-only.
        "PREFECT_UI_STATIC_DIRECTORY": str(folder / "ui"),
        # Prefect answers any web site's scripts; only its own pages have business here.
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"{site},http://localhost:{port}",
        # Longer than httpx keeps an idle connection (5 s, like the default): equal times race, and the loser gets a closed one.
        "PREFECT_SERVER_API_KEEPALIVE_TIMEOUT": "30",
        **IN_THE_HOUSE,
        **SERVICES,
        **IN_MEMORY,
    }


def client_environment(*, home: Path, port: int, host: str = LOOPBACK) -> dict[str, str]:
    """Everything that a worker, portal or command reads before it talks to that server."""
    site = _site(host, port)
    return {
        **_folders(_engine_folder(home)),
        "PREFECT_API_URL": f"{site}/api",
        "PREFECT_UI_URL": site,
        **IN_THE_HOUSE,
        **CLIENT,
    }


def server_command(*, home: Path, port: int, host: str = LOOPBACK) -> list[str]:
    """The child process to start; a PostgreSQL address goes into its environment as `DATABASE_URL`, never on the command line."""
    return [sys.executable, "-m", "deployments.server", "--home", str(home), "--host", host, "--port", str(port)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the server until it is told to stop; what prevents it is said in one sentence."""
    # A sixth of the start would be garbage collection that finds nothing.
    gc.disable()
    for order in (signal.SIGINT, signal.SIGTERM):
        signal.signal(order, _leave_at_once)
    options = _read_options(arguments)
    listener = _take_port(options)
    _open_folder(_engine_folder(options.home))
    _adopt_environment(options)
    # Prefect reads its settings once, when it is imported: never before this line.
    database = _choose_database()
    asyncio.run(_prepare(database, options))
    _serve(listener)


@dataclass(frozen=True)
class Options:
    home: Path
    host: str
    port: int
    database_url: str | None


def _read_options(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(
        prog="python -m deployments.server", description="Run Prefect's server for Redress."
    )
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("REDRESS_HOME", "var")))
    parser.add_argument("--host", default=LOOPBACK)
    parser.add_argument("--port", type=int, default=4200)
    given = parser.parse_args(arguments)
    return Options(home=given.home, host=given.host, port=given.port, database_url=os.environ.get(DATABASE_URL) or None)


def _take_port(options: Options) -> socket.socket:
    """Listen before the long start, so that no other program can take the port and early clients wait instead of failing."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        raise SystemExit(f"The engine cannot listen on {options.host} port {options.port}: {error.strerror}.") from None
    return listener


def _open_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SystemExit(f"The engine cannot write to {folder}: {error.strerror}.") from None


def _adopt_environment(options: Options) -> None:
    """Ours where it says which house this is; elsewhere a variable that the operator set wins."""
    ours = server_environment(
        home=options.home, port=options.port, database_url=options.database_url, host=options.host
    )
    for name in ("PREFECT_HOME", "PREFECT_API_URL", DATABASE_URL):
        os.environ[name] = ours[name]
    os.environ |= ours | os.environ
    # `_prepare` has migrated by then; looking again costs a fifth of a second.
    os.environ["PREFECT_SERVER_DATABASE_MIGRATE_ON_START"] = "false"


def _choose_database() -> BaseDatabaseConfiguration:
    from prefect.server.database.dependencies import (  # noqa: PLC0415 - see main
        provide_database_interface,
        set_database_config,
    )

    url = os.environ[DATABASE_URL]
    if url.startswith("sqlite"):
        set_database_config(sqlite_in_turns(url))
    return provide_database_interface().database_config


def sqlite_in_turns(url: str) -> BaseDatabaseConfiguration:
    """SQLite whose transactions take the write lock when they begin, one after the other, in the order they came."""
    from prefect.server.database.configurations import (  # noqa: PLC0415 - see main
        SQLITE_BEGIN_MODE,
        AioSqliteConfiguration,
    )

    class SqliteInTurns(AioSqliteConfiguration):
        # Waiting here, not in SQLite's busy loop, is fair: it cut the longest of 600 state changes from 5.6 s to 0.9 s.
        turn = asyncio.Lock()

        @asynccontextmanager
        async def begin_transaction(
            self,
            session: AsyncSession,
            with_for_update: bool = False,  # noqa: ARG002, FBT001, FBT002 - Prefect's signature; every transaction is one "for update"
        ) -> AsyncGenerator[AsyncSessionTransaction, None]:
            await asyncio.wait_for(self.turn.acquire(), LONGEST_WAIT)
            try:
                async with session.begin() as transaction:
                    # Begin at once, so that the mode is this session's alone: left set, as Prefect does, it would leak into tasks
                    # started inside (server/events/models/automations.py does so) and make their reads lock writers out.
                    mode = SQLITE_BEGIN_MODE.set("IMMEDIATE")
                    try:
                        await session.connection()
                    finally:
                        SQLITE_BEGIN_MODE.reset(mode)
                    yield transaction
            finally:
                self.turn.release()

    return SqliteInTurns(connection_url=url)


async def _prepare(database: BaseDatabaseConfiguration, options: Options) -> None:
    """Bring the database up to date before the server runs, where a failure is one sentence and a signal ends it."""
    from alembic.util import CommandError  # noqa: PLC0415 - see main
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - see main

    try:
        if options.database_url is None:
            await _lay_empty_database(_sqlite_file(_engine_folder(options.home)))
        await _migrate(database)
    except (OSError, SQLAlchemyError, CommandError) as error:
        reason = str(error).splitlines()[0]
        raise SystemExit(f"The engine cannot use its database: {reason}") from None


async def _migrate(database: BaseDatabaseConfiguration) -> None:
    from prefect.server.database.dependencies import (  # noqa: PLC0415 - see main
        provide_database_interface,
        temporary_database_config,
    )

    with temporary_database_config(database):
        await provide_database_interface().create_db()
    await (await database.engine()).dispose()


async def _lay_empty_database(file: Path) -> None:
    """Copy a ready-made empty database, kept with the installed Prefect: its 110 migrations take 7 s, a copy nothing."""
    from prefect.server.database.configurations import AioSqliteConfiguration  # noqa: PLC0415 - see main

    if file.exists() or sys.prefix == sys.base_prefix:
        return
    shelf = Path(sys.prefix, "var", "redress")
    model = shelf / f"prefect-{version('prefect')}.db"
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=shelf) as desk:
            if not model.exists():
                draft = Path(desk, "draft.db")
                await _migrate(AioSqliteConfiguration(connection_url=_sqlite_url(draft)))
                draft.replace(model)
        copy = file.with_suffix(".new")
        shutil.copyfile(model, copy)
        copy.replace(file)
    except OSError:
        # A read-only environment: the migrations that follow do the same, slower.
        return


class Engine(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What is loaded by now stays for ever; collecting it again and again finds nothing.
        gc.freeze()
        gc.enable()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.started:
            _leave_at_once(sig, frame)
        super().handle_exit(sig, frame)


def _serve(listener: socket.socket) -> None:
    from prefect.server.api.server import create_app  # noqa: PLC0415 - see main

    configuration = uvicorn.Config(
        create_app(final=True),
        lifespan="on",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=int(os.environ["PREFECT_SERVER_API_KEEPALIVE_TIMEOUT"]),
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    # uvicorn raises the signal that stopped it once more at the end; by then all is done and the exit code is 0.
    for order in (signal.SIGINT, signal.SIGTERM):
        signal.signal(order, signal.SIG_IGN)
    Engine(configuration).run(sockets=[listener])


def _leave_at_once(_order: int, _frame: FrameType | None) -> None:
    """Nothing is served yet, and migrations are transactions: no reason to wait for them."""
    os._exit(0)


def _site(host: str, port: int) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = LOOPBACK
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _engine_folder(home: Path) -> Path:
    return home.absolute() / "prefect"


def _sqlite_file(folder: Path) -> Path:
    return folder / "prefect.db"


def _sqlite_url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def _folders(folder: Path) -> dict[str, str]:
    # Also away from a developer's own ~/.prefect, its profiles and its cloud key.
    return {"PREFECT_HOME": str(folder), "PREFECT_PROFILES_PATH": str(folder / "profiles.toml")}


if __name__ == "__main__":
    main()
