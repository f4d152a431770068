"""Absences: when somebody is away, who stands in, and that no chain of substitutes ever leads in a circle."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from complaints.errors import AnswerWrong
from complaints.staff import Absence, AbsenceReason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from complaints.roster import Roster

_LONGEST = timedelta(days=400)
"""Longer than a year's leave; beyond it somebody has mistyped the year (house)."""


class AbsenceForm(BaseModel):
    """From when until when, both days included, and who stands in."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    first_day: date
    last_day: date
    substitute: str = ""
    reason: AbsenceReason = "other"


def go_away(roster: Roster, staff_id: str, form: AbsenceForm, *, today: date) -> Roster:
    """The roster with an absence more; AnswerWrong says at which field it makes no sense."""
    if problems := _wrong(roster, staff_id, form, today=today):
        raise AnswerWrong(problems)
    absence = Absence(
        first_day=form.first_day, last_day=form.last_day, substitute=form.substitute or None, reason=form.reason
    )
    person = roster.staff[staff_id]
    changed = with_absences(roster, staff_id, (*person.absences, absence))
    if loops_on(changed, staff_id, absence):
        raise AnswerWrong({"substitute": "substitute_loops"})
    return changed


def come_back(roster: Roster, staff_id: str, first_day: date, *, today: date) -> Roster:
    """The roster without the absence that begins on a day; one that has begun ends yesterday instead."""
    kept: list[Absence] = []
    for absence in roster.staff[staff_id].absences:
        if absence.first_day != first_day:
            kept.append(absence)
        elif absence.first_day < today:
            kept.append(absence.model_copy(update={"last_day": min(absence.last_day, today - timedelta(days=1))}))
    return with_absences(roster, staff_id, tuple(kept))


def with_absences(roster: Roster, staff_id: str, absences: tuple[Absence, ...]) -> Roster:
    """The roster with other absences of one person, in order."""
    ordered = tuple(sorted(absences, key=lambda absence: absence.first_day))
    person = roster.staff[staff_id].model_copy(update={"absences": ordered})
    return replace(roster, staff={**roster.staff, staff_id: person})


def loops_on(roster: Roster, staff_id: str, absence: Absence) -> date | None:
    """The first day of an absence on which the way from substitute to substitute is a circle; None if none is."""
    return next((day for day in _days(absence) if _leads_back(roster, staff_id, day)), None)


def _wrong(roster: Roster, staff_id: str, form: AbsenceForm, *, today: date) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if form.last_day < form.first_day:
        wrong["last_day"] = "ends_before_it_begins"
    elif form.last_day < today:
        wrong["last_day"] = "date_in_past"
    elif form.last_day - form.first_day > _LONGEST:
        wrong["last_day"] = "away_too_long"
    if any(
        one.first_day <= form.last_day and form.first_day <= one.last_day for one in roster.staff[staff_id].absences
    ):
        wrong.setdefault("first_day", "away_already")
    if form.substitute == staff_id:
        wrong["substitute"] = "substitute_is_self"
    elif form.substitute and not roster.works_here(form.substitute):
        wrong["substitute"] = "unknown_choice"
    return wrong


def _leads_back(roster: Roster, staff_id: str, day: date) -> bool:
    """Whether the substitutes of a day form a ring, whoever is in it."""
    seen, asked = {staff_id}, staff_id
    while (person := roster.staff.get(asked)) and (absence := person.absence(day)) and absence.substitute:
        asked = absence.substitute
        if asked in seen:
            return True
        seen.add(asked)
    return False


def _days(absence: Absence) -> Iterator[date]:
    day = absence.first_day
    while day <= absence.last_day:
        yield day
        day += timedelta(days=1)
