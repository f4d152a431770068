"""Audit scores: what auditors found of the cases of a sample, counted by clause, question and department."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from complaints.audit_form import Score

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

WORTH: Final[Mapping[Score, float]] = {Score.MET: 1.0, Score.PARTLY: 0.5, Score.NOT_MET: 0.0}
"""(house) What a score counts as a share; what is not applicable counts for nothing."""


@dataclass(frozen=True)
class Scored:
    """One auditor's score of one question of one case, in one of its versions."""

    case_no: str
    question: str
    by: str
    version: int
    score: Score


@dataclass(frozen=True)
class Tally:
    """How often each score was given under one code."""

    code: str
    met: int
    partly: int
    not_met: int
    not_applicable: int

    @property
    def judged(self) -> int:
        """How many scores say whether something was met."""
        return self.met + self.partly + self.not_met

    @property
    def share(self) -> float | None:
        """How far it was met, as a share of 1; None where nothing was judged."""
        return (self.met + WORTH[Score.PARTLY] * self.partly) / self.judged if self.judged else None


def current(scores: Iterable[Scored]) -> tuple[Scored, ...]:
    """The newest version of every auditor's score, in order of case, question and auditor."""
    newest: dict[tuple[str, str, str], Scored] = {}
    for one in sorted(scores, key=lambda one: one.version):
        newest[one.case_no, one.question, one.by] = one
    return tuple(newest[key] for key in sorted(newest))


def tally(scores: Iterable[Scored], key: Callable[[Scored], str], *, order: Iterable[str] = ()) -> tuple[Tally, ...]:
    """Scores counted under what `key` says of each; codes of `order` come first, even without a score."""
    counted: dict[str, Counter[Score]] = {code: Counter() for code in order}
    for one in scores:
        counted.setdefault(key(one), Counter())[one.score] += 1
    return tuple(
        Tally(code, found[Score.MET], found[Score.PARTLY], found[Score.NOT_MET], found[Score.NOT_APPLICABLE])
        for code, found in counted.items()
    )


def answered(scores: Iterable[Scored], *, by: str = "") -> Mapping[str, int]:
    """How many questions of each case somebody has scored, or anybody at all."""
    pairs = {(one.case_no, one.question) for one in scores if by in {"", one.by}}
    return Counter(case_no for case_no, _ in pairs)


def disputed(scores: Iterable[Scored]) -> tuple[tuple[str, str], ...]:
    """Case and question where auditors gave different scores."""
    given: dict[tuple[str, str], set[Score]] = {}
    for one in scores:
        given.setdefault((one.case_no, one.question), set()).add(one.score)
    return tuple(sorted(pair for pair, found in given.items() if len(found) > 1))


def completed(scores: Iterable[Scored], cases: Collection[str], *, questions: int) -> int:
    """How many of these cases have an answer of somebody to every question."""
    many = answered(scores)
    return sum(many.get(case_no, 0) >= questions for case_no in cases)
