"""Staffing: somebody joins, changes or leaves, and what the house would lack then. Each gives a whole new roster."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field

from complaints import roster_file
from complaints.canonical import canonical
from complaints.errors import AnswerWrong, RosterWrong
from complaints.policy_checks import category_codes, contradictions
from complaints.record import has_mail_shape
from complaints.staff import Staff
from complaints.words import Language, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from complaints.policy import Policy
    from complaints.roster import Roster

    Edit = Callable[[Roster], Roster]
    """What makes a roster of the one in force."""

_ID = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}")
_ABOUT_STAFF = frozenset({"staff", "departments", "assignment", "escalation", "review"})
"""Sections of a policy that can contradict a roster."""


class StaffForm(BaseModel):
    """What an administrator writes of somebody; absences, and what only a roster file says, stay as they are."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=120)
    email: str = Field(min_length=1, max_length=254)
    department: str = Field(min_length=1)
    roles: tuple[Role, ...] = Field(min_length=1)
    language: Language
    languages: tuple[Language, ...] = Field(min_length=1)
    skills: tuple[str, ...] = ()
    max_open: int | None = Field(default=None, ge=0, le=10_000)
    key_customers: bool = False
    present: bool = False
    reason: str = Field(min_length=1, max_length=400)


class LeaveForm(BaseModel):
    """The first day on which somebody is no longer of the house, and to whom her open work goes."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    left: date
    heir: str = ""
    reason: str = Field(min_length=1, max_length=400)


ENTRY: Final = frozenset(StaffForm.model_fields) - {"reason"}
LEAVING: Final = frozenset({"left", "heir"})
"""What two forms write of somebody; what one writes is nothing to the other, nor are absences to either."""


def fingerprint(roster: Roster, staff_id: str, *, fields: frozenset[str]) -> str:
    """A digest of what an entry says in some fields, so that a form can carry what it was drawn from; '' for nobody."""
    person = roster.staff.get(staff_id)
    return sha256(canonical(person.model_dump(mode="json", include=set(fields)))).hexdigest() if person else ""


def unless_changed(edit: Edit, staff_id: str, *, fields: frozenset[str], drawn_from: str) -> Edit:
    """The same edit, but AnswerWrong where the entry is not any more what its form was drawn from.

    Who would write what stands there already, because she pressed twice or both thought the same, overwrites nothing.
    """

    def guarded(roster: Roster) -> Roster:
        changed = edit(roster)
        is_same = fingerprint(changed, staff_id, fields=fields) == fingerprint(roster, staff_id, fields=fields)
        if not is_same and fingerprint(roster, staff_id, fields=fields) != drawn_from:
            raise AnswerWrong({"form": "entry_changed"})
        return changed

    return guarded


def enter(  # noqa: PLR0913  whom, what, where, and by which rules
    roster: Roster, staff_id: str, form: StaffForm, *, policy: Policy, is_new: bool
) -> Roster:
    """The roster with somebody as the form says; AnswerWrong, or RosterWrong when the house would lack something."""
    problems = {**(_wrong_id(roster, staff_id) if is_new else {}), **_wrong(roster, staff_id, form, policy=policy)}
    if problems:
        raise AnswerWrong(problems)
    told = form.model_dump(exclude={"reason"})
    person = Staff(**told) if is_new else roster.staff[staff_id].model_copy(update=told)
    changed = replace(roster, staff={**roster.staff, staff_id: person})
    check(changed, policy=policy)
    return changed


def leave(roster: Roster, staff_id: str, form: LeaveForm, *, policy: Policy) -> Roster:
    """The roster with somebody leaving; RosterWrong when nobody could do then what only she can."""
    if form.heir and (form.heir == staff_id or not roster.works_here(form.heir)):
        raise AnswerWrong({"heir": "unknown_choice"})
    person = roster.staff[staff_id].model_copy(update={"left": form.left, "heir": form.heir or None})
    changed = replace(roster, staff={**roster.staff, staff_id: person})
    check(replace(changed, day=form.left), policy=policy)
    return changed


class StayForm(BaseModel):
    """Why somebody is of the house after all."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    reason: str = Field(min_length=1, max_length=400)


def stay(roster: Roster, staff_id: str, *, policy: Policy) -> Roster:
    """The roster with somebody who does not leave, or is back; what went to others meanwhile stays with them."""
    person = roster.staff[staff_id].model_copy(update={"left": None, "heir": None})
    if _is_taken(roster, staff_id, person.email):
        raise AnswerWrong({"email": "email_taken"})
    changed = replace(roster, staff={**roster.staff, staff_id: person})
    check(changed, policy=policy)
    return changed


def take_in(roster: Roster, name: str, text: str, *, policy: Policy) -> Roster:
    """The roster of a file; RosterWrong says what is wrong with it. Whoever is not in it any more has left today."""
    found, problems = roster_file.check(name, text, policy=policy, day=roster.day or date.min)
    if found is None:
        raise RosterWrong("\n".join(map(str, problems)))
    gone = {
        staff_id: person if person.left else person.model_copy(update={"left": roster.day, "absences": ()})
        for staff_id, person in roster.staff.items()
        if staff_id not in found.staff
    }
    changed = replace(found, staff={**found.staff, **gone}, day=roster.day)
    check(changed, policy=policy)
    return changed


def unless_any_changed(edit: Edit, *, drawn_from: str) -> Edit:
    """The same edit, but AnswerWrong where the list is not any more the version that its form was drawn from.

    For a whole list: whatever anybody wrote meanwhile would be undone. Who presses twice undoes nothing.
    """

    def guarded(roster: Roster) -> Roster:
        changed = edit(roster)
        is_same = (changed.staff, changed.departments) == (roster.staff, roster.departments)
        if not is_same and roster.version != drawn_from:
            raise AnswerWrong({"form": "list_changed"})
        return changed

    return guarded


def check(roster: Roster, *, policy: Policy) -> None:
    """RosterWrong with a line for everything that the house could not do with this roster on its day."""
    here = {staff_id: person for staff_id, person in roster.staff.items() if roster.works_here(staff_id)}
    whole = policy.model_copy(update={"staff": here, "departments": dict(roster.departments)})
    found = [
        f"{'.'.join(map(str, path))} {problem}"
        for path, problem in contradictions(whole, whole=frozenset(type(policy).model_fields))
        if path[0] in _ABOUT_STAFF
    ]
    if not any(Role.ADMINISTRATOR in person.roles for person in here.values()):
        found.append("staff nobody holds the role 'administrator': then nobody could change this list")
    if found:
        raise RosterWrong("\n".join(found))


def _wrong_id(roster: Roster, staff_id: str) -> dict[str, str]:
    if not _ID.fullmatch(staff_id):
        return {"id": "staff_id_wrong" if staff_id else "missing"}
    return {"id": "staff_id_taken"} if staff_id in roster.staff else {}


def _wrong(roster: Roster, staff_id: str, form: StaffForm, *, policy: Policy) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if form.department not in roster.departments:
        wrong["department"] = "unknown_choice"
    if not has_mail_shape(form.email):
        wrong["email"] = "email_wrong"
    elif _is_taken(roster, staff_id, form.email):
        wrong["email"] = "email_taken"
    if not set(form.skills) <= set(category_codes(policy)):
        wrong["skills"] = "unknown_choice"
    return wrong


def _is_taken(roster: Roster, staff_id: str, email: str) -> bool:
    """One address signs one person in."""
    return any(
        one != staff_id and roster.works_here(one) and person.email.casefold() == email.casefold()
        for one, person in roster.staff.items()
    )
