"""Grading anew: who may, what is kept, how running clocks follow, and what a wider scope does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from adapters.policies import load_policy, policy_path
from complaints.acts import acts_open
from complaints.authority import may_grant
from complaints.errors import AnswerWrong
from complaints.escalation_events import CaseEscalated
from complaints.events import CaseRegraded, CategorySuggested, Classification
from complaints.grading import ALL_SCHEMES, levels_of
from complaints.policy_parts import Regrade
from complaints.regrading import factors_of, widened
from complaints.words import SYSTEM, ActKind, Complexity, Priority, RemedyKind, Role, Scope, TaskKind
from complaints.work_events import Remedy
from tests.play import Play, changed, default_policy, told

if TYPE_CHECKING:
    from complaints.policy import Policy

GRAVER = {"category": "product.quality", "impact": 4, "urgency": 4, "scope": "group", "reason": "Ten more called."}
MILDER = {"category": "product.quality", "impact": 1, "urgency": 1, "scope": "individual", "reason": "A misreading."}


def graded(rule: Any = "sooner_only", **record: Any) -> Play:  # noqa: ANN401  any field
    """A case of level 2 that waits for findings, under this rule for its clocks."""
    play = Play(
        policy=changed(default_policy(), "grading.regrade", Regrade(clocks=rule)),
        record=told(**record),
    )
    play.bring_to(TaskKind.FINDINGS)
    return play


def regrade(play: Play, **fields: Any) -> CaseRegraded:  # noqa: ANN401  any field of the form
    play.do(ActKind.REGRADE, play.the_task(TaskKind.FINDINGS), **fields)
    fact: CaseRegraded = play.facts(CaseRegraded)[-1]
    return fact


def resolves(play: Play) -> timedelta:
    """How long after receipt the case must be resolved."""
    clock = play.case.clocks["resolve"].clock
    return clock.due_at - clock.started_at


def test_the_new_grade_stands_and_the_old_one_and_the_first_are_kept_with_the_reason() -> None:
    play = graded()
    first = play.case.classification
    fact = regrade(play, **GRAVER)
    assert (fact.previous, fact.by, fact.reason_code) == (first, "peter_novak", "")
    assert fact.reason is not None
    assert play.papers[fact.reason.id] == {"reason": "Ten more called."}
    assert (play.case.level, fact.classification.scheme) == ("4", "g2")
    assert fact.classification.inputs == {"impact": 4, "urgency": 4, "score": 4.0}
    regrade(play, **MILDER)
    assert play.case.first_classification == first
    # What the rules had suggested is still beside it, so that accuracy can be counted.
    assert play.case.suggestion == play.facts(CategorySuggested)[0]
    assert play.case.stage == "investigation"
    assert play.the_task(TaskKind.FINDINGS).assignee == "peter_novak"


@pytest.mark.parametrize(
    ("rule", "graver", "milder"),
    [("keep", 48, 48), ("sooner_only", 24, 24), ("restart", 24, 24)],
)
def test_running_clocks_follow_the_policys_rule(rule: str, graver: int, milder: int) -> None:
    """Level 2 has 48 h, level 4 has 24, level 1 has 24 too: the table is not monotonic."""
    play = graded(rule)
    assert resolves(play) == timedelta(hours=48)
    regrade(play, **GRAVER)
    assert resolves(play) == timedelta(hours=graver)
    regrade(play, **MILDER)
    assert resolves(play) == timedelta(hours=milder)


@pytest.mark.parametrize(("rule", "hours"), [("keep", 48), ("sooner_only", 48), ("restart", 72)])
def test_only_restart_lets_a_clock_end_later(rule: str, hours: int) -> None:
    play = graded(rule)
    regrade(play, **{**GRAVER, "impact": 3, "urgency": 3, "scope": "individual"})
    assert play.case.level == "3"
    assert resolves(play) == timedelta(hours=hours)


def test_a_clock_that_was_met_stays_met() -> None:
    play = graded("restart")
    before = play.case.clocks["first_response"]
    assert before.met
    regrade(play, **GRAVER)
    assert play.case.clocks["first_response"] == before


def test_a_clock_put_into_the_past_is_missed_at_once_and_one_put_ahead_again_is_not() -> None:
    play = graded("restart")
    play.wait(hours=30)
    play.do(ActKind.REGRADE, play.the_task(TaskKind.FINDINGS), **GRAVER)
    assert play.case.clocks["resolve"].missed
    regrade(play, **{**GRAVER, "impact": 3, "urgency": 3, "scope": "individual"})
    assert not play.case.clocks["resolve"].missed


def test_grading_to_the_worst_level_raises_the_case() -> None:
    play = graded()
    regrade(play, **{**GRAVER, "impact": 5, "urgency": 5})
    assert [(one.trigger, one.about, one.level) for one in play.facts(CaseEscalated)] == [("level_reached", "g2-5", 3)]


def test_the_same_grade_again_is_told() -> None:
    play = graded()
    known = play.case.classification
    assert known is not None
    same = {**GRAVER, "category": known.category, "impact": 2, "urgency": 2, "scope": "individual"}
    with pytest.raises(AnswerWrong) as wrong:
        regrade(play, **same)
    assert wrong.value.problems == {"reason": "same_grade"}


def test_a_grade_needs_a_reason_and_a_category_of_the_house() -> None:
    play = graded()
    for fields, problem in (
        ({"reason": ""}, "reason"),
        ({"category": "weather"}, "category"),
        ({"impact": 6}, "impact"),
    ):
        with pytest.raises(AnswerWrong) as wrong:
            regrade(play, **{**GRAVER, **fields})
        assert set(wrong.value.problems) == {problem}


def test_who_does_the_handlers_work_or_stands_above_may_and_others_may_not() -> None:
    play = graded()
    assert ActKind.REGRADE in acts_open(play.briefing, play.the_task(TaskKind.FINDINGS))
    clerk = replace(play.the_task(TaskKind.FINDINGS), kind=TaskKind.PHONE_CALLBACK, assignee="liu_yang")
    lead = replace(clerk, assignee="huang_min")
    classifier = replace(clerk, assignee="li_na")
    may = [ActKind.REGRADE in acts_open(play.briefing, task) for task in (clerk, lead, classifier)]
    assert may == [False, True, True]
    play.bring_to(TaskKind.SURVEY)
    assert ActKind.REGRADE not in acts_open(play.briefing, lead)


def test_a_department_that_leads_under_the_new_grade_gets_the_case_only_where_the_policy_says_so() -> None:
    for reassign, handlers in ((False, {"peter_novak"}), (True, {"song_mei", "grace_miller"})):
        rule = Regrade(reassign=reassign)
        play = Play(policy=changed(default_policy(), "grading.regrade", rule))
        play.bring_to(TaskKind.FINDINGS)
        regrade(play, **{**GRAVER, "impact": 5, "urgency": 5})
        assert play.case.assignment is not None
        assert play.case.assignment.handler in handlers
        assert play.the_task(TaskKind.FINDINGS).assignee == play.case.assignment.handler
        assert play.case.assignment.department == ("complaints_office" if reassign else "after_sales")
        assert play.to_the_end().outcome == "satisfied"


# --- a wider scope ------------------------------------------------------------------


def test_a_wider_scope_raises_factors_to_its_floors_and_never_lowers_them() -> None:
    play = graded()
    verdict = widened(play.briefing, Scope.GROUP, by=SYSTEM, reason_code="mass_event")
    (fact,) = verdict.facts
    assert isinstance(fact, CaseRegraded)
    factors = factors_of(fact.classification)
    assert (factors.scope, factors.impact, factors.urgency) == (Scope.GROUP, 4, 3)
    assert (fact.reason_code, fact.classification.level) == ("mass_event", "4")
    assert fact.classification.reasons[-1] == "mass_event"
    again = play.briefing.after(verdict)
    assert not widened(again, Scope.INDIVIDUAL, by=SYSTEM, reason_code="mass_event")
    assert not widened(again, Scope.GROUP, by=SYSTEM, reason_code="mass_event")


def test_a_grade_of_an_earlier_version_that_kept_no_factors_is_left_alone() -> None:
    play = graded()
    known = play.case.classification
    assert known is not None
    old = Classification.model_validate({**known.model_dump(), "factors": {}})
    briefing = replace(play.briefing, case=replace(play.case, classification=old))
    assert not widened(briefing, Scope.WIDE, by=SYSTEM, reason_code="mass_event")


# --- every scheme end to end ----------------------------------------------------------


def under(scheme: str) -> Policy:
    """The default policy by another scheme, with the table that fits it."""
    policy = changed(default_policy(), "grading.scheme", scheme)
    levels = levels_of(policy.grading.scheme, policy.grading)
    row = next(iter(policy.limits.by_level.values()))
    policy = changed(policy, "limits.by_level", {**policy.limits.by_level, **dict.fromkeys(levels, row)})
    sampled: Policy = changed(policy, "callback.sampling", dict.fromkeys(levels, 1.0))
    return sampled


INPUTS = {
    "g1": {"severity", "scope", "customer_value", "score"},
    "g2": {"impact", "urgency", "score"},
    "g3": {"urgency", "complexity", "potential_impact", "score"},
    "g4": {"urgency", "scope"},
}


@pytest.mark.parametrize("scheme", ALL_SCHEMES)
def test_a_case_is_carried_to_its_end_under_every_scheme_with_its_inputs_kept(scheme: str) -> None:
    play = Play(policy=under(scheme))
    task = play.bring_to(TaskKind.FINDINGS)
    known = play.case.classification
    assert known is not None
    assert known.scheme == scheme
    assert set(known.inputs) == INPUTS[scheme]
    assert known.priority in set(Priority)
    play.do(ActKind.REGRADE, task, **{**GRAVER, "impact": 5, "urgency": 5, "scope": "wide"})
    worst = play.case.classification
    assert worst is not None
    levels = levels_of(play.policy.grading.scheme, play.policy.grading)
    # Of g3 a third is complexity, and nothing says that this case is a hard one.
    assert (worst.level, worst.scheme) == (levels[-2 if scheme == "g3" else -1], scheme)
    assert (worst.priority, worst.factors["scope"]) == (Priority.DO_NOW, "wide")
    assert play.to_the_end().outcome == "satisfied"


@pytest.mark.parametrize(
    ("complexity", "allowed", "beyond"),
    [(Complexity.LOW, 1000, 1000.01), (Complexity.MEDIUM, 500, 500.01), (Complexity.HIGH, 333.33, 333.34)],
)
def test_the_authority_threshold_is_the_limit_divided_by_complexity(
    complexity: Complexity, allowed: float, beyond: float
) -> None:
    def may(amount: float) -> bool:
        refund = (Remedy(kind=RemedyKind.REFUND, amount=amount),)
        return may_grant(Role.TEAM_LEAD, refund, complexity=complexity, policy=default_policy())

    assert (may(allowed), may(beyond)) == (True, False)


def test_a_person_may_say_how_complex_a_case_is() -> None:
    play = graded()
    assert regrade(play, **{**GRAVER, "complexity": "high"}).classification.complexity is Complexity.HIGH
    assert factors_of(classification_of(play)).complexity is Complexity.HIGH


def test_a_law_for_simple_cases_lets_go_of_one_that_turns_out_complex_and_the_law_for_complex_ones_begins() -> None:
    play = Play(policy=load_policy(policy_path("cn-bank-insurance")))
    play.bring_to(TaskKind.FINDINGS)
    assert {"decision_simple", "decision_complex"} & set(play.case.clocks) == {"decision_simple"}
    known = factors_of(classification_of(play))
    same = {"category": classification_of(play).category, "impact": known.impact, "urgency": known.urgency}
    fact = regrade(play, **same, scope=known.scope.value, complexity="medium", reason="Three banks are involved.")
    assert fact.dropped == ("decision_simple",)
    assert {"decision_simple", "decision_complex"} & set(play.case.clocks) == {"decision_complex"}
    clock = play.case.clocks["decision_complex"].clock
    assert clock.due_at - clock.started_at == timedelta(days=30)


def test_a_promise_is_not_let_go_of() -> None:
    play = graded("restart")
    assert regrade(play, **MILDER).dropped == ()
    assert "resolve" in play.case.clocks


def classification_of(play: Play) -> Classification:
    assert play.case.classification is not None
    return play.case.classification
