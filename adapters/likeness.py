"""Likeness: how similar two complaint texts read, across wording and order of words."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from complaints.events import Lookalike

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def similarity(one: str, other: str) -> float:
    """0 to 1. Words are compared as a set, so that order and repetition count little; Chinese goes by characters."""
    first, second = _spelled(one), _spelled(other)
    return fuzz.token_set_ratio(first, second) / 100 if first and second else 0.0


@dataclass(frozen=True)
class OtherCase:
    """Another case of the same customer."""

    case_no: str
    received_at: datetime
    detail: str


def lookalikes(text: str, others: Iterable[OtherCase], *, now: datetime, least: float) -> tuple[Lookalike, ...]:
    """Those that read at least this alike, most similar first."""
    found = [
        Lookalike(
            case_no=other.case_no,
            similarity=round(similarity(text, other.detail), 4),
            same_customer=True,
            hours_apart=round((now - other.received_at).total_seconds() / 3600, 2),
        )
        for other in others
    ]
    return tuple(sorted((look for look in found if look.similarity >= least), key=lambda look: -look.similarity))


def _spelled(text: str) -> str:
    """Normalised, with every Chinese character a word of its own."""
    normal = unicodedata.normalize("NFKC", text).casefold()
    return "".join(f" {sign} " if "\u4e00" <= sign <= "\u9fff" else sign for sign in normal)
