"""What raises a case besides a deadline: each trigger at its limit, each occasion once, to whom and with what time."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from complaints.clocks import due
from complaints.durations import parse_duration
from complaints.escalation_events import CaseEscalated
from complaints.letters import LetterKind
from complaints.policy_triggers import ContactRise, LevelRise, Rise, ScoreRise
from complaints.raising import Cause, raise_case
from complaints.withdrawal import add_information
from complaints.words import CUSTOMER, Role, TaskKind, Trigger
from tests.play import Play, changed, default_policy, replaced, told, without

CONTACT = "escalation.triggers.customer_contact"


def with_rule(name: str, rule: Rise | None) -> Play:
    """A case that waits for findings, under a policy with this rule for a trigger."""
    play = Play(policy=changed(default_policy(), f"escalation.triggers.{name}", rule))
    play.bring_to(TaskKind.FINDINGS)
    return play


def raised(play: Play) -> list[tuple[str, int, str, bool]]:
    """Trigger, level, who was told, and whether the work moved, of everything that raised the case."""
    return [(fact.trigger.value, fact.level, fact.told, fact.moved) for fact in play.facts(CaseEscalated)]


# --- the customer comes back ------------------------------------------------------


def test_the_contact_that_reaches_the_number_raises_the_case_and_the_one_before_does_not() -> None:
    play = with_rule("customer_contact", ContactRise(level=1, contacts=3))
    for _ in range(2):
        play.add_information("Hello?")
    assert raised(play) == []
    play.add_information("Hello again?")
    assert raised(play) == [("customer_contact", 1, "huang_min", False)]
    assert play.case.escalation_level == 1
    assert play.case.was_escalated
    assert play.the_task(TaskKind.FINDINGS).level == 0


def test_every_further_round_of_contacts_goes_a_level_higher_and_after_the_top_the_top_is_told_again() -> None:
    play = with_rule("customer_contact", ContactRise(level=1, contacts=1))
    for _ in range(6):
        play.add_information("Hello?")
    assert [level for _, level, _, _ in raised(play)] == [1, 2, 3, 4, 4, 4]
    assert len({told for _, level, told, _ in raised(play) if level < 4}) == 3
    letters = [order.key for order in play.letters_of(LetterKind.CASE_ESCALATED)]
    assert len(letters) == len(set(letters)) == 6


def test_contacts_that_came_during_a_downtime_are_answered_in_order_at_once() -> None:
    play = with_rule("customer_contact", ContactRise(level=1, contacts=1))
    for _ in range(2):
        written = add_information(play.briefing, text="?", evidence=(), stationery=play.stationery())
        play._write(written, by=CUSTOMER)  # noqa: SLF001  the flow sleeps meanwhile
    play.carry_on()
    assert [
        (level, fact.about) for (_, level, _, _), fact in zip(raised(play), play.facts(CaseEscalated), strict=True)
    ] == [
        (1, "contact-1"),
        (2, "contact-2"),
    ]


def test_who_writes_after_the_decision_was_carried_out_raises_nothing() -> None:
    play = with_rule("customer_contact", ContactRise(level=1, contacts=1))
    play.bring_to(TaskKind.SURVEY)
    play.add_information("Thank you.")
    assert raised(play) == []


def test_a_trigger_that_the_policy_does_not_name_does_nothing() -> None:
    play = with_rule("customer_contact", None)
    for _ in range(5):
        play.add_information("Hello?")
    assert raised(play) == []


def test_level_nought_switches_an_inherited_trigger_off() -> None:
    play = with_rule("customer_contact", ContactRise(level=0, contacts=1))
    play.add_information("Hello?")
    assert raised(play) == []


# --- where it goes ------------------------------------------------------------------


def test_the_work_moves_with_a_new_deadline_and_its_former_holder_is_told() -> None:
    rule = ContactRise(level=2, contacts=1, moves_work=True, extends_by=parse_duration("3 bd"))
    play = with_rule("customer_contact", rule)
    before = play.the_task(TaskKind.FINDINGS)
    play.add_information("Hello?")
    task = play.the_task(TaskKind.FINDINGS)
    assert (task.assignee, task.former, task.level) == ("zhou_qiang", ("peter_novak",), 2)
    assert task.due_at == due(play.at, parse_duration("3 bd"), play.policy.calendar) > before.due_at
    (moved,) = play.letters_of(LetterKind.TASK_MOVED)
    assert (moved.to, dict(moved.details)) == ("peter_novak", {"moved_to": "zhou_qiang", "why": "escalated"})
    (told,) = play.letters_of(LetterKind.CASE_ESCALATED)
    assert (told.to, told.task_id, dict(told.details)["mine"]) == ("zhou_qiang", task.id, "yes")
    play.submit(task)
    assert play.case.findings is not None
    assert play.case.findings.proposed_by == "zhou_qiang"


def test_an_extension_never_brings_a_deadline_nearer() -> None:
    play = with_rule("customer_contact", ContactRise(level=1, contacts=1, extends_by=parse_duration("1 min")))
    before = play.the_task(TaskKind.FINDINGS)
    play.add_information("Hello?")
    after = play.the_task(TaskKind.FINDINGS)
    assert (after.due_at, after.warn_at) == (before.due_at, before.warn_at)


def test_others_are_told_once_each_and_never_the_same_person_twice() -> None:
    rule = ContactRise(level=3, contacts=1, tell=(Role.EXECUTIVE, Role.COMPLAINTS_MANAGER, Role.TEAM_LEAD))
    play = with_rule("customer_contact", rule)
    play.add_information("Hello?")
    (fact,) = play.facts(CaseEscalated)
    assert len({fact.told, *fact.also_told}) == 4
    assert [order.to for order in play.letters_of(LetterKind.CASE_ESCALATED)] == [fact.told, *fact.also_told]


def test_who_was_told_is_passed_over_when_the_deadline_passes_later() -> None:
    play = with_rule("customer_contact", ContactRise(level=1, contacts=1))
    play.add_information("Hello?")
    play.climb()
    assert play.the_task(TaskKind.FINDINGS).told == ("huang_min", "zhou_qiang")


def test_an_absent_step_is_passed_over() -> None:
    policy = changed(without(default_policy(), "huang_min"), CONTACT, ContactRise(level=1, contacts=1))
    play = Play(policy=policy)
    play.bring_to(TaskKind.FINDINGS)
    play.add_information("Hello?")
    assert raised(play) == [("customer_contact", 2, "zhou_qiang", False)]


def test_an_overdue_task_is_marked_late() -> None:
    play = with_rule("customer_contact", ContactRise(level=3, contacts=1))
    play.climb()
    play.at = play.the_task(TaskKind.FINDINGS).due_at
    play.add_information("Hello?")
    late = [fact.late for fact in play.facts(CaseEscalated)]
    assert late == [False]
    # The deadline is seen first, and gives its own new time before the contact is looked at.
    assert play.kinds[-2:] == ["task.escalated", "case.escalated"]


# --- grave cases, refusals and scores -------------------------------------------------


@pytest.mark.parametrize(("rank", "times"), [(2, 1), (3, 0)])
def test_a_level_at_the_limit_raises_and_a_milder_one_does_not(rank: int, times: int) -> None:
    play = with_rule("level_reached", LevelRise(level=3, from_urgency=rank))
    assert play.case.level == "2"
    assert len(raised(play)) == times


@pytest.mark.parametrize(("score", "times"), [(2, 1), (3, 0)])
def test_a_score_at_the_limit_raises_and_a_better_one_does_not(score: int, times: int) -> None:
    play = with_rule("low_score", ScoreRise(level=2, at_or_below=2))
    play.submit(play.bring_to(TaskKind.SURVEY), csat=score, resolved="no")
    assert [trigger for trigger, *_ in raised(play)] == ["low_score"] * times


@pytest.mark.parametrize(("rounds", "times"), [(1, 1), (2, 0)])
def test_only_the_last_offer_refused_raises(rounds: int, times: int) -> None:
    play = Play(policy=changed(default_policy(), "response.max_rounds", rounds))
    play.submit(play.bring_to(TaskKind.DECISION), decision="reject")
    assert [trigger for trigger, *_ in raised(play)] == ["final_offer_refused"] * times


def test_the_same_occasion_raises_once_however_often_it_is_told() -> None:
    play = with_rule("mass_event", Rise(level=1))
    cause = Cause(about="IN-1")
    first = raise_case(play.briefing, Trigger.MASS_EVENT, cause=cause)
    assert len(first.facts) == 1
    assert not raise_case(play.briefing.after(first), Trigger.MASS_EVENT, cause=cause)


def test_an_archived_case_is_raised_by_nothing() -> None:
    play = Play()
    play.to_the_end()
    assert not raise_case(play.briefing, Trigger.MASS_EVENT, cause=Cause(about="IN-1"))
    assert play.case.escalation_level == 0


def test_somebody_the_complaint_names_is_not_told() -> None:
    record: dict[str, Any] = {"detail": f"{told().detail} Huang Min was rude to me."}
    play = Play(policy=changed(default_policy(), CONTACT, ContactRise(level=1, contacts=1)), record=told(**record))
    play.bring_to(TaskKind.FINDINGS)
    play.add_information("Hello?")
    assert "huang_min" not in {fact.told for fact in play.facts(CaseEscalated)}


def test_who_works_by_hours_of_her_own_is_warned_within_them() -> None:
    """The house is open from nine; whoever begins at two in the afternoon is not warned in the morning."""
    base = default_policy()
    late = base.calendar.model_copy(
        update={"hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("14:00", "22:00"),))}
    )
    policy = changed(replaced(base, "peter_novak", hours="late"), "calendars", {**base.calendars, "late": late})
    play, usual = Play(policy=policy), Play()
    task, other = play.bring_to(TaskKind.FINDINGS), usual.bring_to(TaskKind.FINDINGS)
    assert (task.assignee, task.due_at) == (other.assignee, other.due_at)
    zone = ZoneInfo("Asia/Shanghai")
    assert not 14 <= other.warn_at.astimezone(zone).hour < 22
    assert 14 <= task.warn_at.astimezone(zone).hour <= 22
