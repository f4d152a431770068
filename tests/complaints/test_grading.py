"""Grading: four schemes, each by its formula, and what raises a factor."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.policies import load_policy, policy_path
from complaints.grading import (
    ALL_SCHEMES,
    SEVERITIES,
    Factors,
    Grade,
    grade,
    grade_factors,
    is_worst,
    levels_of,
    regrade,
    round_half_up,
)
from complaints.words import Complexity, CustomerType, Priority, Scope, Urgency

if TYPE_CHECKING:
    from complaints.policy import Policy
    from complaints.policy_parts import Scheme

CALM = Factors(impact=1, urgency=1, severity=1, scope=Scope.INDIVIDUAL, complexity=Complexity.LOW, customer_value=1)
FACTORS = st.builds(
    Factors,
    impact=st.integers(1, 5),
    urgency=st.integers(1, 5),
    severity=st.integers(1, 3),
    scope=st.sampled_from(Scope),
    complexity=st.sampled_from(Complexity),
    customer_value=st.integers(1, 3),
)


@cache
def policy(scheme: Scheme = "g2") -> Policy:
    default = load_policy(policy_path("default"))
    return default.model_copy(update={"grading": default.grading.model_copy(update={"scheme": scheme})})


def graded(text: str, **changes: Any) -> Grade:  # noqa: ANN401  any argument of grade
    given_: dict[str, Any] = {
        "category": "price.fees",
        "flags": (),
        "scope": Scope.INDIVIDUAL,
        "customer_type": CustomerType.ORDINARY,
        "policy": policy(),
    }
    return grade(text, **{**given_, **changes})


@pytest.mark.parametrize(
    ("impact", "urgency", "level"),
    [
        (1, 1, "1"),
        (1, 2, "1"),
        (2, 2, "2"),
        (2, 3, "2"),
        (3, 2, "3"),
        (3, 4, "3"),
        (4, 3, "4"),
        (5, 3, "4"),
        (5, 4, "5"),
    ],
)
def test_g2_rounds_six_tenths_impact_and_four_tenths_urgency(impact: int, urgency: int, level: str) -> None:
    assert grade_factors(replace(CALM, impact=impact, urgency=urgency), policy("g2")).level == level


@pytest.mark.parametrize(("score", "whole"), [(0.5, 1), (1.5, 2), (2.5, 3), (2.4999, 2), (0.1 + 0.2 + 2.2, 3)])
def test_halves_are_rounded_up_also_after_binary_dust(score: float, whole: int) -> None:
    assert round_half_up(score) == whole


@pytest.mark.parametrize(
    ("severity", "scope", "value", "level"),
    [
        (1, Scope.INDIVIDUAL, 1, "low"),
        (2, Scope.INDIVIDUAL, 1, "medium"),  # 1.0 + 0.3 + 0.2 = 1.5
        (3, Scope.GROUP, 2, "high"),  # 1.5 + 0.6 + 0.4 = 2.5
        (3, Scope.GROUP, 1, "medium"),
        (3, Scope.WIDE, 3, "high"),
    ],
)
def test_g1_weighs_severity_scope_and_customer_value(severity: int, scope: Scope, value: int, level: str) -> None:
    factors = replace(CALM, severity=severity, scope=scope, customer_value=value)
    assert grade_factors(factors, policy("g1")).level == level


@pytest.mark.parametrize(
    ("impact", "urgency", "complexity", "level"),
    [
        (1, 1, Complexity.LOW, "4"),
        (3, 3, Complexity.LOW, "2"),
        (5, 5, Complexity.HIGH, "1"),
        (2, 2, Complexity.LOW, "3"),
    ],
)
def test_g3_calls_its_gravest_level_one(impact: int, urgency: int, complexity: Complexity, level: str) -> None:
    factors = replace(CALM, impact=impact, urgency=urgency, complexity=complexity)
    assert grade_factors(factors, policy("g3")).level == level


def test_g4_looks_its_label_up_by_urgency_and_scope() -> None:
    factors = replace(CALM, urgency=5, scope=Scope.GROUP)
    found = grade_factors(factors, policy("g4"))
    assert (found.level, found.severity) == ("urgent-group", "very_serious")


@pytest.mark.parametrize("scheme", ALL_SCHEMES)
@settings(deadline=None)
@given(factors=FACTORS)
def test_every_grade_is_a_level_of_its_scheme_and_carries_it(scheme: Scheme, factors: Factors) -> None:
    found = grade_factors(factors, policy(scheme))
    assert found.scheme == scheme
    assert found.level in levels_of(scheme, policy().grading)
    assert found.severity == policy().grading.severity[scheme][found.level]


@pytest.mark.parametrize("scheme", ALL_SCHEMES)
@settings(deadline=None)
@given(factors=FACTORS)
def test_a_graver_factor_never_makes_the_case_milder(scheme: Scheme, factors: Factors) -> None:
    graver = replace(factors, impact=min(5, factors.impact + 1), urgency=min(5, factors.urgency + 1))
    mild, grave = (grade_factors(one, policy(scheme)).severity for one in (factors, graver))
    assert SEVERITIES.index(mild) <= SEVERITIES.index(grave)


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [(4, 4, Priority.DO_NOW), (4, 1, Priority.PLAN), (1, 4, Priority.DELEGATE), (1, 1, Priority.DEFER)],
)
def test_priority_is_eisenhowers(impact: int, urgency: int, priority: Priority) -> None:
    assert grade_factors(replace(CALM, impact=impact, urgency=urgency), policy()).priority is priority


@pytest.mark.parametrize(("urgency", "word"), [(2, Urgency.NORMAL), (3, Urgency.IMPORTANT), (4, Urgency.URGENT)])
def test_urgency_is_said_in_words(urgency: int, word: Urgency) -> None:
    assert grade_factors(replace(CALM, urgency=urgency), policy()).urgency is word


def test_levels_run_from_best_to_worst() -> None:
    assert levels_of("g2") == ("1", "2", "3", "4", "5")
    assert levels_of("g3") == ("4", "3", "2", "1")
    assert levels_of("g4", policy().grading)[0] == "normal-individual"
    assert [is_worst(level, policy()) for level in ("4", "5")] == [False, True]
    assert is_worst("1", policy("g3"))


def test_a_calm_complaint_stays_where_its_category_starts() -> None:
    found = graded("I was charged a fee.")
    assert (found.inputs["impact"], found.inputs["urgency"], found.level) == (2, 2, "2")
    assert found.complexity is Complexity.LOW


def test_a_signal_raises_its_factor_and_says_why_in_the_policys_words() -> None:
    found = graded("我多次反映，至今没有人理，请尽快处理！")
    assert found.inputs["urgency"] == 4
    assert any(reason.endswith("urgency 3 (多次, 至今)") for reason in found.reasons)


def test_a_reason_never_repeats_the_customers_own_words() -> None:
    found = graded("Mr Smith of Elm Street says: urgent, my lawyer knows of the fraud")
    assert not any("Smith" in reason or "Elm" in reason for reason in found.reasons)


def test_a_safety_flag_makes_the_case_the_worst() -> None:
    assert is_worst(graded("", flags=("safety",)).level, policy())


def test_a_flag_the_policy_does_not_know_changes_nothing() -> None:
    assert graded("", flags=("unheard_of",)) == graded("")


def test_a_group_and_a_vulnerable_customer_are_graver_than_one_ordinary_customer() -> None:
    ordinary = graded("")
    assert graded("", scope=Scope.GROUP).level > ordinary.level
    assert graded("", customer_type=CustomerType.VULNERABLE).level > ordinary.level


def test_words_can_widen_the_scope_but_never_narrow_it() -> None:
    assert graded("集体投诉").scope is Scope.GROUP
    assert graded("集体投诉", scope=Scope.WIDE).scope is Scope.WIDE


def test_complexity_follows_the_words() -> None:
    assert graded("I took it to court").complexity is Complexity.HIGH


def test_what_a_person_decides_is_graded_as_she_decided_it() -> None:
    found = regrade(
        "other.fraud",
        impact=1,
        urgency=1,
        scope=Scope.INDIVIDUAL,
        customer_type=CustomerType.VULNERABLE,
        policy=policy(),
        text="it went to court, urgent",
    )
    assert (found.level, found.urgency, found.complexity) == ("1", Urgency.NORMAL, Complexity.HIGH)
    assert found.reasons[0] == "confirmed_by_person"
