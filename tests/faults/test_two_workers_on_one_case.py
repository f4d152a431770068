"""Leases that hold nobody off: two workers, each keeping its flows in memory, carry the same cases all the time."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import update

from models.tables import CASES
from tests.engine.whole import assert_whole

if TYPE_CHECKING:
    from tests.engine.plant import Plant


async def test_cases_that_two_workers_carry_at_once_are_carried_right(plant: Plant) -> None:
    await asyncio.gather(plant.hire(), plant.hire())
    thief = asyncio.create_task(_steal_leases(plant))
    cases = [await plant.complain() for _ in range(4)]
    try:
        await plant.finish(*cases, within=180)
    finally:
        thief.cancel()
        with suppress(asyncio.CancelledError):
            await thief
    await assert_whole(plant, cases)
    both = Counter({worker.log_file.name: _steps(worker.said()) for worker in plant.workers})
    assert all(both.values()), f"only one of the two ever worked: {both}"


async def _steal_leases(plant: Plant) -> None:
    """As if clocks were apart, or a worker were frozen for longer than its lease: nobody knows who carries a case."""
    chance = random.Random(20261124)
    while True:
        async with plant.house.database.writing() as session:
            await session.execute(
                update(CASES).where(CASES.c.stage.is_not(None)).values(lease_owner=None, lease_until=None, rung_at=None)
            )
        await asyncio.sleep(chance.uniform(0.02, 0.2))


def _steps(said: str) -> int:
    return said.count("stage.recorded")
