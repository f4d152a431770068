"""What a rule wants written when its time is over, or was not needed: once, and late said as late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.policies import load_policy, policy_path
from complaints.holding_events import HoldingResponseSent, SummaryResolutionSent
from complaints.letters import LetterKind
from complaints.policy_clocks import ClockRule, OnDue
from complaints.words import TaskKind
from tests.play import Play, changed, default_policy, told

BRITISH = load_policy(policy_path("uk-fca-disp"))
MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
"""Ten in the morning in London, in summer."""


def british(**changes: str) -> Play:
    return Play(policy=BRITISH, record=told(at=MONDAY, **changes), at=MONDAY)


def test_a_clock_without_on_due_orders_no_letter_to_the_customer() -> None:
    play = Play()
    play.wait(days=4)
    assert "clock.missed" in play.kinds
    assert not play.letters_of(LetterKind.HOLDING_RESPONSE)


@pytest.mark.parametrize(("after", "sent"), [(timedelta(minutes=-1), 0), (timedelta(0), 1), (timedelta(minutes=1), 1)])
def test_the_letter_goes_out_in_the_moment_in_which_the_clock_runs_out(after: timedelta, sent: int) -> None:
    play = british()
    play.carry_on()
    play.at = play.case.clocks["final_response"].clock.due_at + after
    play.carry_on()
    assert len(play.letters_of(LetterKind.HOLDING_RESPONSE)) == sent


@pytest.mark.parametrize(("hours", "late"), [(13, False), (14, True)])
def test_it_is_late_once_the_last_local_day_is_over(hours: int, *, late: bool) -> None:
    """Due at ten in London, in winter: midnight is fourteen hours later."""
    play = british()
    play.carry_on()
    play.at = play.case.clocks["final_response"].clock.due_at + timedelta(hours=hours)
    play.carry_on()
    (sent,) = play.facts(HoldingResponseSent)
    assert sent.late is late
    assert dict(play.letters_of(LetterKind.HOLDING_RESPONSE)[0].details)["late"] == ("yes" if late else "no")


def test_it_starts_the_clock_that_its_promise_names() -> None:
    play = british()
    play.wait(weeks=9)
    clock = play.case.clocks["after_holding"].clock
    assert clock.due_at - clock.started_at == timedelta(weeks=4)


def test_who_has_no_mail_gets_none_and_the_history_says_so() -> None:
    play = british(email="")
    play.wait(weeks=9)
    (sent,) = play.facts(HoldingResponseSent)
    assert not sent.by_mail
    assert not play.letters_of(LetterKind.HOLDING_RESPONSE)


def test_whoever_rejects_in_time_gets_no_summary() -> None:
    play = british()
    play.submit(play.bring_to(TaskKind.DECISION), decision="reject")
    assert not play.facts(SummaryResolutionSent)
    assert not play.case.clocks["summary_resolution"].met


def test_the_end_of_a_window_is_told_to_nobody() -> None:
    play = british()
    play.carry_on()
    play.at = play.case.clocks["summary_resolution"].clock.due_at
    play.carry_on()
    named = [dict(order.details)["clock"] for order in play.letters_of(LetterKind.CLOCK_MISSED)]
    assert "summary_resolution" not in named
    assert play.case.clocks["summary_resolution"].missed


def test_a_house_without_a_window_writes_no_summary() -> None:
    play = Play()
    play.submit(play.bring_to(TaskKind.DECISION))
    assert not play.letters_of(LetterKind.SUMMARY_RESOLUTION)


def test_a_promise_of_a_clock_that_never_ran_is_no_hindrance() -> None:
    resolve: ClockRule = default_policy().clocks["resolve"]
    rule = resolve.model_copy(update={"on_due": OnDue(letter="holding_response")})
    play = Play(policy=changed(default_policy(), "clocks.resolve", rule))
    play.wait(days=4)
    assert len(play.letters_of(LetterKind.HOLDING_RESPONSE)) == 1
