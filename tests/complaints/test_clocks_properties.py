"""What holds of every clock: it ends while its calendar is open, pauses never shorten it, and time adds up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from complaints.clocks import Pause, after_pause, business_time, due, is_business_day, next_opening, warning
from complaints.durations import Duration, Unit, parse_duration
from complaints.policy_parts import Calendar, Weekday

WORKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
ALL_DAYS: tuple[Weekday, ...] = (*WORKDAYS, "sat", "sun")

SPLIT = Calendar(
    timezone="Asia/Shanghai",
    hours=dict.fromkeys(WORKDAYS, (("09:00", "12:00"), ("13:30", "18:00"))),
    holidays=("2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"),
    working_days=("2026-09-20", "2026-10-10"),
)
"""A split shift, a week of holidays, a Sunday and a Saturday worked instead."""
LONDON = Calendar(timezone="Europe/London", hours=dict.fromkeys(WORKDAYS, (("09:00", "17:30"),)))
SYDNEY = Calendar(timezone="Australia/Sydney", hours={"mon": (("08:00", "20:00"),), "sat": (("10:00", "14:00"),)})
NIGHTS = Calendar(timezone="America/New_York", hours=dict.fromkeys(ALL_DAYS, (("00:30", "06:00"), ("22:00", "24:00"))))
"""Opens across both changes of the clocks."""
ALWAYS = Calendar(timezone="Europe/Berlin", always=True)
CALENDARS = st.sampled_from([SPLIT, LONDON, SYDNEY, NIGHTS, ALWAYS])

_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
_CHANGES = [
    datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 8), (3, 29), (4, 4), (10, 3), (10, 25), (11, 1))
]
"""The days on which the clocks of New York, Europe and Sydney change."""
MOMENTS = st.one_of(
    st.integers(0, 2 * 366 * 86_400).map(lambda seconds: _YEAR + timedelta(seconds=seconds)),
    st.builds(
        lambda day, minutes: day + timedelta(minutes=minutes), st.sampled_from(_CHANGES), st.integers(-1440, 2880)
    ),
)
SECONDS = st.integers(1, 20 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
UNITS = st.sampled_from([Unit.HOURS, Unit.BUSINESS_HOURS, Unit.DAYS, Unit.BUSINESS_DAYS, Unit.WEEKS])


def length(unit: Unit, amount: int) -> Duration:
    return Duration(amount=amount, unit=unit)


LENGTHS = st.builds(length, UNITS, st.integers(1, 40))


def business(time: timedelta) -> Duration:
    return Duration(amount=time / timedelta(hours=1), unit=Unit.BUSINESS_HOURS)


def is_open(moment: datetime, calendar: Calendar) -> bool:
    """Whether the house is open at a moment, or closes then."""
    return business_time(moment - timedelta(seconds=1), moment, calendar) > timedelta(0)


def local(moment: datetime, calendar: Calendar) -> datetime:
    return moment.astimezone(ZoneInfo(calendar.timezone))


# --- a due time never falls outside its calendar --------------------------------


@given(start=MOMENTS, amount=st.integers(1, 60), calendar=CALENDARS)
def test_business_hours_end_while_the_house_is_open_or_at_closing_time(
    start: datetime, amount: int, calendar: Calendar
) -> None:
    assert is_open(due(start, length(Unit.BUSINESS_HOURS, amount), calendar), calendar)


@given(start=MOMENTS, amount=st.integers(1, 60), calendar=CALENDARS)
def test_business_days_end_at_the_close_of_a_business_day_after_the_first(
    start: datetime, amount: int, calendar: Calendar
) -> None:
    end = due(start, length(Unit.BUSINESS_DAYS, amount), calendar)
    assert is_open(end, calendar)
    assert not is_open(end + timedelta(seconds=1), calendar) or calendar.always or calendar is NIGHTS
    counted = (local(start, calendar).date() + timedelta(days=ahead) for ahead in range(1, 400))
    nth = [day for day in counted if is_business_day(day, calendar)][amount - 1]
    assert local(end - timedelta(seconds=1), calendar).date() == nth


@given(start=MOMENTS, amount=st.integers(1, 60), calendar=CALENDARS)
def test_business_hours_take_exactly_so_much_business_time(start: datetime, amount: int, calendar: Calendar) -> None:
    end = due(start, length(Unit.BUSINESS_HOURS, amount), calendar)
    assert business_time(start, end, calendar) == timedelta(hours=amount)


@given(start=MOMENTS, days=st.integers(1, 400), calendar=CALENDARS)
def test_calendar_days_end_at_the_same_local_time(start: datetime, days: int, calendar: Calendar) -> None:
    end = local(due(start, length(Unit.DAYS, days), calendar), calendar)
    wanted = local(start, calendar) + timedelta(days=days)
    there_is_such_a_time = wanted.astimezone(UTC).astimezone(wanted.tzinfo) == wanted
    assert not there_is_such_a_time or end.replace(tzinfo=None) == wanted.replace(tzinfo=None)


@given(start=MOMENTS, span=LENGTHS, calendar=CALENDARS)
def test_a_clock_ends_after_it_began_and_is_never_warned_of_outside_opening_hours(
    start: datetime, span: Duration, calendar: Calendar
) -> None:
    end = due(start, span, calendar)
    assert start < end
    warned = warning(start, end, 0.8, calendar)
    assert start <= warned <= end
    assert warned == end or next_opening(warned, calendar) == warned or is_open(warned, calendar)


# --- splitting an interval changes nothing --------------------------------------


@given(start=MOMENTS, first=SECONDS, second=SECONDS, calendar=CALENDARS)
def test_elapsed_time_may_be_split(start: datetime, first: timedelta, second: timedelta, calendar: Calendar) -> None:
    def seconds(time: timedelta) -> Duration:
        return Duration(amount=time.total_seconds(), unit=Unit.SECONDS)

    assert due(due(start, seconds(first), calendar), seconds(second), calendar) == due(
        start, seconds(first + second), calendar
    )


@given(start=MOMENTS, first=st.integers(1, 3600), second=st.integers(1, 3600), calendar=CALENDARS)
def test_business_hours_may_be_split(start: datetime, first: int, second: int, calendar: Calendar) -> None:
    one, two = timedelta(minutes=first), timedelta(minutes=second)
    split = due(due(start, business(one), calendar), business(two), calendar)
    assert abs(split - due(start, business(one + two), calendar)) < timedelta(milliseconds=1)


@given(start=MOMENTS, first=st.integers(1, 20), second=st.integers(1, 20), calendar=CALENDARS)
def test_business_days_may_be_split_where_no_day_closes_on_the_next(
    start: datetime, first: int, second: int, calendar: Calendar
) -> None:
    assume(calendar not in (ALWAYS, NIGHTS))
    split = due(due(start, length(Unit.BUSINESS_DAYS, first), calendar), length(Unit.BUSINESS_DAYS, second), calendar)
    assert split == due(start, length(Unit.BUSINESS_DAYS, first + second), calendar)


@given(start=MOMENTS, middle=SECONDS, rest=SECONDS, calendar=CALENDARS)
def test_business_time_adds_up(start: datetime, middle: timedelta, rest: timedelta, calendar: Calendar) -> None:
    through, end = start + middle, start + middle + rest
    whole = business_time(start, end, calendar)
    assert whole == business_time(start, through, calendar) + business_time(through, end, calendar)


# --- pauses ---------------------------------------------------------------------


@given(start=MOMENTS, span=LENGTHS, calendar=CALENDARS, times=st.lists(SECONDS, min_size=2, max_size=6))
def test_pauses_never_make_a_clock_run_out_earlier(
    start: datetime, span: Duration, calendar: Calendar, times: list[timedelta]
) -> None:
    end, moment = due(start, span, calendar), start
    moments = [moment := moment + time for time in times]
    for since, until in zip(moments[::2], moments[1::2], strict=False):
        later = after_pause(end, Pause(since, until), unit=span.unit, calendar=calendar)
        assert later >= end
        assert later > until or since >= end or span.unit is Unit.BUSINESS_DAYS
        end = later


@given(start=MOMENTS, span=LENGTHS, calendar=CALENDARS, before=SECONDS, lasting=SECONDS, more=SECONDS)
def test_a_longer_pause_never_ends_earlier_and_a_pause_may_be_split(
    start: datetime, span: Duration, calendar: Calendar, before: timedelta, lasting: timedelta, more: timedelta
) -> None:
    end = due(start, span, calendar)
    since, middle, until = start + before, start + before + lasting, start + before + lasting + more

    def paused(due_at: datetime, first: datetime, last: datetime) -> datetime:
        return after_pause(due_at, Pause(first, last), unit=span.unit, calendar=calendar)

    assert paused(end, since, middle) <= paused(end, since, until)
    if since < end:
        assert paused(paused(end, since, middle), middle, until) == paused(end, since, until)


@given(start=MOMENTS, amount=st.integers(1, 40), calendar=CALENDARS, before=SECONDS, lasting=SECONDS)
def test_after_a_pause_business_hours_still_end_while_the_house_is_open_with_the_same_business_time(
    start: datetime, amount: int, calendar: Calendar, before: timedelta, lasting: timedelta
) -> None:
    end = due(start, length(Unit.BUSINESS_HOURS, amount), calendar)
    pause = Pause(start + before, start + before + lasting)
    assume(pause.since < end)
    later = after_pause(end, pause, unit=Unit.BUSINESS_HOURS, calendar=calendar)
    assert is_open(later, calendar)
    worked = business_time(start, pause.since, calendar) + business_time(pause.until, later, calendar)
    assert worked == timedelta(hours=amount)


@given(start=MOMENTS, amount=st.integers(1, 40), calendar=CALENDARS, before=SECONDS, lasting=SECONDS)
def test_after_a_pause_business_days_still_end_at_a_close(
    start: datetime, amount: int, calendar: Calendar, before: timedelta, lasting: timedelta
) -> None:
    end = due(start, length(Unit.BUSINESS_DAYS, amount), calendar)
    later = after_pause(
        end, Pause(start + before, start + before + lasting), unit=Unit.BUSINESS_DAYS, calendar=calendar
    )
    assert is_open(later, calendar)


# --- the same, example by example -------------------------------------------------


def paused(end: str, since: str, until: str, unit: str, calendar: Calendar = SPLIT) -> str:
    """The local due time after a pause, all in local time."""
    zone = ZoneInfo(calendar.timezone)
    moments = [datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC) for text in (end, since, until)]
    later = after_pause(moments[0], Pause(moments[1], moments[2]), unit=Unit(unit), calendar=calendar)
    return later.astimezone(zone).strftime("%a %m-%d %H:%M")


@pytest.mark.parametrize(
    ("end", "since", "until", "unit", "later"),
    [
        # Friday evening to Monday morning: no business time passed, so none is given back.
        ("2026-11-30T11:00", "2026-11-27T18:00", "2026-11-30T09:00", "bh", "Mon 11-30 11:00"),
        ("2026-11-30T11:00", "2026-11-27T20:00", "2026-11-30T09:30", "bh", "Mon 11-30 11:30"),
        # One minute before closing and one after opening: two minutes of business time.
        ("2026-11-30T11:00", "2026-11-27T17:59", "2026-11-30T09:01", "bh", "Mon 11-30 11:02"),
        # Over lunch nothing is lost, and what is left goes over the next night.
        ("2026-11-23T17:00", "2026-11-23T12:00", "2026-11-23T13:30", "bh", "Mon 11-23 17:00"),
        ("2026-11-23T17:00", "2026-11-23T11:00", "2026-11-23T15:00", "bh", "Tue 11-24 10:30"),
        # Over the National Day week, to the Saturday that is worked instead.
        ("2026-09-30T17:00", "2026-09-30T16:00", "2026-10-10T08:00", "bh", "Sat 10-10 10:00"),
        # Business days: a pause within a day costs nothing, one over its close costs the day.
        ("2026-11-26T18:00", "2026-11-24T09:00", "2026-11-24T17:59", "bd", "Thu 11-26 18:00"),
        ("2026-11-26T18:00", "2026-11-24T17:59", "2026-11-24T18:01", "bd", "Fri 11-27 18:00"),
        ("2026-11-26T18:00", "2026-11-24T18:01", "2026-11-25T17:59", "bd", "Thu 11-26 18:00"),
        ("2026-11-27T18:00", "2026-11-27T12:00", "2026-11-30T12:00", "bd", "Mon 11-30 18:00"),
        ("2026-11-27T18:00", "2026-11-27T12:00", "2026-11-28T12:00", "bd", "Mon 11-30 18:00"),
        # Hours and calendar days: later by the time that passed, weekend or not.
        ("2026-11-30T10:00", "2026-11-27T18:00", "2026-11-30T09:00", "d", "Thu 12-03 01:00"),
        ("2026-11-30T10:00", "2026-11-27T18:00", "2026-11-27T19:30", "h", "Mon 11-30 11:30"),
        ("2026-11-30T10:00", "2026-11-27T18:00", "2026-11-28T18:00", "w", "Tue 12-01 10:00"),
        # What had run out before is not stretched; the last minute still is.
        ("2026-11-30T10:00", "2026-11-30T10:00", "2026-12-07T10:00", "d", "Mon 11-30 10:00"),
        ("2026-11-30T10:00", "2026-11-30T09:59", "2026-12-07T09:59", "d", "Mon 12-07 10:00"),
    ],
)
def test_what_was_left_is_counted_on_in_the_unit_of_the_clock(
    end: str, since: str, until: str, unit: str, later: str
) -> None:
    assert paused(end, since, until, unit) == later


@pytest.mark.parametrize(
    ("start", "span", "calendar", "end"),
    [
        # Receipt on the last minute before midnight is day 0 all the same.
        ("2026-11-20T23:59", "1 bd", SPLIT, "Mon 11-23 18:00"),
        ("2026-11-21T00:00", "1 bd", SPLIT, "Mon 11-23 18:00"),
        ("2026-11-23T00:00", "1 bd", SPLIT, "Tue 11-24 18:00"),
        # The Sunday worked instead of a day of the holiday week counts as a day.
        ("2026-09-19T10:00", "1 bd", SPLIT, "Sun 09-20 18:00"),
        ("2026-09-20T17:00", "2 bh", SPLIT, "Mon 09-21 10:00"),
        # The last minute of a shift, and the first of the next.
        ("2026-11-23T11:00", "1 bh", SPLIT, "Mon 11-23 12:00"),
        ("2026-11-23T11:01", "1 bh", SPLIT, "Mon 11-23 13:31"),
        # Over the change to winter time a day has 25 hours, to summer time 23.
        ("2026-10-24T12:00", "1 d", LONDON, "Sun 10-25 12:00"),
        ("2026-10-24T12:00", "24 h", LONDON, "Sun 10-25 11:00"),
        ("2026-03-28T12:00", "24 h", LONDON, "Sun 03-29 13:00"),
        ("2026-10-23T17:00", "1 bh", LONDON, "Mon 10-26 09:30"),
        ("2026-01-01T00:00", "8 w", LONDON, "Thu 02-26 00:00"),
        ("2026-06-01T12:00", "35 bd", LONDON, "Mon 07-20 17:30"),
        # Around the clock every day is a business day, to midnight.
        ("2026-11-28T10:00", "1 bd", ALWAYS, "Mon 11-30 00:00"),
        ("2026-11-28T10:00", "36 bh", ALWAYS, "Sun 11-29 22:00"),
    ],
)
def test_both_sides_of_every_edge(start: str, span: str, calendar: Calendar, end: str) -> None:
    zone = ZoneInfo(calendar.timezone)
    begun = datetime.fromisoformat(start).replace(tzinfo=zone).astimezone(UTC)
    assert due(begun, parse_duration(span), calendar).astimezone(zone).strftime("%a %m-%d %H:%M") == end


def test_later_receipt_is_never_due_earlier() -> None:
    moments = [datetime(2026, 9, 28, tzinfo=UTC) + timedelta(minutes=37 * nth) for nth in range(800)]
    for text in ("3 h", "3 bh", "3 bd", "3 d", "2 w"):
        ends = [due(moment, parse_duration(text), SPLIT) for moment in moments]
        assert all(first <= second for first, second in pairwise(ends)), text


def test_make_up_days_are_business_days_and_holidays_are_not() -> None:
    assert [is_business_day(date(2026, 10, day), SPLIT) for day in (1, 8, 10, 11)] == [False, True, True, False]
