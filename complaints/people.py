"""Who is asked: people by role, department and load, never the one who must not judge her own work."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from complaints.briefing import Load
from complaints.words import CUSTOMER, Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from complaints.briefing import Briefing
    from complaints.policy_parts import Calendar

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

_OF_A_DEPARTMENT = frozenset({Role.HANDLER, Role.TEAM_LEAD, Role.DEPARTMENT_HEAD})
"""Roles that mean something in one department only: nobody else's team lead stands in for its own."""


def recused(briefing: Briefing) -> frozenset[str]:
    """The staff whom the complaint names, and who declared a conflict of interest: they never have a part in it."""
    return named(briefing) | frozenset(briefing.case.conflicts)


def named(briefing: Briefing) -> frozenset[str]:
    """The staff whom the complaint names."""
    return briefing.named


def idlest(briefing: Briefing, staff_ids: Iterable[str], *, barred: Collection[str] = ()) -> str | None:
    """Of these, the present person with the least open work; ties go to the longest idle, then by id.

    Where none of them is there, their substitutes are looked at in the same way, unless barred or recused.
    """
    staff_ids = tuple(staff_ids)
    present = [staff_id for staff_id in staff_ids if briefing.roster.is_present(staff_id, briefing.now)]
    off_limits = {*barred, *recused(briefing)}
    ways = [] if present else [briefing.roster.stand_in(one, briefing.now, barred=off_limits) for one in staff_ids]

    def busyness(staff_id: str) -> tuple[int, datetime, str]:
        load = briefing.loads.get(staff_id, Load())
        return load.open_tasks, load.last_asked_at or _LONG_AGO, staff_id

    return min(present or [way[-1] for way in ways if way], key=busyness, default=None)


def holder(briefing: Briefing, role: Role, *, department: str | None = None, avoid: Iterable[str] = ()) -> str | None:
    """The idlest holder of a role, rather of the department than of another; None when nobody is left.

    With a department named, a role that belongs to departments is looked for there alone. Whoever is recused or to be
    avoided is passed over, as a substitute too.
    """
    barred = {*avoid, *recused(briefing)}
    everyone = {
        staff_id: person for staff_id, person in briefing.roster.with_role(role).items() if staff_id not in barred
    }
    at_home = [staff_id for staff_id, person in everyone.items() if person.department == department]
    found = idlest(briefing, at_home, barred=barred)
    if found or (department and role in _OF_A_DEPARTMENT):
        return found
    return idlest(briefing, everyone, barred=barred)


def someone(briefing: Briefing, *roles: Role, department: str | None = None, avoid: Iterable[str] = ()) -> str:
    """The idlest holder of the first of these roles that anybody present holds; a complaints manager if none."""
    barred = tuple(avoid)
    for role in (*roles, Role.COMPLAINTS_MANAGER, Role.EXECUTIVE):
        found = holder(briefing, role, department=department, avoid=barred)
        if found:
            return found
    return last_resort(briefing, avoid=barred)


def last_resort(briefing: Briefing, *, avoid: Iterable[str] = ()) -> str:
    """Everybody able to act is absent or barred, and the work still needs an owner: the top gets it all the same.

    Absence gives way first, then recusal, and last of all four eyes.
    """
    roster = briefing.roster
    top = (*sorted(roster.with_role(Role.EXECUTIVE)), *sorted(roster.with_role(Role.COMPLAINTS_MANAGER)))
    barred = set(avoid)
    free = [staff_id for staff_id in top if staff_id not in barred | recused(briefing)]
    return next(iter([*free, *(staff_id for staff_id in top if staff_id not in barred), *top]))


def hours_of(briefing: Briefing, staff_id: str) -> Calendar:
    """The calendar by which somebody works: her own where the case's policy knows it, else the house's."""
    person, policy = briefing.roster.staff.get(staff_id), briefing.policy
    return policy.calendars.get(person.hours, policy.calendar) if person and person.hours else policy.calendar


def customer_or(briefing: Briefing, role: Role) -> str:
    """The customer herself when mail reaches her; otherwise the person who phones or writes to her."""
    return CUSTOMER if briefing.case.reachable_by_mail else someone(briefing, role)
