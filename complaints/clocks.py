"""Clocks: when a length of time that starts now is over, by a calendar (PROCESS.md section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from complaints.durations import Unit
from complaints.policy_parts import Weekday

if TYPE_CHECKING:
    from collections.abc import Iterator

    from complaints.durations import Duration
    from complaints.policy_parts import Calendar

_DAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FURTHEST = 3660
"""Days that a search for business time may look ahead before the calendar is called empty."""


def due(start: datetime, length: Duration, calendar: Calendar) -> datetime:
    """When `length` from `start` is over, in UTC.

    Hours run on the wall; business hours run only while the calendar is open; a calendar day ends at the same local
    time; n business days end at the close of the nth business day after the day of receipt, which is day 0.
    """
    if length.elapsed is not None:
        return start + length.elapsed
    zone = ZoneInfo(calendar.timezone)
    local = start.astimezone(zone)
    match length.unit:
        case Unit.BUSINESS_HOURS:
            end = _after_business_hours(local, timedelta(hours=length.amount), calendar)
        case Unit.BUSINESS_DAYS:
            end = _close_of_business_day(local, round(length.amount), calendar)
        case Unit.WEEKS:
            end = local + timedelta(weeks=length.amount)
        case _:
            end = local + timedelta(days=length.amount)
    return end.astimezone(UTC)


def warning(start: datetime, due_at: datetime, fraction: float, calendar: Calendar) -> datetime:
    """When the assignee is warned: after this fraction of the time, but never while the house is closed.

    A warning that falls into a night is given at the next opening, or before that night if the deadline lies in it.
    When the house does not open at all in between there is no warning, which the deadline itself stands for.
    """
    wanted = start + (due_at - start) * fraction
    opening = next_opening(wanted, calendar)
    return opening if opening < due_at else _last_closing(start, wanted, calendar) or due_at


@dataclass(frozen=True)
class Pause:
    """From when to when a clock stood still."""

    since: datetime
    until: datetime


def after_pause(due_at: datetime, pause: Pause, *, unit: Unit, calendar: Calendar) -> datetime:
    """When a clock that stood still for a while runs out: what was left of it is counted on, in its unit.

    Business hours: the business time left when it stopped is left when it runs on. Business days: a day that closed
    while the clock stood still does not count, all others do, so a pause within one day costs nothing. Everything else,
    calendar days too: later by exactly the time that passed. A pause that began after the clock had run out, or that
    lasted no time, changes nothing; none ever makes a clock run out earlier.
    """
    since, until = pause.since, pause.until
    if since >= due_at or until <= since:
        return due_at
    if unit is Unit.BUSINESS_HOURS:
        return _after_business_hours(_local(until, calendar), business_time(since, due_at, calendar), calendar)
    if unit is Unit.BUSINESS_DAYS:
        left = sum(1 for _ in _closings(since, due_at, calendar))
        if left:
            return _nth_closing(until, left, calendar)
    return due_at + (until - since)


def business_time(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """How long the house is open between two moments."""
    whole = timedelta(0)
    for opens, closes in _open_spans(_local(start, calendar).date(), calendar):
        if opens >= end:
            break
        whole += max(min(closes, end) - max(opens, start), timedelta(0))
    return whole


def _local(moment: datetime, calendar: Calendar) -> datetime:
    return moment.astimezone(ZoneInfo(calendar.timezone))


def _closings(start: datetime, end: datetime, calendar: Calendar) -> Iterator[datetime]:
    """The closing times of business days from a moment to another, both included."""
    # A day that is open until midnight closes on the date that follows.
    first = _local(start, calendar).date() - timedelta(days=1)
    for day in _business_days(first, calendar):
        closes = _closing(day, calendar)
        if closes > end:
            return
        if closes >= start:
            yield closes


def _nth_closing(start: datetime, nth: int, calendar: Calendar) -> datetime:
    first = _local(start, calendar).date() - timedelta(days=1)
    ahead = (closes for day in _business_days(first, calendar) if (closes := _closing(day, calendar)) >= start)
    return next(islice(ahead, nth - 1, None))


def _closing(day: date, calendar: Calendar) -> datetime:
    return _at(day, _hours_of(day, calendar)[-1][1], ZoneInfo(calendar.timezone)).astimezone(UTC)


def _business_days(first: date, calendar: Calendar) -> Iterator[date]:
    for ahead in range(_FURTHEST):
        day = first + timedelta(days=ahead)
        if is_business_day(day, calendar):
            yield day
    message = "the calendar has no working days in the next ten years"
    raise ValueError(message)


def next_opening(moment: datetime, calendar: Calendar) -> datetime:
    """The moment itself when the house is open, else the next time it opens."""
    local = moment.astimezone(ZoneInfo(calendar.timezone))
    for opens, closes in _open_spans(local.date(), calendar):
        if closes > moment:
            return max(opens, moment.astimezone(UTC))
    message = "the calendar has no working hours in the next ten years"
    raise ValueError(message)


def _last_closing(after: datetime, until: datetime, calendar: Calendar) -> datetime | None:
    """The last time that the house closes in between."""
    spans = _open_spans(after.astimezone(ZoneInfo(calendar.timezone)).date(), calendar)
    closings = [closes for _, closes in takewhile(lambda span: span[1] <= until, spans) if closes > after]
    return closings[-1] if closings else None


def is_business_day(day: date, calendar: Calendar) -> bool:
    """Whether the house works that day: make-up working days count, holidays do not."""
    if calendar.always:
        return True
    if day.isoformat() in calendar.working_days:
        return True
    return day.isoformat() not in calendar.holidays and bool(calendar.hours.get(_DAYS[day.weekday()], ()))


def _hours_of(day: date, calendar: Calendar) -> tuple[tuple[str, str], ...]:
    if not is_business_day(day, calendar):
        return ()
    if calendar.always:
        return (("00:00", "24:00"),)
    own = calendar.hours.get(_DAYS[day.weekday()], ())
    # A make-up working day on a weekend has no hours of its own: it is worked like a Monday.
    return own or calendar.hours.get("mon", ())


def _open_spans(first: date, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """Opening and closing times from a day on.

    In UTC: times of one zone are compared by the wall clock, where a summer-time change would cost or give an hour.
    """
    zone = ZoneInfo(calendar.timezone)
    for ahead in range(_FURTHEST):
        day = first + timedelta(days=ahead)
        for opens, closes in _hours_of(day, calendar):
            yield _at(day, opens, zone).astimezone(UTC), _at(day, closes, zone).astimezone(UTC)


def _at(day: date, clock: str, zone: ZoneInfo) -> datetime:
    if clock == "24:00":
        return datetime.combine(day + timedelta(days=1), time(0), zone)
    return datetime.combine(day, time.fromisoformat(clock), zone)


def _after_business_hours(local: datetime, left: timedelta, calendar: Calendar) -> datetime:
    start = local.astimezone(UTC)
    for opens, closes in _open_spans(local.date(), calendar):
        begin = max(opens, start)
        open_for = closes - begin
        if open_for <= timedelta(0):
            continue
        if left <= open_for:
            return begin + left
        left -= open_for
    message = "the calendar has no working hours in the next ten years"
    raise ValueError(message)


def _close_of_business_day(local: datetime, days: int, calendar: Calendar) -> datetime:
    after = _business_days(local.date() + timedelta(days=1), calendar)
    return _closing(next(islice(after, max(days, 1) - 1, None)), calendar)
