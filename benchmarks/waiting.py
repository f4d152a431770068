"""Waiting: a crowd of cases that nobody answers, weighed while it is hot, struck by its deadlines, weighed cold."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from benchmarks.deadlines import Alarm, figure_of, next_alarm, strike
from benchmarks.house import running_house, until
from benchmarks.memory import cold_figure, hot_figure, resident
from benchmarks.packs import write_pack
from complaints.errors import GiveUp

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.figures import Figure
    from benchmarks.house import BenchHouse
    from benchmarks.scale import Scale

_FIRST = 30
"""Cases that come first and show how fast they come to rest; their own deadlines are days away."""
_WITHIN = 600.0
_RESTART_SECONDS = 15
_LEVELS = (1, 2, 3)


async def measure(folder: Path, scale: Scale) -> list[Figure]:
    """Park, weigh, strike, weigh again, all in one house."""
    async with running_house(folder) as house:
        empty = await resident(house)
        await house.crowd.order("behave", silent=True)
        pace = await _park(house, _FIRST)
        alarm = await _set_alarm(house, folder, scale, pace=pace)
        levels = [await resident(house)]
        for _ in range(scale.runs):
            await _park(house, scale.crowd)
            levels.append(await resident(house))
        cases = await house.count(_WAITING, alarm.first_at)
        strikes = [await strike(house, alarm, level=level, cases=cases) for level in _LEVELS]
        cold = await cold_figure(house, empty_mb=empty)
    return [hot_figure(levels, step=scale.crowd), cold, figure_of(strikes)]


_WAITING = "SELECT count(*) FROM manual_tasks WHERE status = 'open' AND due_at BETWEEN $1 AND $1 + interval '1 second'"


async def _set_alarm(house: BenchHouse, folder: Path, scale: Scale, *, pace: float) -> Alarm:
    """From now on all cases have one deadline, behind the time that they need to come to rest."""
    seconds = scale.runs * (scale.crowd * pace * 1.3 + 5) + _RESTART_SECONDS
    alarm = Alarm(next_alarm(after_seconds=seconds), every=timedelta(seconds=scale.climb_seconds))
    write_pack(folder / "policies", alarm)
    await house.restart("portal")
    return alarm


async def _park(house: BenchHouse, cases: int) -> float:
    """File cases and wait until all of them wait; seconds that each took."""
    began = time.monotonic()
    held = (await house.crowd.order("tell"))["held"]
    await house.crowd.order("file", cases=cases)

    async def are_waiting() -> bool:
        return bool((await house.crowd.order("tell"))["held"] >= held + cases)

    if not await until(are_waiting, within=_WITHIN):
        raise GiveUp(f"{cases} cases did not come to rest within {_WITHIN:.0f} seconds")
    return (time.monotonic() - began) / cases
