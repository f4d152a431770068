"""Variants: the different ways that cases took, how many took each, and what was done over again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_EXAMPLES = 5


@dataclass(frozen=True)
class Variant:
    """One way through the process, and how common it is; shares are of 1."""

    activities: tuple[str, ...]
    cases: int
    share: float
    share_so_far: float
    """Of this and all more frequent ways together."""
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Rework:
    """An activity that cases came back to."""

    activity: str
    cases: int
    share: float
    times: int
    """Visits beyond the first of each case."""
    directly: int
    """How many of them followed the same activity at once."""
    back_from: tuple[tuple[str, int], ...]
    """What stood before those that did not, the most frequent first."""


class Ways:
    """Counts the ways of cases as they come; memory grows with the number of different ways only."""

    def __init__(self) -> None:
        self._cases: Counter[tuple[str, ...]] = Counter()
        self._examples: dict[tuple[str, ...], tuple[str, ...]] = {}

    def add(self, case_id: str, activities: Sequence[str], *, cases: int = 1) -> None:
        """One more case, or so many like it."""
        way = tuple(activities)
        self._cases[way] += cases
        known = self._examples.get(way, ())
        if len(known) < _EXAMPLES:
            self._examples[way] = (*known, case_id)

    @property
    def counted(self) -> Mapping[tuple[str, ...], int]:
        """How many cases took each way."""
        return self._cases

    def examples(self, way: tuple[str, ...]) -> tuple[str, ...]:
        """The first few cases that took a way."""
        return self._examples[way]

    def variants(self) -> tuple[Variant, ...]:
        """Every way, the most frequent first; of equally frequent ones the shorter."""
        all_cases, so_far = sum(self._cases.values()), 0
        found = []
        for way, cases in sorted(self._cases.items(), key=lambda item: (-item[1], len(item[0]), item[0])):
            so_far += cases
            found.append(Variant(way, cases, cases / all_cases, so_far / all_cases, self._examples[way]))
        return tuple(found)

    def rework(self) -> tuple[Rework, ...]:
        """Every activity that some case came back to, the most frequent first."""
        all_cases = sum(self._cases.values())
        names = {name for way in self._cases for name in way}
        found = [_rework(name, self._cases, all_cases) for name in sorted(names)]
        return tuple(sorted((one for one in found if one.times), key=lambda one: (-one.cases, one.activity)))


def _rework(name: str, cases: Mapping[tuple[str, ...], int], all_cases: int) -> Rework:
    repeating = {way: many for way, many in cases.items() if way.count(name) > 1}
    directly, back_from = 0, Counter[str]()
    for way, many in repeating.items():
        first = way.index(name)
        for before, after in pairwise(way[first:]):
            if after == name and before == name:
                directly += many
            elif after == name:
                back_from[before] += many
    again = sum(repeating.values())
    return Rework(
        activity=name,
        cases=again,
        share=again / all_cases,
        times=directly + back_from.total(),
        directly=directly,
        back_from=tuple(back_from.most_common()),
    )
