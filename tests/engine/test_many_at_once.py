"""Several complaints, several workers, several missed deadlines at once."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest

from complaints.words import Stage, TaskKind
from complaints.work_events import TaskEscalated
from tests.engine.machinery import until
from tests.engine.whole import assert_whole

if TYPE_CHECKING:
    from tests.engine.plant import Plant


async def test_eight_complaints_at_once_meet_no_locked_database(plant: Plant) -> None:
    worker = await plant.hire(log_level="DEBUG")
    cases = await asyncio.gather(*(plant.complain() for _ in range(8)))
    for case_no in cases:
        await plant.bring_to(case_no, TaskKind.FINDINGS)
        await plant.waiting_run(case_no, Stage.INVESTIGATION)
    for log in (worker.said(), plant.engine.said()):
        assert "is locked" not in log
        # A bare 503 also stands in a timestamp's milliseconds.
        assert not re.search(r"(?<![.:\d])503\b", log)
    assert "outage" not in worker.said()


async def test_two_workers_share_the_cases_and_repeat_nothing(plant: Plant) -> None:
    # Nothing stays in memory, so both race for every case at every wake.
    await asyncio.gather(plant.hire(worker_hot_limit=0), plant.hire(worker_hot_limit=0))
    cases = [await plant.complain() for _ in range(6)]
    await plant.finish(*cases, within=180)
    await assert_whole(plant, cases)


@pytest.mark.parametrize("policy", ["climbing"])
async def test_deadlines_missed_while_no_worker_was_there_are_taken_in_order_and_marked_late(plant: Plant) -> None:
    worker = await plant.hire()
    case_no = await plant.complain()
    task = await plant.bring_to(case_no, TaskKind.FINDINGS)
    await worker.leave()
    # Findings are due after 2 s, the team lead's step 2 s later: nobody is there to see either.
    await until(lambda: _is_past(plant, task.due_at.timestamp() + 3), "both deadlines are over")
    assert (await plant.case(case_no)).escalation_level == 0
    await plant.begin(worker)
    await until(lambda: _has_climbed(plant, case_no, 2), "the missed steps are taken")
    steps = [entry.fact for entry in await plant.history(case_no) if isinstance(entry.fact, TaskEscalated)]
    assert [(step.level, step.late) for step in steps] == [(1, True), (2, False)]
    assert steps[1].missed_due_at == steps[0].due_at
    await plant.finish(case_no)
    await assert_whole(plant, [case_no])


async def _is_past(plant: Plant, moment: float) -> bool:
    return plant.house.clock.now().timestamp() > moment


async def _has_climbed(plant: Plant, case_no: str, level: int) -> bool:
    return (await plant.case(case_no)).escalation_level == level
