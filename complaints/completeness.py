"""How complete a record is: the sum of weight times filled part (PROCESS.md section 2), and what to ask for by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from complaints.policy import Policy
    from complaints.record import Complaint

_PARTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "customer": (("name", "company"),),
    "contact": (("email", "phone"),),
    "time": (("occurred_at",),),
    "item": (("item",), ("order_no",)),
    "description": (("detail",), ("expected_remedy",)),
}
"""The fields of each weighted part. Fields in one bracket stand in for each other: any of them fills it."""


@dataclass(frozen=True)
class Completeness:
    """The score from 0 to 1, and the fields that would raise it, in the order in which a form shows them."""

    score: float
    missing: tuple[str, ...]


def score(record: Complaint, policy: Policy, *, level_known: bool) -> Completeness:
    """Score a record; a part counts by the share of it that is filled."""
    weights = policy.intake.weights
    total = weights.level if level_known else 0.0
    missing: list[str] = []
    for part, brackets in _PARTS.items():
        empty = [names for names in brackets if not any(_is_filled(record, name) for name in names)]
        total += getattr(weights, part) * (len(brackets) - len(empty)) / len(brackets)
        missing += [names[0] for names in empty]
    return Completeness(score=round(total, 4), missing=tuple(missing))


def _is_filled(record: Complaint, name: str) -> bool:
    return getattr(record, name) not in {None, ""}
