"""Extensions: asked by the handler, granted by other eyes, told to the customer; once, and only in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.acts import acts_open
from complaints.clock_correspondence import ExtensionNotice
from complaints.clock_events import ClockExtended, ExtensionAsked, ExtensionDecided
from complaints.composing import compose
from complaints.drafting import Addresses
from complaints.errors import ActNotOpen, AnswerWrong
from complaints.extending import extendable
from complaints.letters import LetterKind
from complaints.policy_clocks import ClockRule
from complaints.words import ActKind, TaskKind
from tests.builders import MONDAY_MORNING
from tests.play import Play, changed, default_policy, told

REASON = {"clock": "resolve", "reason": "complex", "note": "The maker has not answered yet."}
PROLONGED: dict[str, Any] = {
    "name": {"en": "The law", "zh": "法定时限"},
    "kind": "regulatory",
    "limit": "15 bd",
    "stops": "decided",
    "pauses": ["expert_report"],
    "extension": {
        "by": "20 bd",
        "approver": "complaints_manager",
        "decide_within": "4 bh",
        "reasons": {"beyond_control": {"en": "For reasons beyond our control.", "zh": "因非我方可控的原因。"}},
    },
}


def in_hand(**record: Any) -> Play:  # noqa: ANN401  any field
    """A case that its handler works on."""
    play = Play(record=told(**record))
    play.bring_to(TaskKind.FINDINGS)
    return play


def asked(play: Play, **changes: Any) -> Any:  # noqa: ANN401  a task
    """The handler asks for more time; the task of whoever decides."""
    play.do(ActKind.EXTEND, play.the_task(TaskKind.FINDINGS), **{**REASON, **changes})
    return play.the_task(TaskKind.EXTENSION)


def test_who_is_asked_has_the_role_and_is_not_whoever_asks() -> None:
    play = in_hand()
    handler = play.the_task(TaskKind.FINDINGS).assignee
    task = asked(play)
    assert "department_head" in play.policy.staff[task.assignee].roles
    assert task.assignee != handler == task.asks["proposed_by"]
    assert play.facts(ExtensionAsked)[0].task_id == task.id
    assert [(order.to, order.task_id) for order in play.letters_of(LetterKind.TASK_ASKED)][-1] == (
        task.assignee,
        task.id,
    )


def test_granted_the_clock_gets_its_time_and_the_customer_a_letter() -> None:
    play = in_hand()
    play.submit(asked(play))
    running = play.case.clocks["resolve"]
    assert running.clock.due_at == MONDAY_MORNING + timedelta(hours=48 + 72)
    assert running.extended == 1
    fact = play.facts(ClockExtended)[0]
    assert (fact.length, fact.reason, fact.asked_by) == ("72 h", "complex", "peter_novak")
    assert fact.approved_by == play.facts(ExtensionDecided)[0].by != fact.asked_by
    (notice,) = play.letters_of(LetterKind.EXTENSION_NOTICE)
    assert dict(notice.details)["due_at"] == fact.due_at.isoformat()
    assert [order.to for order in play.letters_of(LetterKind.EXTENSION_DECIDED)] == ["peter_novak"]


@pytest.mark.parametrize(("hours", "missed"), [(119, False), (120, True)])
def test_the_new_limit_counts_on_both_of_its_sides(hours: int, missed: bool) -> None:
    play = in_hand()
    play.submit(asked(play))
    play.at = MONDAY_MORNING + timedelta(hours=hours)
    play.carry_on()
    assert play.case.clocks["resolve"].missed == missed


def test_refused_the_date_stands_and_only_whoever_asked_is_told() -> None:
    play = in_hand()
    play.submit(asked(play), decision="refuse", reason="Press the maker.")
    assert play.case.clocks["resolve"].clock.due_at == MONDAY_MORNING + timedelta(hours=48)
    assert not play.letters_of(LetterKind.EXTENSION_NOTICE)
    assert dict(play.letters_of(LetterKind.EXTENSION_DECIDED)[0].details)["granted"] == "no"
    # Refused is not used up: she may ask again.
    assert "resolve" in extendable(play.briefing)


def test_a_refusal_says_why() -> None:
    play = in_hand()
    task = asked(play)
    with pytest.raises(AnswerWrong):
        play.submit(task, decision="refuse")


def test_no_more_often_than_the_policy_allows() -> None:
    play = in_hand()
    play.submit(asked(play))
    assert ActKind.EXTEND not in acts_open(play.briefing, play.the_task(TaskKind.FINDINGS))
    with pytest.raises(ActNotOpen):
        asked(play)


def test_nobody_is_asked_twice_about_one_clock_at_a_time() -> None:
    play = in_hand()
    asked(play)
    with pytest.raises(ActNotOpen):
        asked(play)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"clock": "acknowledge"}, {"clock": "not_extendable"}),
        ({"clock": "nothing"}, {"clock": "not_extendable"}),
        ({"reason": "tired"}, {"reason": "unknown_choice"}),
        ({"note": ""}, {"note": "string_too_short"}),
    ],
)
def test_what_cannot_be_extended_is_told_at_its_field(changes: dict[str, str], problems: dict[str, str]) -> None:
    play = in_hand()
    with pytest.raises(AnswerWrong) as wrong:
        asked(play, **changes)
    assert wrong.value.problems == problems


@pytest.mark.parametrize(("minutes", "may"), [(-1, True), (0, False)])
def test_only_a_clock_that_still_runs_may_be_extended(minutes: int, may: bool) -> None:
    play = in_hand()
    play.at = MONDAY_MORNING + timedelta(hours=48, minutes=minutes)
    assert ("resolve" in extendable(play.briefing)) == may


def test_once_the_clock_has_run_out_nobody_need_decide_any_more() -> None:
    play = in_hand()
    play.at = MONDAY_MORNING + timedelta(hours=47)
    play.carry_on()
    task = asked(play)
    play.wait(hours=1)
    closed = play.case.tasks[task.id]
    assert (closed.status, closed.closed_reason) == ("revoked", "clock_over")


def test_a_decision_that_comes_too_late_extends_nothing() -> None:
    play = in_hand()
    play.at = MONDAY_MORNING + timedelta(hours=47)
    play.carry_on()
    task = asked(play)
    play.at += timedelta(hours=1)
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(task)
    assert wrong.value.problems == {"decision": "clock_over"}


def test_a_customer_without_mail_gets_no_letter_but_the_time_counts() -> None:
    play = in_hand(email="", phone="+8613800138000")
    play.submit(asked(play))
    assert not play.letters_of(LetterKind.EXTENSION_NOTICE)
    assert play.case.clocks["resolve"].extended == 1


def by_law() -> Play:
    """A case under a law of fifteen business days, exceptionally thirty-five."""
    policy = default_policy()
    play = Play(policy=changed(policy, "clocks", {**policy.clocks, "law": ClockRule.model_validate(PROLONGED)}))
    play.bring_to(TaskKind.FINDINGS)
    return play


def local(play: Play) -> str:
    return play.case.clocks["law"].clock.due_at.strftime("%Y-%m-%d %H:%M")


def test_business_days_are_extended_by_business_days_from_the_limit_as_it_stands() -> None:
    play = by_law()
    assert local(play) == "2026-12-14 10:00"
    play.submit(asked(play, clock="law", reason="beyond_control"))
    # The close of the thirty-fifth business day after receipt; 1 January is a holiday.
    assert local(play) == "2027-01-12 10:00"


def test_a_clock_that_stands_still_may_be_extended_and_runs_on_from_there() -> None:
    extended_first, paused_first = by_law(), by_law()
    extended_first.submit(asked(extended_first, clock="law", reason="beyond_control"))
    for play in (extended_first, paused_first):
        play.do(ActKind.PAUSE, play.the_task(TaskKind.FINDINGS), reason="expert_report")
    paused_first.submit(asked(paused_first, clock="law", reason="beyond_control"))
    for play in (extended_first, paused_first):
        play.at = MONDAY_MORNING + timedelta(days=7)
        play.carry_on()
        play.do(ActKind.RESUME, play.the_task(TaskKind.FINDINGS))
    assert local(extended_first) == local(paused_first) == "2027-01-19 10:00"


def test_a_customer_whose_case_stands_still_reads_the_date_that_she_was_told_and_that_the_new_one_is_the_latest() -> (
    None
):
    play = Play()
    play.bring_to(TaskKind.FINDINGS)
    told = play.case.clocks["resolve"].clock.due_at
    play.do(ActKind.PAUSE, play.the_task(TaskKind.FINDINGS), reason="expert_report")
    play.do(ActKind.EXTEND, play.the_task(TaskKind.FINDINGS), clock="resolve", reason="complex", note="It is hard.")
    play.submit(play.the_task(TaskKind.EXTENSION))
    (order,) = play.letters_of(LetterKind.EXTENSION_NOTICE)
    letter = compose(play.briefing, order, addresses=Addresses(task="", track="", view=""))
    assert isinstance(letter, ExtensionNotice)
    assert (letter.previous_due_at, letter.is_latest) == (told, True)
