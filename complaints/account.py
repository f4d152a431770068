"""The account: what came of deciding many cases once more, by topic, with every difference named."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from complaints.comparing import Result, Topic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from complaints.comparing import Redecision


@dataclass
class Account:
    """Counts per topic and result, why anything could not be recomputed, and the differences themselves."""

    cases: int = 0
    counts: Counter[tuple[Topic, Result]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    """Why decisions were not the same, by code of comparing.REASONS."""
    differences: list[Redecision] = field(default_factory=list)

    def add(self, decisions: Iterable[Redecision]) -> None:
        """The decisions of one more case."""
        self.cases += 1
        for one in decisions:
            self.counts[one.topic, one.result] += 1
            if one.reason:
                self.reasons[one.reason] += 1
            if one.result is Result.DIFFERENT:
                self.differences.append(one)

    def total(self, result: Result) -> int:
        """How many decisions came out so."""
        return sum(times for (_, came), times in self.counts.items() if came is result)

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Everything that was decided, in the order of the process."""
        return tuple(topic for topic in Topic if any((topic, result) in self.counts for result in Result))

    @property
    def is_right(self) -> bool:
        """Whether nothing came out different."""
        return not self.differences
