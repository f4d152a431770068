"""Clocks: units are distinct, business time runs only while the house is open, and nobody is warned at night."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.clocks import due, is_business_day, next_opening, warning
from complaints.durations import Duration, Unit, parse_duration
from complaints.policy_parts import Calendar, Weekday

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
WORKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
ALL_DAYS: tuple[Weekday, ...] = (*WORKDAYS, "sat", "sun")

OFFICE = Calendar(
    timezone="Asia/Shanghai",
    hours=dict.fromkeys(WORKDAYS, (("09:00", "12:00"), ("13:30", "18:00"))),
    holidays=("2026-10-01", "2026-10-02"),
    working_days=("2026-10-10",),
)
"""A split shift, two holidays (Thursday and Friday) and a Saturday that is worked instead."""
NEVER_CLOSED = Calendar(timezone="Europe/Berlin", hours=dict.fromkeys(ALL_DAYS, (("00:00", "24:00"),)))
NIGHT_SHIFT = Calendar(
    timezone="Europe/Berlin", hours=dict.fromkeys(ALL_DAYS, (("02:30", "06:00"), ("22:00", "24:00")))
)
"""Opens within the hour that the clocks of Berlin skip in spring and repeat in autumn."""
CALENDARS = st.sampled_from([OFFICE, NEVER_CLOSED, NIGHT_SHIFT])
SHORT = st.integers(1, 6000).map(lambda minutes: timedelta(minutes=minutes))


def between(first: str, last: str) -> st.SearchStrategy[datetime]:
    """Moments to the second."""
    start = datetime.fromisoformat(first).replace(tzinfo=UTC)
    seconds = int((datetime.fromisoformat(last).replace(tzinfo=UTC) - start).total_seconds())
    return st.integers(0, seconds).map(lambda passed: start + timedelta(seconds=passed))


MOMENTS = st.one_of(
    between("2026-01-01", "2027-12-31"),
    # The nights when Berlin's clocks change.
    between("2026-03-28T23:00", "2026-03-29T03:00"),
    between("2026-10-24T23:00", "2026-10-25T03:00"),
)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """A local time as a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def business(length: timedelta) -> Duration:
    return Duration(amount=length / timedelta(hours=1), unit=Unit.BUSINESS_HOURS)


def after(start: str, length: str, calendar: Calendar = OFFICE, zone: ZoneInfo = SHANGHAI) -> str:
    """The local time at which a length from a local time is over."""
    end = due(at(start, zone), parse_duration(length), calendar)
    assert end.tzinfo is UTC
    return end.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("length", "end"),
    [
        ("10 s", "2026-11-23 10:00:10"),
        ("90 min", "2026-11-23 11:30:00"),
        ("24 h", "2026-11-24 10:00:00"),
        ("2 bh", "2026-11-23 12:00:00"),
        ("3 bh", "2026-11-23 14:30:00"),
        ("8 bh", "2026-11-24 10:30:00"),
        ("1 bd", "2026-11-24 18:00:00"),
        ("5 bd", "2026-11-30 18:00:00"),
        ("3 d", "2026-11-26 10:00:00"),
        ("7 d", "2026-11-30 10:00:00"),
        ("1 w", "2026-11-30 10:00:00"),
        ("8 w", "2027-01-18 10:00:00"),
    ],
)
def test_each_unit_counts_its_own_way_from_a_monday_morning(length: str, end: str) -> None:
    assert after("2026-11-23 10:00", length) == end


def test_the_day_of_receipt_is_day_nought_however_early_it_was() -> None:
    assert after("2026-11-23 00:01", "1 bd") == after("2026-11-23 23:59", "1 bd") == "2026-11-24 18:00:00"


def test_business_hours_stand_still_over_lunch() -> None:
    assert after("2026-11-23 11:45", "30 min") == "2026-11-23 12:15:00"
    assert after("2026-11-23 11:45", "0.5 bh") == "2026-11-23 13:45:00"


