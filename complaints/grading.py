"""How grave a complaint is: four schemes that never mix; a level is kept with its scheme (PROCESS.md section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

from complaints.keywords import plain, words_met_in
from complaints.policy_parts import Scheme, Severity
from complaints.words import Complexity, Priority, Scope, Urgency

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from complaints.policy import Policy
    from complaints.policy_parts import Grading
    from complaints.words import CustomerType

ALL_SCHEMES: tuple[Scheme, ...] = ("g1", "g2", "g3", "g4")
SEVERITIES: tuple[Severity, ...] = ("simple", "medium", "serious", "very_serious")
"""The severity words of `limits.by_severity`, best to worst."""

_LEVELS: dict[Scheme, tuple[str, ...]] = {
    "g1": ("low", "medium", "high"),
    "g2": ("1", "2", "3", "4", "5"),
    "g3": ("4", "3", "2", "1"),
}
_SCOPES = (Scope.INDIVIDUAL, Scope.GROUP, Scope.WIDE)
_URGENCIES = (Urgency.NORMAL, Urgency.IMPORTANT, Urgency.URGENT)


@dataclass(frozen=True)
class Factors:
    """What a grade is computed from, each on the scale of PROCESS.md section 3."""

    impact: int
    """1-5"""
    urgency: int
    """1-5"""
    severity: int
    """1-3"""
    scope: Scope
    complexity: Complexity
    customer_value: int
    """1-3"""


@dataclass(frozen=True)
class Grade:
    """A level with the scheme it belongs to, everything it was computed from, and why."""

    scheme: Scheme
    inputs: dict[str, float | str]
    level: str
    severity: Severity
    scope: Scope
    urgency: Urgency
    priority: Priority
    complexity: Complexity
    factors: Factors
    reasons: tuple[str, ...]
    """Names of rules and the policy's own words that met them, e.g. `impact 5: injur*`; never the customer's text."""


def levels_of(scheme: Scheme, grading: Grading | None = None) -> tuple[str, ...]:
    """The levels of a scheme, best to worst; those of the matrix scheme are the labels of the policy's table."""
    if scheme != "g4":
        return _LEVELS[scheme]
    table = {f"{urgency}-{scope}": f"{urgency}-{scope}" for urgency in _URGENCIES for scope in _SCOPES}
    if grading:
        table |= {f"{urgency}-{scope}": label for urgency, row in grading.g4.items() for scope, label in row.items()}
    return tuple(dict.fromkeys(table.values()))


def is_worst(level: str, policy: Policy) -> bool:
    """Whether a level is the worst of the policy's scheme, where a person must confirm."""
    return level == levels_of(policy.grading.scheme, policy.grading)[-1]


def grade(  # noqa: PLR0913  a grade depends on these six
    text: str,
    *,
    category: str,
    flags: tuple[str, ...],
    scope: Scope,
    customer_type: CustomerType,
    policy: Policy,
) -> Grade:
    """Grade by rule: the category's starting factors, raised by signals, flags, scope and the kind of customer."""
    claims = (
        *_claims_of_category(category, policy),
        *_claims_of_customer(customer_type, policy),
        *_claims_of_flags(flags, policy),
        *_claims_of_signals(text, policy),
    )
    factors = _weigh_claims(claims, scope=scope, customer_type=customer_type, policy=policy)
    return grade_factors(factors, policy, reasons=tuple(dict.fromkeys(claim.reason for claim in claims)))


def regrade(  # noqa: PLR0913  as above
    category: str,
    *,
    impact: int,
    urgency: int,
    scope: Scope,
    customer_type: CustomerType,
    policy: Policy,
    text: str = "",
    complexity: Complexity | None = None,
) -> Grade:
    """Grade with the factors that a person decided; complexity is found by rule, from `text`, unless she says it too.

    A person who names an impact has judged all that the rules would have raised it for, so no floor applies.
    """
    del category
    found = _claims_of_signals(text, policy) if complexity is None else ()
    claims = tuple(claim for claim in found if claim.factor == "complexity")
    factors = Factors(
        impact=impact,
        urgency=urgency,
        severity=severity_of(impact),
        scope=scope,
        complexity=complexity or Complexity(_highest("complexity", claims, start=1)),
        customer_value=policy.grading.customers[customer_type].value,
    )
    return grade_factors(factors, policy, reasons=("confirmed_by_person", *(claim.reason for claim in claims)))


def grade_factors(factors: Factors, policy: Policy, *, reasons: tuple[str, ...] = ()) -> Grade:
    """The level, words and priority that follow from factors in the policy's scheme."""
    grading = policy.grading
    urgency = _urgency_word(factors.urgency, grading)
    level, inputs = _FORMULAS[grading.scheme](factors, grading)
    return Grade(
        scheme=grading.scheme,
        inputs=inputs,
        level=level,
        severity=grading.severity[grading.scheme][level],
        scope=factors.scope,
        urgency=urgency,
        priority=_priority(factors, grading),
        complexity=factors.complexity,
        factors=factors,
        reasons=reasons,
    )


@dataclass(frozen=True)
class _Claim:
    """One rule's word that a factor is at least this high."""

    factor: str
    score: int
    reason: str


def _claims_of_category(category: str, policy: Policy) -> Iterator[_Claim]:
    code = category if category in policy.grading.base else category.partition(".")[0]
    base = policy.grading.base.get(code)
    if base:
        yield from _claim_both(base.impact, base.urgency, f"category {code}")


def _claims_of_customer(customer_type: CustomerType, policy: Policy) -> Iterator[_Claim]:
    floors = policy.grading.customers[customer_type]
    yield from _claim_both(floors.impact, floors.urgency, f"customer {customer_type.value}")


