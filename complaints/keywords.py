"""Keywords: what a text is about, by rules of the policy read over what the customer wrote (PROCESS.md section 3)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from complaints.policy import Policy
    from complaints.policy_parts import Keywords

_GAPS = re.compile(r"[\s\u2010-\u2015_-]+")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "`": "'"})
_HEAVIEST = 3.0
_OPENING = 80
"""Characters; a title or the first sentence is where people name their matter."""
_OPENING_COUNTS = 1.5
_REPETITION_COUNTS = 0.25
_RUNNERS_SHOWN = 3


@dataclass(frozen=True)
class Suggestion:
    """What the words point to; `code` is '' when they point nowhere."""

    code: str
    confidence: float
    """0..1: how much speaks for the code, and how little for any other (see `suggest_category`)."""
    matched: tuple[str, ...]
    """The keywords met, as the policy writes them."""
    runners_up: tuple[tuple[str, float], ...]
    """Other codes with their evidence, strongest first."""


@dataclass(frozen=True)
class _Word:
    """One keyword made ready: as the policy writes it, its unchanging part, its pattern, how much it says."""

    written: str
    stem: str
    form: re.Pattern[str]
    weight: float


def plain(text: str) -> str:
    """A text with what should not matter taken out: width, case, curly quotes, line breaks, hyphens."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    return _GAPS.sub(" ", folded)


def words_met(text: str, keywords: Keywords) -> tuple[str, ...]:
    """The keywords that a text holds, as the policy writes them.

    English counts as whole words, plurals included; an asterisk at the end of a keyword stands for any ending.
    Chinese has no word boundaries and counts wherever it stands.
    """
    return words_met_in(plain(text), keywords)


def words_met_in(plain_text: str, keywords: Keywords) -> tuple[str, ...]:
    """`words_met` for a text that went through `plain` already, when many rules read the same text."""
    return tuple(word.written for word in _met(plain_text, keywords))


def suggest_category(text: str, policy: Policy) -> Suggestion:
    """The sub-category whose keywords say most, with a confidence between 0 and 1.

    Evidence is the sum of the weights of the different keywords met: a word of English or two characters of Chinese
    weigh 1, longer phrases up to 3, since they are rarely met by chance; the opening and repetition count for more.
    With the evidence b of the best code and r of the next one, confidence = b / (b + 1) * b / (b + r): little evidence
    and close rivals both lower it, 0 is no evidence, and a tie never exceeds one half. Ties go to the policy's order.
    """
    read = plain(text)
    scored = [(code, *_evidence(read, keywords)) for code, keywords in _keywords_of(policy)]
    ranked = sorted((row for row in scored if row[1]), key=lambda row: -row[1])
    if not ranked:
        return Suggestion(code="", confidence=0.0, matched=(), runners_up=())
    code, best, words = ranked[0]
    rival = ranked[1][1] if len(ranked) > 1 else 0.0
    confidence = best / (best + 1) * best / (best + rival)
    runners_up = tuple((other, evidence) for other, evidence, _ in ranked[1 : 1 + _RUNNERS_SHOWN])
    return Suggestion(code=code, confidence=round(confidence, 4), matched=words, runners_up=runners_up)


def _keywords_of(policy: Policy) -> Iterable[tuple[str, Keywords]]:
    for code, category in policy.categories.items():
        for sub, subcategory in category.subcategories.items():
            yield f"{code}.{sub}", subcategory.keywords


def _evidence(plain_text: str, keywords: Keywords) -> tuple[float, tuple[str, ...]]:
    met = _met(plain_text, keywords)
    return sum(_says(word, plain_text) for word in met), tuple(word.written for word in met)


def _says(word: _Word, plain_text: str) -> float:
    """A word's weight, half as much again in the opening, a quarter more for each of two repetitions."""
    places = [found.start() for found in word.form.finditer(plain_text)]
    opening = _OPENING_COUNTS if places[0] < _OPENING else 1.0
    return word.weight * opening * (1 + _REPETITION_COUNTS * min(len(places) - 1, 2))


def _met(plain_text: str, keywords: Keywords) -> list[_Word]:
    """The words met; one that stands within another one met says nothing more and is left out."""
    # The plain search for the stem is many times faster than the pattern, and most words are not there.
    met = [word for word in _made_ready(keywords) if word.stem in plain_text and word.form.search(plain_text)]
    return [word for word in met if not any(word.stem in other.stem for other in met if other is not word)]


@lru_cache(maxsize=4096)
def _made_ready(keywords: Keywords) -> tuple[_Word, ...]:
    words = (*(_english(word) for word in keywords.en), *(_chinese(word) for word in keywords.zh))
    return tuple({word.stem: word for word in words}.values())


def _english(written: str) -> _Word:
    word = plain(written)
    weight = min(float(len(word.split())), _HEAVIEST)
    if word.endswith("*"):
        stem, ending = word[:-1], "[a-z]*"
    elif word.endswith("y"):
        stem, ending = word[:-1], "(?:y|ys|ies)"
    else:
        stem, ending = word, "(?:s|es)?"
    # ASCII boundaries: in mixed text an English word may touch a Chinese character.
    return _Word(written, stem, re.compile(rf"(?<![a-z0-9]){re.escape(stem)}{ending}(?![a-z0-9])"), weight)


def _chinese(written: str) -> _Word:
    word = plain(written)
    return _Word(written, word, re.compile(re.escape(word)), min(len(word) / 2, _HEAVIEST))
