"""Contradictions between the clocks, calendars and tables of limits of a policy."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from complaints.durations import Unit
from complaints.grading import levels_of
from complaints.policy_clocks import HOUSE
from complaints.policy_shape import did_you_mean, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from complaints.policy import Policy
    from complaints.policy_clocks import ClockRule
    from complaints.policy_parts import Calendar
    from complaints.toml_lines import Path

    Found = Iterator[tuple[Path, str]]

_NEEDED = ("acknowledge", "first_response", "resolve")
"""Clocks that letters, pages and stages speak of by name."""


# --- calendars ----------------------------------------------------------------


def calendar_gaps(policy: Policy) -> Found:
    """A timezone that is none, hours that overlap, dates that are none or say two things."""
    yield from _calendar_wrong(("calendar",), policy.calendar)


def other_calendars_wrong(policy: Policy) -> Found:
    """The same of every further calendar, and a name that is taken."""
    for name, calendar in policy.calendars.items():
        if name == HOUSE:
            yield ("calendars", name), "is the name of [calendar] itself: give this one another"
        yield from _calendar_wrong(("calendars", name), calendar)


def _calendar_wrong(path: Path, calendar: Calendar) -> Found:
    if not is_timezone(calendar.timezone):
        near = did_you_mean(calendar.timezone, _timezones()) or "; write a name like 'Asia/Shanghai'"
        yield (*path, "timezone"), f"unknown timezone {calendar.timezone!r}{near}"
    if calendar.years[0] > calendar.years[1]:
        yield (*path, "years"), "the first year must not lie after the last"
    if not calendar.always and not any(calendar.hours.values()):
        yield (*path, "hours"), "no weekday has hours: business time would never pass"
    if calendar.subdivision and not calendar.region:
        yield (*path, "subdivision"), "is a part of no country: name its region too"
    yield from _hours_wrong(path, calendar)
    yield from _dates_wrong(path, calendar)


def is_timezone(name: str) -> bool:
    """Whether this machine knows the timezone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


@cache
def _timezones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


def _hours_wrong(path: Path, calendar: Calendar) -> Found:
    for day, spans in calendar.hours.items():
        last = ""
        for nth, (opens, closes) in enumerate(spans):
            here = (*path, "hours", day, nth)
            if opens >= closes:
                yield here, f"opens at {opens} but closes at {closes}: write the earlier time first"
            elif opens < last:
                yield (
                    here,
                    f"opens at {opens}, before the hours that stand before it end at {last}: let them not overlap",
                )
            last = max(last, closes)


def _dates_wrong(path: Path, calendar: Calendar) -> Found:
    for key, days in (("holidays", calendar.holidays), ("working_days", calendar.working_days)):
        for nth, day in enumerate(days):
            if not _is_date(day):
                yield (*path, key, nth), f"{day!r} is not a date: write it like '2026-10-01'"
            elif key == "working_days" and day in calendar.holidays:
                yield (*path, key, nth), f"{day} is a holiday and a working day: take it out of one of the lists"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


# --- clocks -------------------------------------------------------------------


def clocks_unfit(policy: Policy) -> Found:
    """Clocks that are not there, or that name a calendar, a pause or a length that is not."""
    for name in _NEEDED:
        if name not in policy.clocks:
            yield ("clocks",), f"has no clock {name!r}, which letters and pages speak of: add [clocks.{name}]"
    for name, rule in policy.clocks.items():
        yield from _names_wrong(("clocks", name), rule, policy)
        yield from _extension_wrong(("clocks", name), rule)


def _names_wrong(path: Path, rule: ClockRule, policy: Policy) -> Found:
    yield from unknown_name((*path, "calendar"), "calendar", rule.calendar, (HOUSE, *policy.calendars))
    for nth, reason in enumerate(rule.pauses):
        yield from unknown_name((*path, "pauses", nth), "pause", reason, policy.pauses)


def _extension_wrong(path: Path, rule: ClockRule) -> Found:
    """Business days are counted by closing times, so what stretches them must be counted so too."""
    by_days = Unit.BUSINESS_DAYS
    if rule.extension and rule.limit and (rule.limit.unit is by_days) != (rule.extension.by.unit is by_days):
        yield (
            (*path, "extension", "by"),
            "business days are extended by business days, and nothing else is: use one unit",
        )


def clocks_unfounded(policy: Policy) -> Found:
    """A clock of the law that does not say where the law says so, or a letter that promises an unknown clock."""
    for name, rule in policy.clocks.items():
        if rule.kind == "regulatory" and not rule.source:
            yield ("clocks", name, "kind"), "is regulatory without a `source`: name the rule and section it comes from"
        if rule.on_due and rule.on_due.promise:
            path: Path = ("clocks", name, "on_due", "promise")
            yield from unknown_name(path, "clock", rule.on_due.promise, policy.clocks)


def early_window_unknown(policy: Policy) -> Found:
    """The clock within which an accepted answer needs no more than a summary must be there, and wait for acceptance."""
    name, path = policy.response.summary_resolution_within, ("response", "summary_resolution_within")
    if name is None:
        return
    yield from unknown_name(path, "clock", name, policy.clocks)
    if name in policy.clocks and policy.clocks[name].stops != "agreed":
        yield path, f"names {name!r}, which does not wait for the customer's yes: let it stop at 'agreed'"


def cases_of_clocks_unknown(policy: Policy) -> Found:
    """Levels and categories that a clock runs for and that are none."""
    levels = levels_of(policy.grading.scheme, policy.grading)
    subs = (f"{code}.{sub}" for code, category in policy.categories.items() for sub in category.subcategories)
    categories = (*policy.categories, *subs)
    for name, rule in policy.clocks.items():
        path = ("clocks", name, "applies")
        asked = (
            ("levels", rule.applies.levels, levels, "level"),
            ("categories", rule.applies.categories, categories, "category"),
            ("except_categories", rule.applies.except_categories, categories, "category"),
        )
        for key, codes, known, kind in asked:
            for nth, code in enumerate(codes):
                yield from unknown_name((*path, key, nth), kind, code, known)


def approvers_missing(policy: Policy) -> Found:
    """An extension needs somebody who may grant it."""
    for name, rule in policy.clocks.items():
        if rule.extension and not policy.with_role(rule.extension.approver):
            role = rule.extension.approver.value
            yield (
                ("clocks", name, "extension", "approver"),
                f"nobody holds the role {role!r}: give it to a member of staff",
            )


def table_unfit(policy: Policy) -> Found:
    """The chosen table of limits must speak of every level of the scheme in use; the others need not."""
    limits, grading = policy.limits, policy.grading
    if limits.table != "by_level" and limits.otherwise is None:
        yield ("limits", "table"), f"{limits.table!r} has one column: add [limits.otherwise] for the rest"
    words = grading.severity.get(grading.scheme, {})
    for level in levels_of(grading.scheme, grading):
        if limits.table == "by_severity" and level in words and words[level] not in limits.by_severity:
            yield ("limits", "by_severity"), f"has nothing for {words[level]!r}, the word of level {level!r}: add it"
        if limits.table == "maximum_response" and level not in limits.maximum_response:
            yield ("limits", "maximum_response"), _nothing_for(level, grading.scheme)
        if limits.table == "by_level" and level not in limits.by_level:
            yield ("limits", "by_level"), _nothing_for(level, grading.scheme)


def _nothing_for(level: str, scheme: str) -> str:
    return f"has nothing for level {level!r} of scheme {scheme!r}: add it"