def _claims_of_flags(flags: tuple[str, ...], policy: Policy) -> Iterator[_Claim]:
    for code in flags:
        flag = policy.flags.get(code)
        if flag:
            yield from _claim_both(flag.impact or 1, flag.urgency or 1, f"flag {code}")


def _claims_of_signals(text: str, policy: Policy) -> Iterator[_Claim]:
    read = plain(text)
    for signal in policy.grading.signals:
        words = words_met_in(read, signal.keywords)
        if words:
            reason = f"{signal.reason.en}: {signal.factor} {signal.score} ({', '.join(words)})"
            yield _Claim(signal.factor, signal.score, reason)


def _claim_both(impact: int, urgency: int, why: str) -> Iterator[_Claim]:
    """Floors for both factors; 1 claims nothing, since every factor starts there."""
    for factor, score in (("impact", impact), ("urgency", urgency)):
        if score > 1:
            yield _Claim(factor, score, f"{why}: {factor} {score}")


def _weigh_claims(claims: tuple[_Claim, ...], *, scope: Scope, customer_type: CustomerType, policy: Policy) -> Factors:
    """Each factor at the height of its highest claim: rules only ever raise."""
    scope = _SCOPES[_highest("scope", claims, start=_SCOPES.index(scope) + 1) - 1]
    floors = policy.grading.scopes[scope]
    impact = _highest("impact", claims, start=floors.impact)
    return Factors(
        impact=impact,
        urgency=_highest("urgency", claims, start=floors.urgency),
        severity=_highest("severity", claims, start=severity_of(impact)),
        scope=scope,
        complexity=Complexity(_highest("complexity", claims, start=1)),
        customer_value=policy.grading.customers[customer_type].value,
    )


def _highest(factor: str, claims: tuple[_Claim, ...], *, start: int) -> int:
    return max([start, *(claim.score for claim in claims if claim.factor == factor)])


def _weighted_three(factors: Factors, grading: Grading) -> tuple[str, dict[str, float | str]]:
    """`g1`: severity, scope and customer value, each 1-3."""
    scope = _SCOPES.index(factors.scope) + 1
    weights = grading.g1
    score = weights.severity * factors.severity + weights.scope * scope
    score = _settled(score + weights.customer_value * factors.customer_value)
    level = "high" if score >= weights.high_from else "medium" if score >= weights.medium_from else "low"
    return level, {
        "severity": factors.severity,
        "scope": scope,
        "customer_value": factors.customer_value,
        "score": score,
    }


def _impact_urgency_five(factors: Factors, grading: Grading) -> tuple[str, dict[str, float | str]]:
    """`g2`: impact and urgency, each 1-5; level 5 is the worst."""
    score = _settled(grading.g2.impact * factors.impact + grading.g2.urgency * factors.urgency)
    level = str(round_half_up(score))
    return level, {"impact": factors.impact, "urgency": factors.urgency, "score": score}


def _circulation_four(factors: Factors, grading: Grading) -> tuple[str, dict[str, float | str]]:
    """`g3`: urgency, complexity and potential impact, each 1-4 with 4 the gravest; level 1 is the worst."""
    urgency = _rescale(factors.urgency, largest=5, to=4)
    complexity = _rescale(factors.complexity, largest=3, to=4)
    impact = _rescale(factors.impact, largest=5, to=4)
    weights = grading.g3
    score = _settled(weights.urgency * urgency + weights.complexity * complexity + weights.potential_impact * impact)
    level = str(5 - round_half_up(score))
    return level, {"urgency": urgency, "complexity": complexity, "potential_impact": impact, "score": score}


def _matrix(factors: Factors, grading: Grading) -> tuple[str, dict[str, float | str]]:
    """`g4`: the label of urgency by scope."""
    urgency = _urgency_word(factors.urgency, grading)
    label = grading.g4[urgency.value][factors.scope.value]
    return label, {"urgency": urgency.value, "scope": factors.scope.value}


_FORMULAS: dict[Scheme, Callable[[Factors, Grading], tuple[str, dict[str, float | str]]]] = {
    "g1": _weighted_three,
    "g2": _impact_urgency_five,
    "g3": _circulation_four,
    "g4": _matrix,
}


def round_half_up(score: float) -> int:
    """The nearest whole number, halves upwards; Python's own `round` goes to the even one."""
    return floor(_settled(score) + 0.5)


def _settled(score: float) -> float:
    """A sum of weighted factors without the dust of binary fractions, which could lie on the wrong side of a cut."""
    return round(score, 9)


def severity_of(impact: int) -> int:
    """The severity, 1-3, that an impact of 1-5 stands for when nothing says more."""
    return _rescale(impact, largest=5, to=3)


def _rescale(score: int, *, largest: int, to: int) -> int:
    """A score of 1..largest on the scale 1..to, ends on ends."""
    return 1 + round_half_up((score - 1) * (to - 1) / (largest - 1))


def _urgency_word(urgency: int, grading: Grading) -> Urgency:
    if urgency >= grading.urgency_words.urgent_from:
        return Urgency.URGENT
    return Urgency.IMPORTANT if urgency >= grading.urgency_words.important_from else Urgency.NORMAL


def _priority(factors: Factors, grading: Grading) -> Priority:
    """Eisenhower's four: urgent and important do now, important plan, urgent delegate, neither defer."""
    urgent = factors.urgency >= grading.priority.urgent_from
    important = factors.impact >= grading.priority.important_from
    if important:
        return Priority.DO_NOW if urgent else Priority.PLAN
    return Priority.DELEGATE if urgent else Priority.DEFER