def test_business_hours_that_begin_at_night_begin_in_the_morning() -> None:
    assert after("2026-11-23 03:00", "1 bh") == "2026-11-23 10:00:00"
    assert after("2026-11-27 20:00", "1 bh") == "2026-11-30 10:00:00"


def test_holidays_are_passed_over_and_make_up_days_are_worked() -> None:
    assert after("2026-09-30 17:00", "2 bh") == "2026-10-05 10:00:00"
    assert after("2026-09-30 17:00", "1 bd") == "2026-10-05 18:00:00"
    assert after("2026-10-09 17:00", "2 bh") == "2026-10-10 10:00:00"
    assert after("2026-10-09 17:00", "1 bd") == "2026-10-10 18:00:00"


def test_a_business_day_is_one_by_its_hours_the_holidays_and_the_make_up_days() -> None:
    said = {day: is_business_day(date(2026, 10, day), OFFICE) for day in (1, 2, 3, 5, 10, 11)}
    assert said == {1: False, 2: False, 3: False, 5: True, 10: True, 11: False}


def test_around_the_clock_business_hours_are_hours() -> None:
    assert after("2026-11-28 23:30", "36 bh", NEVER_CLOSED, BERLIN) == "2026-11-30 11:30:00"


def test_hours_count_what_passed_when_the_clocks_change_and_days_keep_the_local_time() -> None:
    assert after("2026-03-28 12:00", "24 h", NEVER_CLOSED, BERLIN) == "2026-03-29 13:00:00"
    assert after("2026-03-28 12:00", "24 bh", NEVER_CLOSED, BERLIN) == "2026-03-29 13:00:00"
    assert after("2026-03-28 12:00", "1 d", NEVER_CLOSED, BERLIN) == "2026-03-29 12:00:00"
    assert after("2026-10-24 12:00", "24 h", NEVER_CLOSED, BERLIN) == "2026-10-25 11:00:00"
    assert after("2026-10-24 12:00", "1 w", NEVER_CLOSED, BERLIN) == "2026-10-31 12:00:00"


def test_the_zone_of_the_calendar_decides_which_day_it_is() -> None:
    late = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # one in the morning of Monday in Shanghai
    assert due(late, parse_duration("1 bd"), OFFICE) == at("2026-11-24 18:00")


@pytest.mark.parametrize("length", ["1 bh", "1 bd"])
def test_a_calendar_without_hours_says_so_instead_of_searching_for_ever(length: str) -> None:
    empty = Calendar(timezone="UTC", hours={})
    with pytest.raises(ValueError, match="the calendar has no working"):
        due(at("2026-11-23 10:00"), parse_duration(length), empty)
    with pytest.raises(ValueError, match="the calendar has no working hours"):
        next_opening(at("2026-11-23 10:00"), empty)


def is_open(moment: datetime, calendar: Calendar) -> bool:
    """Whether the house is open then or closes this very moment; written apart from the code under test."""
    local = moment.astimezone(ZoneInfo(calendar.timezone))
    for day in (local.date(), local.date() - timedelta(days=1)):
        if not is_business_day(day, calendar):
            continue
        for opens, closes in calendar.hours.get(ALL_DAYS[day.weekday()]) or calendar.hours["mon"]:
            if _moment(day, opens, calendar) <= moment <= _moment(day, closes, calendar):
                return True
    return False


def _moment(day: date, clock: str, calendar: Calendar) -> datetime:
    hour, minute = map(int, clock.split(":"))
    whole, hour = divmod(hour, 24)
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(calendar.timezone))
    return (local + timedelta(days=whole)).astimezone(UTC)


@given(start=MOMENTS, length=SHORT, calendar=CALENDARS)
def test_a_business_deadline_lies_within_open_hours_and_not_before_its_time(
    start: datetime, length: timedelta, calendar: Calendar
) -> None:
    end = due(start, business(length), calendar)
    assert is_open(end, calendar)
    assert end >= start + length


