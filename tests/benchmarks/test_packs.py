"""The policy packs of the benchmarks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.policies import load_policy
from benchmarks.answers import WAITS, complaint
from benchmarks.deadlines import Alarm
from benchmarks.packs import write_pack
from complaints import clocks
from complaints.words import TaskKind
from tests.play import Play, told

MIDNIGHT = datetime(2026, 11, 24, 0, 3, tzinfo=UTC)


def test_a_case_goes_straight_to_its_end_by_six_answers(tmp_path: Path) -> None:
    words: dict[str, Any] = complaint("c1")
    record = told(**words)
    play, answers = Play(policy=load_policy(write_pack(tmp_path)), record=record), 0
    play.carry_on()
    while play.case.stage is not None:
        open_tasks = play.case.open_tasks
        for task in open_tasks[:1]:
            play.submit(task)
            answers += 1
        if not open_tasks:
            play.lapse()
    assert answers == WAITS


def test_whoever_is_asked_before_the_alarm_is_due_at_the_alarm(tmp_path: Path) -> None:
    policy = load_policy(write_pack(tmp_path, Alarm(MIDNIGHT, every=timedelta(seconds=90))))
    length = policy.limits.tasks[TaskKind.FINDINGS]
    for before in (1, 30, 600):
        due = clocks.due(MIDNIGHT - timedelta(seconds=before), length, policy.calendar)
        assert timedelta() <= due - MIDNIGHT < timedelta(seconds=1)
