"""Disclosure: what of a fact may leave the house under pseudonyms. Whatever this room does not know stays inside."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel

from complaints.papers import PaperRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from complaints.fact import Fact


class Mask(Protocol):
    """How the persons of one case are called in what leaves the house."""

    def __call__(self, person: str) -> str:
        """A member of staff, the customer or the rules, by the name she has there."""

    def proof(self, digest: str) -> str:
        """A hash of the chain. A true one beside masked content would tell whose name fits, to whoever tries a few."""


PERSONS = frozenset(
    {
        *(
            "added_by",
            "assignee",
            "by",
            "handler",
            "keyed_in_by",
            "previous",
            "proposed_by",
            "received_by",
            "signed_by",
        ),
        *("staff_id", "told", "also_told", "approver", "approved_by", "asked_by", "decided_by", "substitute", "author"),
        *("declined_by", "substitute_of", "requested_by"),
    }
)
"""Fields that hold a staff id or, of some, the customer."""
CODES = frozenset(
    {
        *("category", "cause_code", "department", "departments", "doubts", "level", "limit", "missing", "name"),
        *("original", "reason_code", "region", "responsible_department", "ruled_out", "scheme", "severity", "skipped"),
        *("state", "still_missing", "supporting", "task_id", "about_task", "trigger", "within", "respond_within"),
        *("evidence", "evidence_no", "media_type", "case_no", "calendar", "flags", "other", "follows", "incident"),
        *("about", "adopted", "because", "clock", "dropped", "length", "roster"),
    }
)
"""Fields of text that hold codes of the process, of the policy or of a case, never a person's words."""
_CODED_REASONS = frozenset(
    {
        *("stage.closed", "task.revoked", "progress.told", "candidates.weighed"),
        *("clock.extended", "clocks.paused", "clocks.resumed", "extension.asked"),
    }
)
"""Facts whose plain `reason` is a code of the rules; everywhere else a reason is a paper."""


def disclosed(fact: Fact, mask: Mask) -> dict[str, Any]:
    """A fact as it may leave: persons masked, papers by their kind only, texts that are not known as codes left out."""
    return dict(_disclosed(fact, mask, with_reason=fact.type in _CODED_REASONS))


def _disclosed(part: BaseModel, mask: Mask, *, with_reason: bool = False) -> Iterator[tuple[str, Any]]:
    for name in type(part).model_fields:
        known = CODES | {"reason"} if with_reason else CODES
        shown = _shown(name, getattr(part, name), mask, known)
        if shown is not None:
            yield name, shown


def _shown(name: str, value: Any, mask: Mask, known: frozenset[str]) -> Any:  # noqa: ANN401  any value
    """What of a value may be told; None when nothing."""
    match value:
        case PaperRef():
            return value.kind
        case BaseModel():
            return dict(_disclosed(value, mask)) or None
        case dict():
            inner = {str(key): _shown(name, one, mask, known) for key, one in value.items()}
            return {key: one for key, one in inner.items() if one is not None} if name in known else None
        case tuple():
            inner_ones = [_shown(name, one, mask, known) for one in value]
            return [one for one in inner_ones if one is not None]
    return _plain(name, value, mask, known)


def _plain(name: str, value: Any, mask: Mask, known: frozenset[str]) -> Any:  # noqa: ANN401  any value
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
        case bool() | int() | float():
            return value
        case str() if name in PERSONS:
            return mask(value)
        case str() if name in known:
            return value
    return None


def persons_of(fact: Fact) -> Iterator[tuple[str, str]]:
    """Who appears in a fact, and as what: `assignee`, `told`; candidates who were not chosen are not meant."""
    for name in type(fact).model_fields:
        value = getattr(fact, name)
        if name in PERSONS:
            ids = value if isinstance(value, tuple) else (value,)
            yield from ((name, one) for one in ids if isinstance(one, str) and one)
