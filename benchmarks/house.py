"""The house of a benchmark: PostgreSQL, Prefect server, portal and worker as processes of their own, and its people."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.settings import Settings
from benchmarks.accounts import balance
from benchmarks.crowd import hired_people
from benchmarks.packs import write_pack
from benchmarks.postgres import started_postgres
from complaints.errors import GiveUp
from deployments.running import free_ports
from deployments.supervisor import Supervisor
from portal.errand import migrate_house, prepare_home

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from benchmarks.accounts import Balance
    from benchmarks.crowd import Crowd
    from benchmarks.postgres import Postgres
from deployments.supervisor import Part

BUSINESS, ENGINE = "redress", "prefect"
"""The databases of the instance."""
_LOOK_EVERY = 0.2

PEOPLE = "people"
"""Their account, which is no part of what a house costs."""


@dataclass
class Household:
    """A set of processes with a PostgreSQL instance, and the people who load it."""

    postgres: Postgres
    crowd: Crowd
    parts: list[Part]

    def balance(self) -> dict[str, Balance]:
        """What every part has used so far, and the people apart."""
        return balance({**self._pids(), PEOPLE: self.crowd.process.pid})

    def pid_of(self, name: str) -> int:
        """The process of one part."""
        return self._pids()[name]

    def _pids(self) -> dict[str, int]:
        running = {part.name: part.process.pid for part in self.parts if part.process}
        return {**running, "postgres": self.postgres.pid}

    async def ask(self, query: str, *values: object) -> list[Any]:
        """The rows that the business database answers with."""
        return await self.postgres.ask(BUSINESS, query, *values)

    async def ask_engine(self, query: str, *values: object) -> list[Any]:
        """The rows that Prefect's database answers with."""
        return await self.postgres.ask(ENGINE, query, *values)

    async def count(self, query: str, *values: object) -> int:
        """The number that the business database answers with."""
        return int((await self.ask(query, *values))[0][0])

    async def archived(self, case_nos: list[str]) -> int:
        """How many of these cases are at their end."""
        query = "SELECT count(*) FROM cases WHERE stage IS NULL AND case_no = ANY($1::text[])"
        return await self.count(query, case_nos)

    async def are_over(self, case_nos: list[str]) -> bool:
        """Whether these cases are at their end and nothing is left to do for them."""
        return await self.archived(case_nos) == len(case_nos)


@dataclass
class BenchHouse(Household):
    """A running house of Redress."""

    settings: Settings
    supervisor: Supervisor

    async def are_over(self, case_nos: list[str]) -> bool:
        """Whether these cases are archived, their letters out and their runs completed."""
        if not await super().are_over(case_nos):
            return False
        waiting = "SELECT count(*) FROM letters WHERE status = 'waiting' AND case_no = ANY($1::text[])"
        if await self.count(waiting, case_nos):
            return False
        query = "SELECT count(*) FROM flow_run WHERE state_type <> 'COMPLETED' AND name = ANY($1::text[])"
        return not int((await self.ask_engine(query, case_nos))[0][0])

    async def restart(self, name: str, **environment: str) -> None:
        """Stop a part as an operator does, and start it again with these variables."""
        part = next(part for part in self.parts if part.name == name)
        await part.stop()
        part.environment |= environment
        await part.start()
        if not await until(part.is_ready, within=60):
            raise GiveUp(f"{name} does not start again: see {part.log_file}")


async def until(is_so: Callable[[], Awaitable[bool]], *, within: float) -> bool:
    """Look until it is so; whether it was in time (seconds)."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if await is_so():
            return True
        await asyncio.sleep(_LOOK_EVERY)
    return False


@asynccontextmanager
async def running_house(folder: Path, **changed: Any) -> AsyncIterator[BenchHouse]:  # noqa: ANN401  any setting
    """A new house in an empty folder, with new databases and these settings changed; gone afterwards."""
    database_port, portal_port, prefect_port, worker_port = free_ports(4)
    prepare_home(folder)
    async with AsyncExitStack() as stack:
        postgres = await stack.enter_async_context(started_postgres(folder / "postgres", database_port))
        await postgres.make(BUSINESS, ENGINE)
        crowd = await stack.enter_async_context(hired_people(folder))
        wanted = {
            "home": folder / "home",
            "policy": str(write_pack(folder / "policies")),
            "database_url": postgres.url(BUSINESS),
            "prefect_database_url": postgres.url(ENGINE),
            "portal_port": portal_port,
            "prefect_port": prefect_port,
            "worker_port": worker_port,
            "smtp_port": crowd.smtp_port,
            "catch_mail": False,
        }
        # Not from the environment: a benchmark must not touch the house that the operator runs.
        settings = Settings.model_construct(**{**_defaults(), **wanted, **changed})
        house = BenchHouse(postgres, crowd, [], settings, Supervisor(settings))
        stack.push_async_callback(house.supervisor.stop)
        await _open(house)
        yield house


@asynccontextmanager
async def watched(house: BenchHouse) -> AsyncIterator[None]:
    """The supervisor restarts what dies, as in a house that an operator runs."""
    stop = asyncio.Event()
    watching = asyncio.create_task(house.supervisor.watch(stop))
    try:
        yield
    finally:
        stop.set()
        await watching


async def _open(house: BenchHouse) -> None:
    prepare_home(house.settings.home)
    await asyncio.to_thread(migrate_house, house.settings)
    await house.supervisor.start()
    house.parts = house.supervisor.parts
    await house.crowd.order("meet", portal=house.settings.public_url)
    if not await until(lambda: _is_worker_ready(house), within=60):
        raise GiveUp(f"The worker does not start: see {house.settings.home / 'logs' / 'worker.log'}")


async def _is_worker_ready(house: BenchHouse) -> bool:
    """Whether it looks for cases: that its deployment stands already says only that it is about to."""
    said = await asyncio.to_thread((house.settings.home / "logs" / "worker.log").read_text, "utf-8", "replace")
    return "worker.ready" in said


def _defaults() -> dict[str, Any]:
    return {name: told.get_default(call_default_factory=True) for name, told in Settings.model_fields.items()}
