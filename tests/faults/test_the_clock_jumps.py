"""The machine's clock jumps forward a day under a running house: what fell due is done once, and all goes on."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from adapters.clock import Clock
from complaints.chain import verify
from complaints.words import TaskKind
from complaints.work_events import TaskEscalated
from tests.engine.machinery import until, worker_machine
from tests.engine.whole import assert_letters_are_out, repeated_facts
from tests.faults.shifted_worker import read_ahead

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engine.plant import Plant

DAY = timedelta(days=1)


@pytest.fixture
def ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """How far the clocks of this process and of the shifted worker are ahead, in a file."""
    file = tmp_path / "ahead"
    file.write_text("0", encoding="utf-8")
    monkeypatch.setattr(Clock, "now", lambda _clock: read_ahead(file))
    monkeypatch.setenv("REDRESS_TEST_AHEAD", str(file))
    return file


async def test_a_day_that_is_skipped_takes_each_missed_step_once(plant: Plant, ahead: Path) -> None:
    worker = worker_machine(plant.house.settings, plant.engine, log_file=plant.house.settings.home / "worker.log")
    worker.command = [sys.executable, "-m", "tests.faults.shifted_worker"]
    plant.workers.append(worker)
    await plant.begin(worker)
    cases = [await plant.complain() for _ in range(3)]
    for case_no in cases:
        await plant.bring_to(case_no, TaskKind.FINDINGS)
    await asyncio.to_thread(ahead.write_text, str(DAY.total_seconds()), encoding="utf-8")
    for case_no in cases:
        await until(partial(_is_at_the_top, plant, case_no), f"{case_no} has climbed")
    # Whoever looks again a little later must not find the same deadlines once more.
    await asyncio.sleep(2)
    for case_no in cases:
        steps = await _steps(plant, case_no)
        assert Counter(step.level for step in steps) == Counter(range(1, len(steps) + 1))
    await plant.finish(*cases)
    await assert_letters_are_out(plant, cases, kills=0)
    for case_no in cases:
        history = await plant.history(case_no)
        assert verify(history).seq == len(history)
        assert repeated_facts(history) == []


async def _steps(plant: Plant, case_no: str) -> list[TaskEscalated]:
    return [entry.fact for entry in await plant.history(case_no) if isinstance(entry.fact, TaskEscalated)]


async def _is_at_the_top(plant: Plant, case_no: str) -> bool:
    policy = await plant.house.library.current()
    return (await plant.case(case_no)).escalation_level == len(policy.escalation.path)
