"""Wake: how long from an accepted answer until the case's flow has looked at it and decided, hot and cold.

Both moments stand in the history: the answer's entry is dated before its transaction begins, and the flow's next entry
after the flow has woken, read the case and decided. So what is told here is more than the wake alone, never less.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from adapters.window import FLOW
from benchmarks.figures import Bar, Figure, percentile
from benchmarks.house import running_house, until
from complaints.errors import GiveUp
from portal.errand import prepare_home

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmarks.house import Household
    from benchmarks.scale import Scale

_WITHIN = 120.0


@dataclass(frozen=True)
class Kind:
    """One of the two ways in which a case waits."""

    name: str
    hot_limit: int
    think_seconds: float
    """How long people think before they answer, so that the case has come to rest."""
    median: Bar
    worst: Bar


HOT = Kind("hot", 2000, 0.7, median=Bar(25, 5), worst=Bar(60, 15))
COLD = Kind("cold", 0, 1.5, median=Bar(1500, 300), worst=Bar(2500, 800))


@dataclass(frozen=True)
class Moment:
    """When an entry of a history was written, and by whom."""

    case_no: str
    origin: str
    at: float


async def measure(folder: Path, scale: Scale) -> list[Figure]:
    """Hot and cold, each in a house of its own, with one case at a time."""
    prepare_home(folder)
    return [figure for kind in (HOT, COLD) for figure in await _measure(folder / kind.name, scale, kind)]


async def _measure(folder: Path, scale: Scale, kind: Kind) -> list[Figure]:
    async with running_house(folder, worker_hot_limit=kind.hot_limit) as house:
        await _play_one(house)
        await house.crowd.order("behave", think_seconds=kind.think_seconds)
        runs = [await run(house, scale.wake_cases) for _ in range(scale.runs)]
    return figures_of(kind, runs)


async def run(house: Household, cases: int) -> list[float]:
    """Play so many cases one after the other; the wakes in milliseconds."""
    numbers = [await _play_one(house) for _ in range(cases)]
    rows = await house.ask(_MOMENTS, numbers)
    return wakes(Moment(*row) for row in rows)


_MOMENTS = """SELECT case_no, origin, extract(epoch FROM at)::float8 FROM events
              WHERE case_no = ANY($1::text[]) ORDER BY case_no, seq"""


async def _play_one(house: Household) -> str:
    numbers: list[str] = (await house.crowd.order("file", cases=1))["case_nos"]
    if not await until(lambda: house.are_over(numbers), within=_WITHIN):
        raise GiveUp(f"{numbers[0]} did not end within {_WITHIN:.0f} seconds")
    await asyncio.sleep(0.5)
    return numbers[0]


def wakes(moments: Iterable[Moment]) -> list[float]:
    """Milliseconds from each answer to what the flow wrote next in the same case; moments in the order of histories.

    What comes before a flow's first word is the registration: that starts a flow, and wakes none.
    """
    found = []
    for _, history in groupby(moments, key=lambda moment: moment.case_no):
        by_flow = False
        for earlier, later in pairwise(history):
            by_flow = by_flow or earlier.origin == FLOW
            if by_flow and earlier.origin != FLOW and later.origin == FLOW:
                found.append((later.at - earlier.at) * 1000)
    return found


def figures_of(kind: Kind, runs: Sequence[Sequence[float]]) -> list[Figure]:
    """The middle and the slow end of every run."""
    many = sum(map(len, runs))
    note = f"{many} answers, one case at a time; until the flow has read the case and decided, an upper bound"
    details = {"milliseconds": [[round(wake, 1) for wake in run] for run in runs]}
    middle = tuple(percentile(run, 0.5) for run in runs)
    slow = tuple(percentile(run, 0.95) for run in runs)
    return [
        Figure(f"wake, {kind.name}, p50", middle, "ms", kind.median, note, details),
        Figure(f"wake, {kind.name}, p95", slow, "ms", kind.worst),
    ]
