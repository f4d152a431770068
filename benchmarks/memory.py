"""Memory: what waiting cases take in the worker, hot ones and cold ones."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING

from benchmarks.figures import Bar, Figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.house import BenchHouse

_COLD = 10_000
_REST_SECONDS = 3.0
_START_SECONDS = 12.0


async def resident(house: BenchHouse) -> float:
    """Megabytes of the worker, after a short rest."""
    await asyncio.sleep(_REST_SECONDS)
    return house.balance()["worker"].memory_mb


def hot_figure(levels: Sequence[float], *, step: int) -> Figure:
    """From the worker's memory before and after each of several equal crowds came to wait in it."""
    growth = tuple((after - before) * 1000 / step for before, after in pairwise(levels))
    levels_told = ", ".join(f"{level:.0f}" for level in levels)
    note = f"{len(growth)} crowds of {step} parked one after the other, each scaled to 1,000; worker: {levels_told} MB"
    return Figure("memory of 1,000 hot waiting cases", growth, "MB", Bar(80, 40), note)


async def cold_figure(house: BenchHouse, *, empty_mb: float) -> Figure:
    """A worker that starts with everything cold, against the one that started with nothing."""
    waiting = await house.count("SELECT count(*) FROM cases WHERE stage IS NOT NULL AND wake_at > now()")
    copies = max(0, _COLD // max(waiting, 1) - 1)
    await house.ask(_COPY, copies)
    await house.restart("worker")
    await asyncio.sleep(_START_SECONDS)
    grown = await resident(house) - empty_mb
    many = waiting * (copies + 1)
    note = f"{many} cold cases: {waiting} parked before and {copies} copies of each in the list that the worker asks"
    return Figure("memory of 10,000 cold waiting cases", (grown,), "MB", Bar(20, 0), note)


_COPY = """
    INSERT INTO cases SELECT (jsonb_populate_record(cases, jsonb_build_object(
        'case_no', case_no || '-' || copy, 'external_id', NULL, 'run_id', NULL, 'lease_owner', NULL))).*
    FROM cases, generate_series(1, $1::int) AS copy WHERE stage IS NOT NULL AND wake_at > now()
"""
