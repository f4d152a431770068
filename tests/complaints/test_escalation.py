"""Escalation: nothing is silent, nothing lost, nothing told twice, and nobody judges her own work."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints import escalation
from complaints.briefing import NOTHING
from complaints.clocks import due
from complaints.durations import parse_duration
from complaints.escalation import next_alarm
from complaints.letters import LetterKind, LetterOrder
from complaints.policy import Policy
from complaints.words import CUSTOMER, Role, TaskKind
from complaints.work_events import TaskEscalated, TaskReminded
from tests.builders import MONDAY_MORNING
from tests.play import Play, changed, default_policy, told


def waiting(kind: TaskKind = TaskKind.FINDINGS, policy: Policy | None = None, **record: Any) -> Play:  # noqa: ANN401  any field
    """A case that waits for a task of this kind."""
    play = Play(policy=policy or default_policy(), record=told(**record))
    play.bring_to(kind)
    return play


def steps(play: Play) -> list[tuple[int, str, bool]]:
    """Level, who was told, and whether the work moved, of every escalation."""
    return [(fact.level, fact.told, fact.moved) for fact in play.facts(TaskEscalated)]


def notices(play: Play) -> list[LetterOrder]:
    return [*play.letters_of(LetterKind.TASK_ESCALATED), *play.letters_of(LetterKind.TASK_MOVED)]


# --- the path -------------------------------------------------------------------


def test_a_missed_deadline_climbs_the_path_step_by_step_and_some_steps_take_the_work() -> None:
    play = waiting()
    play.climb(3)
    manager = play.the_task(TaskKind.FINDINGS).assignee
    assert manager in {"tang_rui", "robert_ellis"}
    play.climb()
    levels = [(1, "huang_min", False), (2, "zhou_qiang", True), (3, manager, True)]
    assert steps(play) == [*levels, (4, play.facts(TaskEscalated)[3].told, False)]
    assert play.facts(TaskEscalated)[3].role is Role.EXECUTIVE
    task = play.the_task(TaskKind.FINDINGS)
    assert (task.assignee, task.former, task.level) == (manager, ("peter_novak", "zhou_qiang"), 4)


def test_each_step_counts_its_time_from_the_deadline_that_was_missed() -> None:
    play = waiting()
    play.climb(4)
    missed = play.facts(TaskEscalated)[0].missed_due_at
    for fact, extends_by in zip(play.facts(TaskEscalated), ("2 bh", "4 bh", "4 bh", "1 bd"), strict=True):
        assert fact.missed_due_at == missed
        assert fact.due_at == due(missed, parse_duration(extends_by), play.policy.calendar)
        assert not fact.late
        missed = fact.due_at


def test_a_step_that_only_tells_leaves_the_work_and_writes_to_the_one_who_is_told() -> None:
    play = waiting()
    play.climb()
    task = play.the_task(TaskKind.FINDINGS)
    assert (task.assignee, task.told) == ("peter_novak", ("huang_min",))
    (notice,) = notices(play)
    assert (notice.to, notice.task_id) == ("huang_min", "findings-1")
    said = dict(notice.details)
    assert (said["level"], said["moved"], said["previous"]) == ("1", "no", "peter_novak")
    assert said["missed_due_at"] == play.facts(TaskEscalated)[0].missed_due_at.isoformat()


def test_a_step_that_moves_the_work_writes_to_both() -> None:
    play = waiting()
    play.climb(2)
    task = play.the_task(TaskKind.FINDINGS)
    assert (task.assignee, task.former) == ("zhou_qiang", ("peter_novak",))
    assert [(order.kind, order.to) for order in notices(play)[1:]] == [
        (LetterKind.TASK_ESCALATED, "zhou_qiang"),
        (LetterKind.TASK_MOVED, "peter_novak"),
    ]


def test_moving_the_work_loses_none_of_it_and_whoever_has_it_may_finish() -> None:
    play = waiting()
    before = play.the_task(TaskKind.FINDINGS)
    play.climb(2)
    task = play.the_task(TaskKind.FINDINGS)
    assert (task.id, task.asks, task.department, task.asked_at) == (
        before.id,
        before.asks,
        before.department,
        before.asked_at,
    )
    play.submit(task)
    assert play.case.findings is not None
    assert play.case.findings.proposed_by == "zhou_qiang"


# --- after the top -----------------------------------------------------------------


def test_after_the_top_there_is_a_reminder_every_day_and_no_silence() -> None:
    play = waiting()
    play.climb(4)
    play.lapse()  # the warning before the last deadline
    for count in (1, 2, 3):
        play.lapse()
        reminder = play.facts(TaskReminded)[-1]
        assert reminder.count == count
        assert reminder.due_at - play.at == timedelta(days=1)
    reminders = play.letters_of(LetterKind.TASK_REMINDER)
    assert [order.to for order in reminders] == [play.the_task(TaskKind.FINDINGS).assignee] * 3
    assert len({order.key for order in reminders}) == 3


# --- after downtime ----------------------------------------------------------------


def test_steps_missed_in_three_days_of_downtime_are_taken_in_order_and_marked_late() -> None:
    play = waiting()
    before = len(play.entries)
    play.wait(days=3)
    told_of = [entry.fact for entry in play.entries[before:] if isinstance(entry.fact, TaskEscalated)]
    assert [(fact.level, fact.late) for fact in told_of] == [(1, True), (2, True), (3, True), (4, False)]
    assert {entry.at for entry in play.entries[before:]} == {play.at}
    assert play.the_task(TaskKind.FINDINGS).due_at > play.at


def test_downtime_and_no_downtime_tell_the_same_people_of_the_same_deadlines() -> None:
    asleep, awake = waiting(), waiting()
    asleep.wait(days=3)
    while awake.case.clocks and (next_alarm(awake.case) or awake.at) <= asleep.at:
        awake.lapse()
    assert steps(asleep) == steps(awake)
    assert [fact.due_at for fact in asleep.facts(TaskEscalated)] == [fact.due_at for fact in awake.facts(TaskEscalated)]
    assert {order.key for order in notices(asleep)} == {order.key for order in notices(awake)}


def test_a_year_of_downtime_is_one_reminder_beyond_the_top_not_hundreds() -> None:
    play = waiting()
    play.wait(days=365)
    assert len(play.facts(TaskEscalated)) == 4
    assert [fact.count for fact in play.facts(TaskReminded)] == [1]
    assert play.the_task(TaskKind.FINDINGS).due_at == play.at + timedelta(days=1)


def test_nobody_is_warned_of_deadlines_that_passed_in_downtime() -> None:
    play = waiting()
    play.wait(days=3)
    for order in play.letters_of(LetterKind.TASK_WARNING):
        assert order.key.endswith("/4")


# --- warnings ---------------------------------------------------------------------


def test_the_assignee_is_warned_once_before_each_deadline() -> None:
    play = waiting()
    warn_at = play.the_task(TaskKind.FINDINGS).warn_at
    play.at = warn_at - timedelta(seconds=1)
    play.carry_on()
    assert play.letters_of(LetterKind.TASK_WARNING) == []
    play.at = warn_at
    play.carry_on()
    play.wait(seconds=1)
    (warning,) = play.letters_of(LetterKind.TASK_WARNING)
    assert (warning.to, warning.task_id) == ("peter_novak", "findings-1")
    play.climb(2)
    play.lapse()
    warned = [(order.to, order.key) for order in play.letters_of(LetterKind.TASK_WARNING)]
    assert warned == [
        ("peter_novak", "task_warning/findings-1/0"),
        ("peter_novak", "task_warning/findings-1/1"),
        ("zhou_qiang", "task_warning/findings-1/2"),
    ]


# --- customers ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", [TaskKind.DECISION, TaskKind.SURVEY])
def test_a_customer_is_reminded_twice_then_let_be_and_never_warned_or_escalated(kind: TaskKind) -> None:
    play = waiting(kind)
    task = play.the_task(kind)
    assert task.assignee == CUSTOMER
    play.wait_out(task)
    reminders = play.letters_of(LetterKind.CUSTOMER_REMINDER)
    assert [(order.to, dict(order.details)) for order in reminders] == [
        (CUSTOMER, {"count": "1"}),
        (CUSTOMER, {"count": "2"}),
    ]
    assert play.case.tasks[task.id].status == "expired"
    assert [fact for fact in play.facts(TaskEscalated) if fact.task_id == task.id] == []
    assert [order for order in play.letters_of(LetterKind.TASK_WARNING) if order.task_id == task.id] == []


def test_a_customer_gets_the_policys_time_after_each_reminder_even_after_downtime() -> None:
    play = waiting(TaskKind.DECISION)
    play.wait(days=40)
    task = play.the_task(TaskKind.DECISION)
    assert (task.reminders, task.due_at) == (1, play.at + timedelta(days=3))


def test_a_policy_without_reminders_expires_the_task_at_its_deadline() -> None:
    play = waiting(TaskKind.DECISION, changed(default_policy(), "escalation.customer_reminders", 0))
    task = play.the_task(TaskKind.DECISION)
    play.wait_out(task)
    assert play.at == task.due_at
    assert play.facts(TaskReminded) == []


# --- clocks -----------------------------------------------------------------------


def test_a_clock_that_ran_out_is_missed_once_and_a_complaints_manager_is_told() -> None:
    play = waiting()
    play.wait(days=3)
    (notice,) = [
        order for order in play.letters_of(LetterKind.CLOCK_MISSED) if dict(order.details)["clock"] == "resolve"
    ]
    assert Role.COMPLAINTS_MANAGER in play.policy.staff[notice.to].roles
    assert play.case.clocks["resolve"].missed
    assert play.kinds.count("clock.missed") == 1


def test_a_clock_that_was_met_is_not_missed_later() -> None:
    play = Play()
    play.to_the_end()
    assert "clock.missed" not in play.kinds


# --- alarms and notices --------------------------------------------------------------


@settings(max_examples=40)
@given(data=st.data())
def test_whatever_happens_there_is_a_later_alarm_while_somebody_is_awaited(data: st.DataObject) -> None:
    play = Play()
    for _ in range(30):
        play.wait(hours=data.draw(st.integers(0, 200)))
        alarm = next_alarm(play.case)
        if not play.case.is_open:
            assert alarm is None
            return
        assert alarm is not None
        assert alarm > play.at
        if data.draw(st.booleans()) and play.case.open_tasks:
            play.submit(data.draw(st.sampled_from(list(play.case.open_tasks))))


@settings(max_examples=40)
@given(naps=st.lists(st.integers(1, 300), min_size=1, max_size=25))
def test_there_is_one_notice_for_each_case_task_level_and_deadline(naps: list[int]) -> None:
    play = waiting()
    for hours in naps:
        play.wait(hours=hours)
    told = Counter((fact.task_id, fact.level, fact.missed_due_at) for fact in play.facts(TaskEscalated))
    assert set(told.values()) <= {1}
    escalated = play.letters_of(LetterKind.TASK_ESCALATED)
    assert len(escalated) == len(told)
    assert max(Counter(order.key for order in play.letters).values()) == 1


def test_a_case_that_is_over_has_no_more_to_decide() -> None:
    play = Play()
    play.to_the_end()
    play.at += timedelta(days=100)
    assert escalation.decide(play.briefing) == NOTHING
    assert play.at > MONDAY_MORNING
