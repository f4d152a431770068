"""Throughput: how long cases stayed where, on the wall and in business hours, and how much of it was waiting."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from complaints.clocks import business_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from complaints.event_log import Span, Stay
    from complaints.policy_parts import Calendar

_NINE_TENTHS = 0.9


@dataclass(frozen=True)
class Lengths:
    """Lengths of time in seconds: the middle one, and the one that nine of ten do not exceed."""

    median: float
    p90: float


@dataclass(frozen=True)
class Times:
    """How long something took over all its visits; waiting is None where a log cannot tell it from work."""

    name: str
    visits: int
    wall: Lengths
    business: Lengths
    waiting: Lengths | None
    waiting_business: Lengths | None


class WorkingTime:
    """Business time between any two moments by a calendar; every day is looked up once."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._first: date | None = None
        self._sums: list[float] = [0.0]

    def between(self, span: Span) -> float:
        """Open seconds of a span."""
        start, end = span.start.astimezone(UTC), span.end.astimezone(UTC)
        if start.date() == end.date():
            return self._open(start, end)
        morning, evening = _midnight(start.date() + timedelta(days=1)), _midnight(end.date())
        return self._open(start, morning) + self._days(morning.date(), evening.date()) + self._open(evening, end)

    def _open(self, start: datetime, end: datetime) -> float:
        return business_time(start, end, self._calendar).total_seconds() if end > start else 0.0

    def _days(self, first: date, last: date) -> float:
        """Open seconds from the beginning of one UTC day to that of another, by sums that reach over both."""
        if self._first is None or first < self._first:
            self._first, self._sums = first, [0.0]
        known = len(self._sums) - 1
        wanted = (last - self._first).days
        if wanted > known:
            days = (self._first + timedelta(days=known + ahead) for ahead in range(wanted - known))
            more = (self._open(_midnight(day), _midnight(day + timedelta(days=1))) for day in days)
            self._sums += list(accumulate(more, initial=self._sums[-1]))[1:]
        return self._sums[wanted] - self._sums[(first - self._first).days]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)


@dataclass
class _Collected:
    wall: array[float] = field(default_factory=lambda: array("d"))
    business: array[float] = field(default_factory=lambda: array("d"))
    waiting: array[float] = field(default_factory=lambda: array("d"))
    waiting_business: array[float] = field(default_factory=lambda: array("d"))


class Stopwatch:
    """Collects stays; eight bytes for each length, and nothing else of a case."""

    def __init__(self, calendar: Calendar, *, tells_waiting: bool) -> None:
        """`tells_waiting`: a stay without waits had none; otherwise its log says nothing of waiting."""
        self._working = WorkingTime(calendar)
        self._tells_waiting = tells_waiting
        self._by_name: dict[str, _Collected] = {}

    def add(self, stays: Iterable[Stay]) -> None:
        """The stays of one more case."""
        for stay in stays:
            kept = self._by_name.setdefault(stay.activity, _Collected())
            kept.wall.append((stay.span.end - stay.span.start).total_seconds())
            kept.business.append(self._working.between(stay.span))
            if stay.waits or self._tells_waiting:
                kept.waiting.append(sum((wait.end - wait.start).total_seconds() for wait in stay.waits))
                kept.waiting_business.append(sum(self._working.between(wait) for wait in stay.waits))

    def times(self, order: Sequence[str] = ()) -> tuple[Times, ...]:
        """What was collected: names in this order first, the others by how often they came."""
        known = {name: place for place, name in enumerate(order)}
        found = [_times(name, kept) for name, kept in self._by_name.items()]
        return tuple(sorted(found, key=lambda one: (known.get(one.name, len(known)), -one.visits, one.name)))


def _times(name: str, kept: _Collected) -> Times:
    return Times(
        name=name,
        visits=len(kept.wall),
        wall=lengths(kept.wall),
        business=lengths(kept.business),
        waiting=lengths(kept.waiting) if kept.waiting else None,
        waiting_business=lengths(kept.waiting_business) if kept.waiting_business else None,
    )


def lengths(seconds: Sequence[float]) -> Lengths:
    """Median and nine tenths, each a length that some case really took (nearest rank)."""
    ranked = sorted(seconds)
    return Lengths(median=_rank(ranked, 0.5), p90=_rank(ranked, _NINE_TENTHS))


def _rank(ranked: Sequence[float], share: float) -> float:
    places = range(1, len(ranked) + 1)
    return ranked[min(bisect_right(places, share * len(ranked) - 1e-9), len(ranked) - 1)]
