"""Amounts and times of a policy that cannot be: weights short of a whole, overlapping hours, deadlines of nothing."""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING

from pydantic import BaseModel

from complaints.durations import Duration
from complaints.record import has_mail_shape
from complaints.words import Scope, Urgency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from complaints.policy import Policy
    from complaints.toml_lines import Path

    Found = Iterator[tuple[Path, str]]

_LONGEST = 100_000
"""Of any unit: 100,000 days are 273 years."""
LARGEST_SCORE = {"impact": 5, "urgency": 5, "severity": 3, "scope": 3, "complexity": 3}
"""How high each factor of grading counts (PROCESS.md section 3)."""


def mails_wrong(policy: Policy) -> Found:
    """Addresses that no mail could reach."""
    addresses: dict[Path, str] = {("staff", staff_id, "email"): one.email for staff_id, one in policy.staff.items()}
    for path, address in {("house", "email"): policy.house.email, **addresses}.items():
        if not has_mail_shape(address):
            yield path, f"{address!r} is not an e-mail address: write it like 'name@example.com'"


def weights_not_whole(policy: Policy) -> Found:
    """Weights share out one whole; anything else moves every level and score unseen."""
    grading = policy.grading
    first = grading.g1
    tables: dict[Path, tuple[float, ...]] = {
        ("intake", "weights"): tuple(dict(policy.intake.weights).values()),
        ("grading", "g1"): (first.severity, first.scope, first.customer_value),
        ("grading", "g2"): tuple(dict(grading.g2).values()),
        ("grading", "g3"): tuple(dict(grading.g3).values()),
    }
    for path, weights in tables.items():
        if not isclose(sum(weights), 1, abs_tol=1e-6):
            yield path, f"the weights sum to {sum(weights):g}: they must sum to 1"


def scales_exceeded(policy: Policy) -> Found:
    """Scores beyond their scale, cuts in the wrong order, holes in the matrix scheme."""
    grading = policy.grading
    for nth, signal in enumerate(grading.signals):
        path = ("grading", "signals", nth)
        if signal.score > LARGEST_SCORE[signal.factor]:
            yield (
                (*path, "score"),
                f"is {signal.score}, but {signal.factor} counts from 1 to {LARGEST_SCORE[signal.factor]}",
            )
        if not (signal.keywords.en or signal.keywords.zh):
            yield (*path, "keywords"), "has no words, so the signal would never be met: add some or take it out"
    if not grading.g1.medium_from < grading.g1.high_from:  # so that nan is refused too
        yield ("grading", "g1"), "medium_from must be below high_from"
    for urgency in Urgency:
        for scope in Scope:
            if scope.value not in grading.g4.get(urgency.value, {}):
                yield ("grading", "g4", urgency.value), f"has no label for scope {scope.value!r}: add it"


def lengths_impossible(policy: Policy) -> Found:
    """A deadline of no time is missed before anybody hears of it; one beyond the calendar can never be reckoned."""
    for section in sorted(policy.model_fields_set):
        for path, length in _lengths((section,), getattr(policy, section)):
            if length.amount <= 0:
                yield path, f"is {str(length)!r}: a length of time must be more than nothing"
            elif length.amount > _LONGEST:
                yield path, f"is {str(length)!r}: that is longer than any calendar reaches"


def _lengths(path: Path, value: object) -> Iterator[tuple[Path, Duration]]:
    """Every length of time within a section, with its path."""
    if isinstance(value, Duration):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _lengths((*path, name), getattr(value, name))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _lengths((*path, str(key)), inner)
    elif isinstance(value, tuple):
        for nth, inner in enumerate(value):
            yield from _lengths((*path, nth), inner)
