"""Flaws: what an audit finds, said so that a person can look there."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Flaw:
    """One thing that is not as it was written."""

    case_no: str
    """Empty when it is not about one case."""
    seq: int
    """The entry it begins with; 0 when it is not about one entry."""
    where: str
    """chain, seal, seal key, heads, case row, task row, paper, evidence, letter, policy, staff list, number, looks."""
    what: str
    expected: str = ""
    found: str = ""

    def __str__(self) -> str:
        place = f"{self.case_no} " if self.case_no else ""
        place += f"entry {self.seq} " if self.seq else ""
        values = f" (expected {self.expected or 'nothing'}, found {self.found or 'nothing'})"
        return f"{place}[{self.where}] {self.what}{values if self.expected or self.found else ''}"


@dataclass
class Report:
    """What was looked at and what came of it."""

    flaws: list[Flaw] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    """What could not be looked at, and how often."""
    counted: dict[str, int] = field(default_factory=dict)
    """What was looked at."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.flaws

    def blame(self, *flaws: Flaw) -> None:
        """Something is not as it was written."""
        self.flaws.extend(flaws)

    def note(self, what: str, times: int = 1) -> None:
        """Something could not be looked at."""
        self.notes[what] = self.notes.get(what, 0) + times

    def count(self, what: str, times: int = 1) -> None:
        """Something was looked at."""
        self.counted[what] = self.counted.get(what, 0) + times
