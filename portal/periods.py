"""Periods: days as people write them, and the moments between which cases are looked for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from adapters.histories import Scope
from complaints.errors import AnswerWrong
from portal.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ENDS: Final = ("since", "until")
"""The fields of a form that ask for a period; either may stay empty."""


def day_of(text: str) -> date | None:
    """A day as date fields write it; None for nothing, ValueError for anything else."""
    return date.fromisoformat(text) if text else None


def beginning(day: date | None, zone: str) -> datetime | None:
    """Midnight at which a day begins in the house."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) if day else None


def end(day: date | None, zone: str) -> datetime | None:
    """Midnight at which a day is over in the house."""
    return beginning(day + timedelta(days=1), zone) if day else None


def wrong_days(told: Mapping[str, str]) -> tuple[Problem, ...]:
    """The ends of a period that are written as no day."""
    return tuple(Problem(name, "date_wrong") for name in _ENDS if not _is_day(told[name]))


def _is_day(text: str) -> bool:
    try:
        day_of(text)
    except ValueError:
        return False
    return True


def scope_of(*, cases: Sequence[str], since: str, until: str, zone: str) -> Scope:
    """Which cases a command means, by days of the house, the last one included; AnswerWrong names a bad option."""
    for option, text in (("--from", since), ("--to", until)):
        if not _is_day(text):
            raise AnswerWrong({option: f"{text!r} is not a day like 2026-11-21"})
    return Scope(cases=tuple(cases), since=beginning(day_of(since), zone), before=end(day_of(until), zone))
