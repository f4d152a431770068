"""Likeness: how similar two complaint texts read, across wording and order of words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from complaints.events import Lookalike

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
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


_SIGNED = 600
"""Characters of a complaint that its signature is made of: whoever describes a defect names it early."""
_MOST_TOKENS = 120
"""A comparison takes 0.05 ms of these; of three times as many, ten times as long."""
_FEWEST_TOKENS = 5
"""What says less resembles everything."""


def signature(text: str) -> str:
    """What many complaints are compared by: words, and in Chinese every two characters that follow one another.

    Single characters would make any two long Chinese texts alike. '' when the text says too little.
    """
    plain = unicodedata.normalize("NFKC", text[:_SIGNED]).casefold()
    words = re.findall(r"[a-z0-9]+|[\u4e00-\u9fff]+", plain)
    tokens = [token for word in words for token in (_pairs(word) if word[0] >= "\u4e00" else [word])]
    return " ".join(tokens[:_MOST_TOKENS]) if len(tokens) >= _FEWEST_TOKENS else ""


def alike(mine: str, others: Mapping[str, str], *, least: float) -> dict[str, float]:
    """Which of these signatures are at least this similar to mine, 0 to 1, by the keys of the others."""
    if not mine:
        return {}
    known = {key: text for key, text in others.items() if text}
    found = process.extract(mine, known, scorer=fuzz.token_set_ratio, score_cutoff=least * 100, limit=None)
    return {key: round(score / 100, 4) for _, score, key in found}


def _pairs(characters: str) -> list[str]:
    return [characters[at : at + 2] for at in range(max(len(characters) - 1, 1))]
