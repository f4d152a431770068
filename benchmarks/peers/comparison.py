"""The comparison: the same complaint on DBOS and on stock Prefect, with the same people and accounts, as ratios."""

from __future__ import annotations

import asyncio
import statistics
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from benchmarks.crowd import hired_people
from benchmarks.figures import Figure
from benchmarks.house import BUSINESS, ENGINE, Household, until
from benchmarks.peers.desk import TABLES
from benchmarks.postgres import started_postgres
from benchmarks.report import shown
from benchmarks.throughput import play
from benchmarks.wake import HOT, figures_of, run
from complaints.errors import GiveUp
from deployments.running import free_ports
from deployments.supervisor import Part
from portal.errand import prepare_home

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

_NEEDS = ("dbos", "aiosmtplib", "asyncpg", "jinja2", "python-multipart", "starlette", "uvicorn")
_START_SECONDS = 120.0


@dataclass(frozen=True)
class Peer:
    """An engine, and how much of it can be had in a short run."""

    name: str
    batch: int
    wake_cases: int
    think_seconds: float


DBOS = Peer("DBOS", batch=60, wake_cases=4, think_seconds=0.5)
STOCK = Peer("Prefect serve()", batch=2, wake_cases=1, think_seconds=4)


async def compare(folder: Path, *, runs: int) -> list[Figure]:
    """Both peers, one after the other."""
    prepare_home(folder)
    return [figure for peer in (DBOS, STOCK) for figure in await _measure(folder / peer.name[:4], peer, runs)]


async def _measure(folder: Path, peer: Peer, runs: int) -> list[Figure]:
    async with _running(folder, peer) as house:
        await play(house, 1, within=180)
        batches = [await play(house, peer.batch, within=300) for _ in range(runs)]
        await house.crowd.order("behave", think_seconds=peer.think_seconds)
        wakes = [await run(house, peer.wake_cases) for _ in range(runs)]
    trouble = f"{peer.batch} in flight; people met {batches[-1].trouble}" if batches[-1].trouble else ""
    details = {"batches": [batch.as_dict for batch in batches]}
    measured = [
        Figure("CPU per case", tuple(batch.cpu_per_case for batch in batches), "s", None, trouble, details),
        Figure("cases per second", tuple(batch.cases_per_second for batch in batches), "/s"),
        *figures_of(HOT, wakes),
    ]
    return [
        Figure(f"{peer.name}: {one.measure}", one.values, one.unit, None, one.note, one.details) for one in measured
    ]


@asynccontextmanager
async def _running(folder: Path, peer: Peer) -> AsyncIterator[Household]:
    prepare_home(folder)
    database_port, port, prefect_port = free_ports(3)
    async with AsyncExitStack() as stack:
        postgres = await stack.enter_async_context(started_postgres(folder / "postgres", database_port))
        await postgres.make(BUSINESS, ENGINE)
        crowd = await stack.enter_async_context(hired_people(folder))
        house = Household(postgres, crowd, [])
        for statement in TABLES:
            await house.ask(statement)
        environment = {
            "PEER_DATABASE_URL": postgres.url(BUSINESS),
            "PEER_ENGINE_URL": postgres.url(ENGINE),
            "PEER_SMTP_PORT": str(crowd.smtp_port),
            "PEER_PORT": str(port),
            "PEER_URL": f"http://127.0.0.1:{port}",
        }
        planned = _stock_parts(folder, environment, prefect_port) if peer is STOCK else await _dbos(folder, environment)
        for part in planned:
            house.parts.append(part)
            await part.start()
            stack.push_async_callback(part.stop)
            if not await until(part.is_ready, within=_START_SECONDS):
                raise GiveUp(f"{part.name} of {peer.name} does not start: see {part.log_file}")
        if peer is STOCK and not await until(lambda: _is_deployed(house), within=_START_SECONDS):
            raise GiveUp(f"{peer.name} does not serve: see {folder / 'serve.log'}")
        await crowd.order("meet", portal=environment["PEER_URL"])
        yield house


async def _is_deployed(house: Household) -> bool:
    return bool(await house.ask_engine("SELECT 1 FROM deployment LIMIT 1"))


async def _dbos(folder: Path, environment: dict[str, str]) -> list[Part]:
    """DBOS in an environment of its own: what it needs must not decide what Redress gets."""
    python = folder / "venv" / "bin" / "python"
    await _do(folder, sys.executable, "-m", "venv", str(folder / "venv"))
    await _do(folder, str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_NEEDS)
    command = [str(python), "-m", "benchmarks.peers.dbos_story"]
    return [Part("dbos", command, environment, folder / "dbos.log", f"{environment['PEER_URL']}/healthz")]


async def _do(folder: Path, *command: str) -> None:
    with (folder / "setup.log").open("ab") as log:
        done = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
        if await done.wait():
            raise GiveUp(f"{' '.join(command[1:4])} failed: see {folder / 'setup.log'}")


def _stock_parts(folder: Path, environment: dict[str, str], port: int) -> list[Part]:
    api = f"http://127.0.0.1:{port}/api"
    told = {
        **environment,
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": api,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_API_DATABASE_CONNECTION_URL": environment["PEER_ENGINE_URL"].replace("://", "+asyncpg://", 1),
        # Ten seconds as it comes; one is what a person who waits would set.
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "true",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "DO_NOT_TRACK": "1",
    }
    python, log = sys.executable, folder
    return [
        Part("server", [python, "-m", "prefect", "server", "start"], told, log / "server.log", f"{api}/health"),
        Part("serve", [python, "-m", "benchmarks.peers.prefect_story"], told, log / "serve.log"),
        Part(
            "pages",
            [python, "-m", "benchmarks.peers.prefect_pages"],
            told,
            log / "pages.log",
            f"{environment['PEER_URL']}/healthz",
        ),
    ]


def print_ratios(ours: Sequence[Figure], theirs: Sequence[Figure]) -> None:
    """What the peers took, and how many times that is of what Redress took."""
    table = Table(title="Peers: the same process, measured in the same way")
    for heading in ("measure", "reached", "spread", "against Redress"):
        table.add_column(heading, justify="left" if heading == "measure" else "right")
    for figure in theirs:
        spread = f"{shown(min(figure.values))} - {shown(max(figure.values))} ({len(figure.values)})"
        table.add_row(figure.measure, f"{shown(figure.median)} {figure.unit}", spread, ratio(figure, ours))
    Console().print(table)


def ratio(theirs: Figure, ours: Sequence[Figure]) -> str:
    """How many times ours theirs is; empty when we have no such figure."""
    measure = theirs.measure.partition(": ")[2]
    same = next((figure for figure in ours if figure.measure.startswith(measure)), None)
    return f"x {shown(theirs.median / same.median)}" if same and statistics.median(same.values) else ""
