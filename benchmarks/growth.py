"""Growth: what a finished case adds to Prefect's database, and what of that is left when the retention has passed."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING

from benchmarks.figures import Bar, Figure
from benchmarks.house import running_house, until
from benchmarks.throughput import engine_size, play

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.house import BenchHouse
    from benchmarks.scale import Scale

_MEGABYTE = 1024 * 1024
_WARM_UP = 5
_WITHIN = 60.0


async def measure(folder: Path, scale: Scale) -> list[Figure]:
    """Several batches; then all they left is made old, and Prefect's own vacuum takes what its retention lets it."""
    async with running_house(folder) as house:
        await play(house, _WARM_UP, within=120)
        sizes = [await _packed(house)]
        for _ in range(scale.runs):
            await play(house, scale.growth_cases, within=scale.batch_seconds)
            sizes.append(await engine_size(house))
        packed = await _packed(house)
        await _outlive_retention(house)
        left = await _packed(house)
    grown = tuple((after - before) / scale.growth_cases / _MEGABYTE for before, after in pairwise(sizes))
    each = scale.runs * scale.growth_cases * _MEGABYTE
    return [
        Figure("growth of Prefect's database per case", grown, "MB", Bar(0.5, 0.1), _NOTE.format(scale.growth_cases)),
        Figure("the same, packed", ((packed - sizes[0]) / each,), "MB", None, _PACKED),
        Figure("left of it after the retention", (max(left - sizes[0], 0) / each,), "MB", None, _LEFT),
    ]


_NOTE = "batches of {}; as it lies on the disk while all of it is kept, with the room that updates left behind"
_PACKED = "without that room (VACUUM FULL)"
_LEFT = "runs made 61 days old and events 8, then taken by Prefect's own vacuum as the house sets it"


async def _packed(house: BenchHouse) -> int:
    """The size without the room that updates and deletions left behind."""
    await asyncio.sleep(6)
    await house.ask_engine("VACUUM FULL")
    return await engine_size(house)


async def _outlive_retention(house: BenchHouse) -> None:
    """What lies there becomes old, and the server looks for what is old now and not once an hour."""
    for statement in _AGEING:
        await house.ask_engine(statement)
    await house.restart(
        "prefect",
        PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS="3",
        PREFECT_SERVER_SERVICES_DB_VACUUM_ORPHAN_CLEANUP_LOOP_SECONDS="3",
    )
    await until(lambda: _is_empty(house), within=_WITHIN)


_AGEING = (
    "UPDATE flow_run SET end_time = end_time - interval '61 days' WHERE end_time IS NOT NULL",
    "UPDATE events SET occurred = occurred - interval '8 days'",
    "UPDATE event_resources SET occurred = occurred - interval '8 days', updated = updated - interval '8 days'",
)


async def _is_empty(house: BenchHouse) -> bool:
    rows = await house.ask_engine("SELECT (SELECT count(*) FROM flow_run), (SELECT count(*) FROM task_run)")
    return not any(rows[0])
