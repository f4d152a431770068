"""Pauses: the house waits for somebody else, what may stand still does, and runs on with what was left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from complaints.acts import acts_open
from complaints.clock_events import ClocksPaused, ClocksResumed
from complaints.errors import ActNotOpen, AnswerWrong
from complaints.escalation import next_alarm
from complaints.letters import LetterKind
from complaints.pausing import PauseForm, pause, reasons
from complaints.submission import Submission
from complaints.words import SYSTEM, ActKind, Outcome, TaskKind
from tests.builders import MONDAY_MORNING
from tests.play import Play, changed, default_policy, with_clocks

SHANGHAI = ZoneInfo("Asia/Shanghai")


def in_hand(policy: Any = None) -> Play:  # noqa: ANN401  a policy
    """A case that its handler works on."""
    play = Play(policy=policy or default_policy())
    play.bring_to(TaskKind.FINDINGS)
    return play


def stop(play: Play, reason: str = "expert_report") -> None:
    play.do(ActKind.PAUSE, play.the_task(TaskKind.FINDINGS), reason=reason, note="The maker examines the seal.")


def run_on(play: Play) -> None:
    play.do(ActKind.RESUME, play.the_task(TaskKind.FINDINGS))


def due(play: Play, clock: str = "resolve") -> str:
    return local(play.case.clocks[clock].clock.due_at)


def local(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%a %m-%d %H:%M")


def test_hours_stand_still_and_go_on_with_what_was_left() -> None:
    play = in_hand()
    assert due(play) == "Wed 11-25 10:00"
    play.wait(hours=2)
    stop(play)
    play.wait(days=5)
    run_on(play)
    assert due(play) == "Mon 11-30 10:00"
    fact = play.facts(ClocksResumed)[0]
    assert (fact.because, fact.by, fact.since) == ("handler", "peter_novak", MONDAY_MORNING + timedelta(hours=2))
    assert fact.until - fact.since == timedelta(days=5)


def test_while_it_stands_still_nothing_is_late_and_nobody_is_told() -> None:
    play = in_hand()
    stop(play)
    play.wait(days=13)
    running = play.case.clocks["resolve"]
    assert (running.paused, running.missed) == (True, False)
    assert play.case.open_tasks[0].level == 0
    told = {LetterKind.CLOCK_MISSED, LetterKind.TASK_WARNING, LetterKind.TASK_ESCALATED}
    assert not [order for order in play.letters if order.kind in told]


def test_the_handlers_own_task_rests_too_and_goes_on_with_its_business_hours() -> None:
    play = in_hand()
    task = play.the_task(TaskKind.FINDINGS)
    assert local(task.due_at) == "Tue 11-24 10:00"
    play.wait(hours=1)
    before = play.the_task(TaskKind.FINDINGS).due_at
    stop(play)
    play.at = datetime(2026, 11, 28, 12, tzinfo=SHANGHAI)
    run_on(play)
    resting = play.facts(ClocksPaused)[0].tasks[0]
    assert (resting.name, resting.was_due_at) == (task.id, before)
    after = play.the_task(TaskKind.FINDINGS).due_at
    # From Monday 11:00 to the deadline are six and a half business hours; as many follow on the next Monday.
    assert local(after) == "Mon 11-30 17:00"


def test_a_clock_that_allows_no_pause_never_stands_still() -> None:
    play = in_hand(with_clocks(law={"limit": "5 d"}, soft={"limit": "5 d", "pauses": ["expert_report"]}))
    stop(play)
    assert {name for name, one in play.case.clocks.items() if one.paused} == {"resolve", "soft"}
    assert due(play, "law") == "Sat 11-28 10:00"
    play.wait(days=5)
    assert play.case.clocks["law"].missed
    assert not play.case.clocks["soft"].missed


def test_business_days_of_a_law_lose_only_the_days_that_closed_meanwhile() -> None:
    play = in_hand(with_clocks(law={"limit": "10 bd", "pauses": ["expert_report"]}))
    assert due(play, "law") == "Mon 12-07 18:00"
    play.at = datetime(2026, 11, 27, 17, tzinfo=SHANGHAI)
    play.carry_on()
    stop(play)
    play.at = datetime(2026, 11, 30, 9, tzinfo=SHANGHAI)
    run_on(play)
    assert due(play, "law") == "Tue 12-08 18:00"


def test_a_second_pause_while_paused_is_refused_in_words() -> None:
    play = in_hand()
    stop(play)
    task = play.the_task(TaskKind.FINDINGS)
    assert ActKind.PAUSE not in acts_open(play.briefing, task)
    with pytest.raises(ActNotOpen):
        stop(play)
    post = Submission(task_id=task.id, by=task.assignee, fields={}, stationery=play.stationery())
    with pytest.raises(AnswerWrong) as wrong:
        pause(play.briefing, task, form=PauseForm(reason="expert_report"), post=post)
    assert wrong.value.problems == {"reason": "paused_already"}


def test_nothing_runs_on_that_does_not_stand_still() -> None:
    play = in_hand()
    with pytest.raises(ActNotOpen):
        run_on(play)


@pytest.mark.parametrize(("reason", "code"), [("holiday", "unknown_choice"), ("authority", "no_clock_may_pause")])
def test_a_reason_must_be_the_policys_and_some_clock_must_allow_it(reason: str, code: str) -> None:
    policy = default_policy()
    policy = changed(policy, "pauses", {**policy.pauses, "authority": policy.pauses["expert_report"]})
    play = in_hand(policy)
    with pytest.raises(AnswerWrong) as wrong:
        stop(play, reason)
    assert wrong.value.problems == {"reason": code}


def test_several_pauses_add_up() -> None:
    play = in_hand()
    for _ in range(3):
        stop(play)
        play.wait(hours=10)
        run_on(play)
    assert play.case.clocks["resolve"].clock.due_at == MONDAY_MORNING + timedelta(hours=48 + 30)
    assert [still.reason for still in play.case.standstills] == ["expert_report"] * 3


# --- what ends a pause ----------------------------------------------------------


@pytest.mark.parametrize(("minutes", "paused"), [(-1, True), (0, False)])
def test_after_its_longest_time_a_pause_is_over_by_itself(minutes: int, paused: bool) -> None:
    play = in_hand()
    stop(play)
    alarm = next_alarm(play.case)
    assert alarm == MONDAY_MORNING + timedelta(days=14)
    play.at = alarm + timedelta(minutes=minutes)
    play.carry_on()
    assert play.case.clocks["resolve"].paused == paused
    assert [fact.because for fact in play.facts(ClocksResumed)] == ([] if paused else ["longest"])


def test_after_downtime_a_pause_ends_when_it_was_over_and_not_when_somebody_looked() -> None:
    play = in_hand()
    stop(play)
    play.wait(days=20)
    assert play.facts(ClocksResumed)[0].until == MONDAY_MORNING + timedelta(days=14)
    assert play.case.clocks["resolve"].missed


def test_work_done_in_spite_of_the_pause_ends_it() -> None:
    play = in_hand()
    stop(play)
    play.wait(hours=30)
    play.submit(play.the_task(TaskKind.FINDINGS))
    fact = play.facts(ClocksResumed)[0]
    assert (fact.because, fact.by, fact.tasks) == ("answered", SYSTEM, ())
    assert play.case.clocks["resolve"].clock.due_at == MONDAY_MORNING + timedelta(hours=78)


@pytest.mark.parametrize(("reason", "ends"), [("customer_information", True), ("expert_report", False)])
def test_what_the_customer_writes_ends_a_pause_that_waits_for_her(reason: str, ends: bool) -> None:
    play = in_hand()
    stop(play, reason)
    play.wait(hours=5)
    play.add_information("Here is the receipt.")
    assert (play.case.standstill is None) == ends


def test_a_withdrawal_ends_everything_paused_or_not() -> None:
    play = in_hand()
    stop(play)
    play.withdraw()
    assert play.case.outcome is Outcome.WITHDRAWN


def test_a_clock_met_while_it_stands_still_is_met_in_time() -> None:
    play = in_hand(with_clocks(law={"limit": "1 d", "pauses": ["expert_report"], "stops": "closed"}))
    stop(play)
    play.to_the_end()
    assert not play.case.clocks["resolve"].missed


@pytest.mark.parametrize(("minutes", "warned"), [(-1, False), (0, True)])
def test_who_took_the_handlers_work_over_is_warned_before_a_limit_at_the_fraction_of_the_policy(
    minutes: int, warned: bool
) -> None:
    play = in_hand(with_clocks(law={"limit": "10 d", "warn": 0.7}))
    # Seven tenths of ten days from Monday 10:00 are the Monday after, 10:00. Until then the findings climb the path.
    moment = MONDAY_MORNING + timedelta(days=7, minutes=minutes)
    while (alarm := next_alarm(play.case)) and alarm < moment:
        play.lapse()
    play.at = moment
    play.carry_on()
    letters = [order for order in play.letters_of(LetterKind.CLOCK_WARNING) if dict(order.details)["clock"] == "law"]
    assert [order.to for order in letters] == ([play.the_task(TaskKind.FINDINGS).assignee] if warned else [])
    play.wait(hours=3)
    told = [dict(order.details)["clock"] for order in play.letters_of(LetterKind.CLOCK_WARNING)]
    assert told.count("law") == 1 or not warned


def test_nobody_is_warned_at_night_or_while_the_clock_stands_still() -> None:
    play = in_hand(with_clocks(law={"limit": "20 h", "warn": 0.9, "pauses": ["expert_report"]}))
    # Nine tenths would be Tuesday 04:00; the house opens at nine, after the limit: warned at Monday's close.
    warn_at = play.case.clocks["law"].clock.warn_at
    assert warn_at is not None
    assert local(warn_at) == "Mon 11-23 18:00"
    stop(play)
    play.wait(days=3)
    assert not play.letters_of(LetterKind.CLOCK_WARNING)
    run_on(play)
    assert not play.case.clocks["law"].paused


def test_the_reasons_a_page_offers_are_those_that_stop_something() -> None:
    assert reasons(in_hand().briefing) == ("customer_information", "expert_report")
