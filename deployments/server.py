"""Says how Prefect's server and its clients are set up, and starts that server as a child process of Redress.

    python -m deployments.server --home var --port 4200

What runs then is in deployments/engine.py.
"""

import argparse
import gc
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

LOOPBACK = "127.0.0.1"
DATABASE_URL = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
DAY = 24 * 60 * 60

# Nothing leaves the house.
IN_THE_HOUSE = {
    # The server's telemetry; the pages ask for it too before they load Amplitude.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # The library's telemetry, sent from any process that runs a flow.
    "DO_NOT_TRACK": "1",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    # Nobody is sold a cloud, on the pages or at a prompt.
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLI_PROMPT": "false",
    # Without an address a client would quietly start a server of its own.
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
    # Prefect's log store must hold no personal data, and a library's traceback may quote an address: stderr only.
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_COLORS": "false",
}

SERVICES = {
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    # It loads every PAUSED run every 5 s (a third of a core at 5,000 waiting cases), and our waits carry no timeout.
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
    # A transaction for each state of each bar is a quarter of all this server does: together, once a second.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "1",
    # On PostgreSQL, connections beyond the pool are made for one question and thrown away.
    "PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE": "15",
    # Redress keeps nothing in blocks; describing them costs a first start more than a second.
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
}

# One server process needs no Redis; an operator who runs several names it in these.
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
    # Server and clients come from one lock file, and our server asks for no such token: two calls less per client.
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
    # Outcomes live in the case history: a stored result is a second truth, and might hold personal data.
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_TASKS_DEFAULT_PERSIST_RESULT": "false",
    "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",
    # As rare as can be said here. No variable can say None, which alone spares a thread per flow; the worker must:
    # `temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None})`.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(DAY),
}


def api_url(*, port: int, host: str = LOOPBACK) -> str:
    """The address at which clients reach a server bound to `host`."""
    return f"{_site(host, port)}/api"


def server_environment(*, home: Path, port: int, database_url: str | None, host: str = LOOPBACK) -> dict[str, str]:
    """All that Prefect's server reads; `home` is the Redress home, no `database_url` means SQLite in there."""
    folder = engine_folder(home)
    site = _site(host, port)
    return {
        **_addresses(folder, site),
        DATABASE_URL: database_url or sqlite_url(sqlite_file(folder)),
        "PREFECT_SERVER_API_HOST": host,
        "PREFECT_SERVER_API_PORT": str(port),
        # The pages call this address; without it they look for port 4200.
        "PREFECT_UI_API_URL": f"{site}/api",
        # Prefect copies its pages before it serves them, by default into site-packages, which may be read-only.
        "PREFECT_UI_STATIC_DIRECTORY": str(folder / "ui"),
        # Prefect answers scripts of any web site; only its own pages have business here.
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"{site},http://localhost:{port}",
        # Longer than httpx keeps idle connections: with equal times (5 s) a request may meet one just closed.
        "PREFECT_SERVER_API_KEEPALIVE_TIMEOUT": "30",
        **IN_THE_HOUSE,
        **SERVICES,
        **IN_MEMORY,
    }


def client_environment(*, home: Path, port: int, host: str = LOOPBACK) -> dict[str, str]:
    """All that a worker, portal or command reads before it imports Prefect to talk to that server."""
    return {**_addresses(engine_folder(home), _site(host, port)), **IN_THE_HOUSE, **CLIENT}


def server_command(*, home: Path, port: int, host: str = LOOPBACK) -> list[str]:
    """The child process; a PostgreSQL address belongs into its environment (`DATABASE_URL`), where `ps` shows none."""
    return [sys.executable, "-m", "deployments.server", "--home", str(home), "--host", host, "--port", str(port)]


@dataclass(frozen=True)
class Options:
    home: Path
    host: str
    port: int
    database_url: str | None


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the server until it is told to stop; what prevents it is said in one sentence."""
    # A sixth of the start would be garbage collection that finds nothing.
    gc.disable()
    for order in (signal.SIGINT, signal.SIGTERM):
        signal.signal(order, _leave_at_once)
    options = _read_options(arguments)
    listener = _take_port(options)
    _open_folder(engine_folder(options.home))
    _adopt_environment(options)
    # Prefect reads its settings once, when it is imported: never before this line, and never in the parent process.
    from deployments import engine  # noqa: PLC0415

    engine.prepare_database(os.environ[DATABASE_URL])
    engine.serve(listener)


def _read_options(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m deployments.server", description="Run Redress's Prefect server.")
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("REDRESS_HOME", "var")))
    parser.add_argument("--host", default=LOOPBACK)
    parser.add_argument("--port", type=int, default=4200)
    given = parser.parse_args(arguments)
    return Options(given.home, given.host, given.port, database_url=os.environ.get(DATABASE_URL))


def _take_port(options: Options) -> socket.socket:
    """Listen before the long start: nobody else can take the port, and early clients wait instead of failing."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        message = f"The engine cannot listen on {options.host} port {options.port}: {error.strerror}."
        raise SystemExit(message) from None
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
    for name in ("PREFECT_HOME", "PREFECT_PROFILES_PATH", "PREFECT_API_URL", DATABASE_URL):
        os.environ[name] = ours[name]
    for name, value in ours.items():
        os.environ.setdefault(name, value)
    # `prepare_database` has done it by then.
    os.environ["PREFECT_SERVER_DATABASE_MIGRATE_ON_START"] = "false"


def _leave_at_once(_order: int, _frame: FrameType | None) -> None:
    """Nothing is served yet, and migrations are transactions: no reason to wait for them."""
    os._exit(0)


def engine_folder(home: Path) -> Path:
    return home.absolute() / "prefect"


def sqlite_file(folder: Path) -> Path:
    return folder / "prefect.db"


def sqlite_url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def _site(host: str, port: int) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = LOOPBACK
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _addresses(folder: Path, site: str) -> dict[str, str]:
    return {
        # Away from a developer's own ~/.prefect, its profiles and its cloud key.
        "PREFECT_HOME": str(folder),
        "PREFECT_PROFILES_PATH": str(folder / "profiles.toml"),
        "PREFECT_API_URL": f"{site}/api",
        "PREFECT_UI_URL": site,
    }


if __name__ == "__main__":
    main()
