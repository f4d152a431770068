"""Throughput: cases filed all at once and carried to their ends, what that took in time, CPU and engine's database."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.accounts import cpu_between
from benchmarks.figures import Bar, Figure
from benchmarks.house import PEOPLE, running_house, until
from complaints.errors import GiveUp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.house import Household
    from benchmarks.scale import Scale

_WARM_UP = 2
_SETTLE_SECONDS = 4.0
"""After the last case: the engine records its last task runs a little later, and that is work of these cases too."""


@dataclass(frozen=True)
class Batch:
    """What one run took."""

    cases: int
    seconds: float
    cpu: dict[str, float]
    engine_bytes: int
    mails: int
    entries: int
    trouble: dict[str, int]

    @property
    def cases_per_second(self) -> float:
        return self.cases / self.seconds

    @property
    def cpu_per_case(self) -> float:
        """CPU seconds of the whole house, without the people."""
        return sum(seconds for part, seconds in self.cpu.items() if part != PEOPLE) / self.cases

    @property
    def as_dict(self) -> dict[str, Any]:
        """For JSON, with the CPU seconds of every part per case."""
        cpu = {part: round(seconds / self.cases, 3) for part, seconds in self.cpu.items()}
        return {**vars(self), "seconds": round(self.seconds, 1), "cpu": cpu}


async def measure(folder: Path, scale: Scale) -> list[Figure]:
    """Several batches in one house."""
    async with running_house(folder) as house:
        await play(house, _WARM_UP, within=120)
        batches = [await play(house, scale.batch, within=scale.batch_seconds) for _ in range(scale.runs)]
    return _figures(batches, scale)


async def play(house: Household, cases: int, *, within: float) -> Batch:
    """File so many complaints at once and wait for the end of the last."""
    before, told = house.balance(), await house.crowd.order("tell")
    began, size = await _moment(house), await engine_size(house)
    numbers = (await house.crowd.order("file", cases=cases))["case_nos"]
    if not await until(lambda: house.are_over(numbers), within=within):
        done = await house.archived(numbers)
        raise GiveUp(f"only {done} of {cases} cases ended within {within:.0f} seconds")
    await asyncio.sleep(_SETTLE_SECONDS)
    after = await house.crowd.order("tell")
    entries, last = (await house.ask(_ENTRIES, numbers))[0]
    return Batch(
        cases=cases,
        seconds=last - began,
        cpu=cpu_between(before, house.balance()),
        engine_bytes=await engine_size(house) - size,
        mails=after["mails"] - told["mails"],
        entries=entries,
        trouble=after["trouble"],
    )


_ENTRIES = "SELECT count(*), extract(epoch FROM max(at))::float8 FROM events WHERE case_no = ANY($1::text[])"


async def engine_size(house: Household) -> int:
    """Bytes of Prefect's database."""
    return int((await house.ask_engine("SELECT pg_database_size(current_database())"))[0][0])


async def _moment(house: Household) -> float:
    return float((await house.ask("SELECT extract(epoch FROM clock_timestamp())::float8"))[0][0])


def _figures(batches: Sequence[Batch], scale: Scale) -> list[Figure]:
    details = {"batches": [batch.as_dict for batch in batches]}
    work = f"{scale.batch} cases filed at once, 6 answers each, {batches[-1].mails / scale.batch:.1f} mails each"
    people = sum(batch.cpu[PEOPLE] for batch in batches) / sum(batch.cases for batch in batches)
    return [
        Figure(
            "CPU per case",
            tuple(batch.cpu_per_case for batch in batches),
            "s",
            Bar(0.9, 0.4),
            f"{_parts(batches)}; not counted: the people and their mail server, {people:.2f} s",
            details,
        ),
        Figure(
            f"cases per second, {scale.batch} in flight",
            tuple(batch.cases_per_second for batch in batches),
            "/s",
            Bar(1.5, 4, more_is_better=True),
            f"{work}; the people share the cores",
        ),
    ]


def _parts(batches: Sequence[Batch]) -> str:
    cases = sum(batch.cases for batch in batches)
    each = {part: sum(batch.cpu[part] for batch in batches) / cases for part in batches[0].cpu}
    return ", ".join(f"{part} {seconds:.2f}" for part, seconds in each.items() if part != PEOPLE)
