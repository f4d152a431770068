"""Who is asked: people by role, department and load, never the one who must not judge her own work."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from complaints.briefing import Load
from complaints.words import CUSTOMER, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from complaints.briefing import Briefing

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def idlest(briefing: Briefing, staff_ids: Iterable[str]) -> str | None:
    """Of these, the present person with the least open work; ties go to the longest idle, then by id."""
    present = [staff_id for staff_id in staff_ids if briefing.policy.staff[staff_id].present]

    def busyness(staff_id: str) -> tuple[int, datetime, str]:
        load = briefing.loads.get(staff_id, Load())
        return load.open_tasks, load.last_asked_at or _LONG_AGO, staff_id

    return min(present, key=busyness, default=None)


def holder(briefing: Briefing, role: Role, *, department: str | None = None, avoid: Iterable[str] = ()) -> str | None:
    """The idlest holder of a role, of the department if it has one, else of any; None when nobody is left."""
    barred = set(avoid)
    everyone = {
        staff_id: person for staff_id, person in briefing.policy.with_role(role).items() if staff_id not in barred
    }
    at_home = [staff_id for staff_id, person in everyone.items() if person.department == department]
    return idlest(briefing, at_home) or idlest(briefing, everyone)


def someone(briefing: Briefing, *roles: Role, department: str | None = None, avoid: Iterable[str] = ()) -> str:
    """The idlest holder of the first of these roles that anybody present holds; a complaints manager if none."""
    barred = tuple(avoid)
    for role in (*roles, Role.COMPLAINTS_MANAGER, Role.EXECUTIVE):
        found = holder(briefing, role, department=department, avoid=barred)
        if found:
            return found
    # Everybody able to act is absent or barred: the work still needs an owner, so bars give way and the top gets it.
    return min(briefing.policy.with_role(Role.EXECUTIVE))


def customer_or(briefing: Briefing, role: Role) -> str:
    """The customer herself when mail reaches her; otherwise the person who phones or writes to her."""
    return CUSTOMER if briefing.case.reachable_by_mail else someone(briefing, role)
