"""Parts are killed or stopped in the middle of their work, and nothing of any case is lost or done twice."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from sqlalchemy import func
from sqlmodel import col, select

from complaints.words import Stage, TaskKind
from models.tables import EventRow, LetterRow
from tests.engine.machinery import until
from tests.engine.whole import assert_whole

if TYPE_CHECKING:
    from tests.engine.plant import Plant


async def test_a_killed_worker_loses_nothing_and_repeats_nothing(plant: Plant) -> None:
    chance = random.Random(20261122)
    worker = await plant.hire()
    cases = [await plant.complain() for _ in range(5)]
    for entries in sorted(chance.randrange(30, 150) for _ in range(3)):
        await _answer_until_written(plant, entries)
        worker.kill()
        # The portal goes on.
        await plant.everybody_answers()
        await plant.begin(worker)
    await plant.finish(*cases)
    await assert_whole(plant, cases, kills=3)


async def test_a_worker_told_to_stop_leaves_waits_cold_for_the_next_one(plant: Plant) -> None:
    first = await plant.hire()
    cases = [await plant.complain() for _ in range(3)]
    for case_no in cases:
        await plant.bring_to(case_no, TaskKind.FINDINGS)
        await plant.waiting_run(case_no, Stage.INVESTIGATION)
    assert await first.leave() < 10
    assert first.process is not None
    assert first.process.returncode == 0
    for case_no in cases:
        await plant.waiting_run(case_no, Stage.INVESTIGATION)
    await plant.hire()
    await plant.finish(*cases)
    await assert_whole(plant, cases, kills=0)


async def _answer_until_written(plant: Plant, entries: int) -> None:
    """People answer until this many entries stand in all histories together."""

    async def written() -> bool:
        await plant.everybody_answers()
        async with plant.house.database.reading() as session:
            count: int = (await session.execute(select(func.count()).select_from(EventRow))).scalar_one()
        return count >= entries

    await until(written, f"{entries} entries are written")


async def _is_asked_by_mail(plant: Plant, case_no: str, kind: TaskKind) -> bool:
    query = select(LetterRow).where(
        LetterRow.case_no == case_no, LetterRow.status == "sent", col(LetterRow.task_id).startswith(kind.value)
    )
    async with plant.house.database.reading() as session:
        return (await session.execute(query)).first() is not None
