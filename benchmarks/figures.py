"""Figures: what was measured how often, its middle and its spread, and whether that reaches the bar."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Bar:
    """What a figure should reach, and what would be more than anybody expects."""

    reach: float
    moonshot: float | None = None
    more_is_better: bool = False

    def is_met_by(self, value: float) -> bool:
        """Whether the value reaches the bar."""
        return value >= self.reach if self.more_is_better else value <= self.reach

    def is_moonshot(self, value: float) -> bool:
        """Whether the value reaches the moonshot."""
        if self.moonshot is None:
            return False
        return value >= self.moonshot if self.more_is_better else value <= self.moonshot


@dataclass(frozen=True)
class Figure:
    """One line of the table: a measure and the values of its runs."""

    measure: str
    values: tuple[float, ...]
    unit: str
    bar: Bar | None = None
    note: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """The middle value."""
        return statistics.median(self.values)

    @property
    def is_met(self) -> bool | None:
        """Whether the median reaches the bar; None where there is none."""
        return self.bar.is_met_by(self.median) if self.bar else None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        bar = {"reach": self.bar.reach, "moonshot": self.bar.moonshot} if self.bar else {}
        return {
            "measure": self.measure,
            "unit": self.unit,
            "median": round(self.median, 4),
            "least": round(min(self.values), 4),
            "most": round(max(self.values), 4),
            "runs": [round(value, 4) for value in self.values],
            **bar,
            "is_met": self.is_met,
            "is_moonshot": self.bar.is_moonshot(self.median) if self.bar else None,
            "note": self.note,
            "details": self.details,
        }


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all values does not exceed, by the nearest rank; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
