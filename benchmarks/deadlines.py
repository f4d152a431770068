"""Deadlines: many that pass at the same moment, until the last escalation is recorded and its mail is queued."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from adapters.clock import Clock
from benchmarks.figures import Bar, Figure, percentile
from benchmarks.house import until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.house import BenchHouse

_SLACK = timedelta(seconds=30)


@dataclass(frozen=True)
class Alarm:
    """The moments at which all deadlines of a crowd pass: the first, and one for every level behind it."""

    first_at: datetime
    every: timedelta

    def at(self, level: int) -> datetime:
        """When a level is reached, from 1."""
        return self.first_at + self.every * (level - 1)


@dataclass(frozen=True)
class Strike:
    """What became of one moment."""

    level: int
    cases: int
    delays: tuple[float, ...]
    """Seconds from the deadline to each escalation's entry, whose letter is in the same transaction."""
    last_mail: float

    @property
    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "level": self.level,
            "escalated": len(self.delays),
            "of": self.cases,
            "first": round(min(self.delays, default=0), 2),
            "p50": round(percentile(self.delays, 0.5), 2),
            "last": round(max(self.delays, default=0), 2),
            "last_mail_sent": round(self.last_mail, 2),
        }


def next_alarm(*, after_seconds: float) -> datetime:
    """The first full minute after so many seconds: a calendar opens at a minute."""
    soonest = Clock().now() + timedelta(seconds=after_seconds) + _SLACK
    return datetime.fromtimestamp(math.ceil(soonest.timestamp() / 60) * 60, UTC)


async def strike(house: BenchHouse, alarm: Alarm, *, level: int, cases: int) -> Strike:
    """Wait for a moment, and then until every case was escalated or the next moment comes."""
    due = alarm.at(level)
    await asyncio.sleep(max(0.0, (due - Clock().now()).total_seconds()))
    within = alarm.every.total_seconds() - 3

    async def is_over() -> bool:
        return await house.count(_ESCALATED, level) >= cases and not await house.count(_WAITING)

    await until(is_over, within=within)
    rows = await house.ask(_DELAYS, level, due)
    mailed = (await house.ask(_LAST_MAIL, due))[0][0]
    return Strike(level, cases, tuple(row[0] for row in rows), float(mailed or 0))


_ESCALATED = "SELECT count(*) FROM events WHERE type = 'task.escalated' AND (data->>'level')::int = $1"
_WAITING = "SELECT count(*) FROM letters WHERE kind = 'task_escalated' AND status = 'waiting'"
_DELAYS = """SELECT extract(epoch FROM at - $2)::float8 FROM events
             WHERE type = 'task.escalated' AND (data->>'level')::int = $1"""
_LAST_MAIL = """SELECT extract(epoch FROM max(sent_at) - $1)::float8 FROM letters
                WHERE kind = 'task_escalated' AND status = 'sent'"""


def figure_of(strikes: Sequence[Strike]) -> Figure:
    """The last escalation of every moment; one that was not reached counts as what had passed by then."""
    last = tuple(max(strike.delays, default=math.inf) for strike in strikes)
    told = "; ".join(f"level {one.level}: {len(one.delays)} of {one.cases}" for one in strikes)
    note = f"{told}; each escalation and its letter are one transaction. The mails were out after "
    note += ", ".join(f"{one.last_mail:.0f} s" for one in strikes)
    details = {"strikes": [one.as_dict for one in strikes]}
    return Figure(f"{strikes[0].cases:,} deadlines at once: the last", last, "s", Bar(60, 10), note, details)
