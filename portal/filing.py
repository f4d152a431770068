"""Filing: from what a customer told, on the form or through the API, to a record, or to what is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from complaints.problems import problems_of
from complaints.record import Complaint
from portal.particulars import Measure, check
from portal.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.house import House
    from complaints.policy import Policy
    from complaints.words import Channel, Language

TELLABLE: Final = (
    "detail",
    "item",
    "occurred_at",
    "expected_remedy",
    "name",
    "email",
    "phone",
    "order_no",
    "place",
    "category",
    "object",
    "company",
    "region",
    "customer_id",
    "preferred_channel",
    "representative",
    "representative_authorised",
    "group_size",
)
"""What a customer can tell, in the order of the form; the rest of a record is the house's to write."""

_REQUIRED: Final = ("detail", "name")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def write(
    told: Mapping[str, str], *, house: House, policy: Policy, channel: Channel, language: Language
) -> Complaint | tuple[Problem, ...]:
    """The record of a complaint, or everything that is wrong with it, in the order of the form."""
    filled = {name: _CONTROLS.sub("", told.get(name, "")).strip() for name in TELLABLE}
    filled = {name: text for name, text in filled.items() if text}
    checked = check(filled, Measure.of(house, policy))
    values: dict[str, Any] = {
        **checked.values,
        "channel": channel,
        "language": language,
        "received_at": house.clock.now(),
    }
    problems = (*checked.problems, *_missing(filled), *_unknown_category(filled, policy))
    try:
        record = Complaint.model_validate(values)
    except ValidationError as wrong:
        problems = (*problems, *(Problem(name, code) for name, code in problems_of(wrong).items()))
        return _in_order(problems)
    return _in_order(problems) or record


def _missing(filled: Mapping[str, str]) -> tuple[Problem, ...]:
    """What nobody can answer a complaint without: what happened, whom to address, and where to reach her."""
    missing = [Problem(name, "missing") for name in _REQUIRED if name not in filled]
    if not ("email" in filled or "phone" in filled):
        missing.append(Problem("email", "contact_needed"))
    return tuple(missing)


def _unknown_category(filled: Mapping[str, str], policy: Policy) -> tuple[Problem, ...]:
    code = filled.get("category", "")
    category, _, sub = code.partition(".")
    is_known = category in policy.categories and (not sub or sub in policy.categories[category].subcategories)
    return () if not code or is_known else (Problem("category", "unknown_choice"),)


def _in_order(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """One problem a field, in the order in which the form shows the fields."""
    first = {problem.field: problem for problem in reversed(problems)}
    return tuple(sorted(first.values(), key=lambda problem: _place(problem.field)))


def _place(field: str) -> int:
    return TELLABLE.index(field) if field in TELLABLE else len(TELLABLE)
