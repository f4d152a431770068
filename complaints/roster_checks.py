"""Contradictions among staff: addresses twice, substitutes who lead nowhere, absences that end before they begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from complaints.grading import ALL_SCHEMES, levels_of
from complaints.policy_parts import Severity
from complaints.policy_shape import did_you_mean, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from complaints.policy import Policy
    from complaints.staff import Staff
    from complaints.toml_lines import Path

    Found = Iterator[tuple[Path, str]]


def staff_contradictions(policy: Policy) -> Found:
    """What is wrong with staff among themselves."""
    staff = policy.staff
    yield from _addresses_twice(staff)
    for staff_id, person in staff.items():
        if not person.name.isprintable():
            yield ("staff", staff_id, "name"), "has line breaks or other characters that nobody can see"
        for nth, absence in enumerate(person.absences):
            path: Path = ("staff", staff_id, "absences", nth)
            if absence.last_day < absence.first_day:
                yield (*path, "last_day"), f"{absence.last_day} is before its first day {absence.first_day}: swap them"
            if absence.substitute:
                yield from _substitute_unfit((*path, "substitute"), staff_id, absence.substitute, staff)
        if person.heir and (person.heir == staff_id or person.heir not in staff):
            yield ("staff", staff_id, "heir"), f"{person.heir!r} cannot take the work over: name a colleague"
    yield from _loops(staff)


def _addresses_twice(staff: Mapping[str, Staff]) -> Found:
    first: dict[str, str] = {}
    for staff_id, person in staff.items():
        other = first.setdefault(person.email.casefold(), staff_id)
        if other != staff_id:
            yield ("staff", staff_id, "email"), f"{person.email!r} is the address of {other!r} too: give each their own"


def _substitute_unfit(path: Path, staff_id: str, substitute: str, staff: Mapping[str, Staff]) -> Found:
    if substitute == staff_id:
        yield path, "nobody stands in for herself: name somebody else or leave it out"
    elif substitute not in staff:
        near = did_you_mean(substitute, staff)
        yield path, f"unknown member of staff {substitute!r}{near}"
    elif staff[substitute].left:
        yield path, f"{substitute!r} has left: name somebody else"


def _loops(staff: Mapping[str, Staff]) -> Found:
    """Chains of substitutes that lead back on some day; the rules stop there, and nobody does the work."""
    days = sorted({absence.first_day for person in staff.values() for absence in person.absences})
    told: set[frozenset[str]] = set()
    for day in days:
        for staff_id in staff:
            way = _way(staff_id, day, staff)
            if way and frozenset(way) not in told:
                told.add(frozenset(way))
                names = " -> ".join([*way, way[0]])
                yield ("staff", staff_id, "absences"), f"on {day} the substitutes lead back: {names}"


def _way(staff_id: str, day: date, staff: Mapping[str, Staff]) -> list[str]:
    """The chain from somebody back to herself on a day; empty when it ends elsewhere."""
    way, asked = [staff_id], staff_id
    while (person := staff.get(asked)) and (absence := person.absence(day)) and absence.substitute:
        if absence.substitute == staff_id:
            return way if len(way) > 1 else []
        if absence.substitute in way:
            return []
        asked = absence.substitute
        way.append(asked)
    return []


def staff_beyond_the_policy(policy: Policy) -> Found:
    """Calendars and levels of staff that the policy does not know."""
    levels = [level for scheme in ALL_SCHEMES for level in levels_of(scheme, policy.grading)]
    for staff_id, person in policy.staff.items():
        if person.hours and person.hours not in policy.calendars:
            yield from unknown_name(("staff", staff_id, "hours"), "calendar", person.hours, policy.calendars)
        for nth, level in enumerate(person.levels):
            yield from unknown_name(("staff", staff_id, "levels", nth), "level", level, levels)


def assignment_unfit(policy: Policy) -> Found:
    """Rows by severity that lead to nobody, levels of acceptance that do not exist."""
    rules, grading = policy.assignment, policy.grading
    for word, row in rules.by_severity.items():
        path: Path = ("assignment", "by_severity", word)
        if row.department:
            yield from unknown_name((*path, "department"), "department", row.department, policy.departments)
        if not policy.with_role(row.role):
            yield (*path, "role"), f"nobody holds the role {row.role.value!r}: give it to a member of staff"
    for word in get_args(Severity) if rules.table == "by_severity" else ():
        if word not in rules.by_severity:
            yield ("assignment", "by_severity"), f"has no row for severity {word!r}: add it"
    if rules.acceptance.levels != "never":
        for nth, level in enumerate(rules.acceptance.levels):
            known = levels_of(grading.scheme, grading)
            yield from unknown_name(("assignment", "acceptance", "levels", nth), "level", level, known)