@given(start=MOMENTS, lengths=st.lists(SHORT, min_size=2, max_size=2).map(sorted), calendar=CALENDARS)
def test_more_business_time_never_ends_earlier(start: datetime, lengths: list[timedelta], calendar: Calendar) -> None:
    shorter, longer = (due(start, business(length), calendar) for length in lengths)
    assert shorter <= longer


@given(starts=st.lists(MOMENTS, min_size=2, max_size=2).map(sorted), length=SHORT, calendar=CALENDARS)
def test_who_starts_later_is_never_due_earlier(starts: list[datetime], length: timedelta, calendar: Calendar) -> None:
    for unit in (business(length), Duration(1 + length.seconds % 9, Unit.BUSINESS_DAYS)):
        earlier, later = (due(start, unit, calendar) for start in starts)
        assert earlier <= later


@given(start=MOMENTS, first=SHORT, second=SHORT, calendar=CALENDARS)
def test_splitting_business_time_changes_nothing(
    start: datetime, first: timedelta, second: timedelta, calendar: Calendar
) -> None:
    at_once = due(start, business(first + second), calendar)
    in_two = due(due(start, business(first), calendar), business(second), calendar)
    assert abs(at_once - in_two) < timedelta(milliseconds=1)


@given(start=MOMENTS, days=st.integers(1, 400), calendar=CALENDARS)
def test_business_days_end_at_the_close_of_a_business_day_after_so_many_of_them(
    start: datetime, days: int, calendar: Calendar
) -> None:
    end = due(start, Duration(days, Unit.BUSINESS_DAYS), calendar)
    zone = ZoneInfo(calendar.timezone)
    first = start.astimezone(zone).date()
    # A close at 24:00 is the midnight that begins the next day.
    last = (end - timedelta(microseconds=1)).astimezone(zone).date()
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(is_business_day(day, calendar) for day in between) == days
    assert next_opening(end, calendar) > end or calendar is NEVER_CLOSED


@given(moment=MOMENTS, calendar=CALENDARS)
def test_the_next_opening_is_open_and_nothing_before_it_is(moment: datetime, calendar: Calendar) -> None:
    opening = next_opening(moment, calendar)
    assert opening >= moment
    assert is_open(opening, calendar)
    if opening > moment:
        halfway = moment + (opening - moment) / 2
        assert not is_open(halfway, calendar)


@given(start=MOMENTS, length=SHORT, fraction=st.floats(0.1, 1), calendar=CALENDARS)
def test_nobody_is_warned_while_the_house_is_closed_or_after_the_deadline(
    start: datetime, length: timedelta, fraction: float, calendar: Calendar
) -> None:
    due_at = start + length
    warn_at = warning(start, due_at, fraction, calendar)
    assert start <= warn_at <= due_at
    assert warn_at == due_at or is_open(warn_at, calendar)


@pytest.mark.parametrize(
    ("start", "due_at", "warn_at"),
    [
        ("2026-11-23 09:00", "2026-11-23 11:30", "2026-11-23 11:00"),
        ("2026-11-23 16:00", "2026-11-24 10:00", "2026-11-24 09:00"),
        ("2026-11-23 16:00", "2026-11-24 04:00", "2026-11-23 18:00"),
        ("2026-11-23 19:00", "2026-11-24 04:00", "2026-11-24 04:00"),
        ("2026-11-27 17:00", "2026-11-29 12:00", "2026-11-27 18:00"),
    ],
    ids=["by day", "at the next opening", "before the night of the deadline", "not at all", "before the weekend"],
)
def test_a_warning_comes_after_four_fifths_of_the_time_but_never_at_night(
    start: str, due_at: str, warn_at: str
) -> None:
    assert warning(at(start), at(due_at), 0.8, OFFICE) == at(warn_at)


@given(
    amount=st.one_of(st.integers(1, 10**12), st.floats(0.001, 100_000).map(lambda number: round(number, 3))),
    unit=st.sampled_from(Unit),
)
def test_a_length_of_time_reads_back_as_it_was_written(amount: float, unit: Unit) -> None:
    length = Duration(float(amount), unit)
    assert parse_duration(str(length)) == length
