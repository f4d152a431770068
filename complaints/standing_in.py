"""Standing in: work asked of somebody who is away goes to her substitute, and says for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints.fitness import ROLES
from complaints.four_eyes import barred_from
from complaints.people import recused, someone
from complaints.words import CUSTOMER, Role

if TYPE_CHECKING:
    from complaints.briefing import Briefing
    from complaints.words import TaskKind


@dataclass(frozen=True)
class Reached:
    """Who is really asked, and the absent person in whose place; '' when in her own right."""

    staff_id: str
    substitute_of: str = ""


def reach(  # noqa: PLR0913  what `ask` knows of its question
    briefing: Briefing, kind: TaskKind, assignee: str, *, department: str | None, asks: dict[str, str]
) -> Reached:
    """Who does the work that rules want asked of `assignee`.

    Somebody absent without a substitute who may act is asked all the same, so that the clock runs and the path climbs;
    whoever left the house is not: the lead of the department decides then.
    """
    if assignee == CUSTOMER:
        return Reached(assignee)
    roster, now = briefing.roster, briefing.now
    barred = recused(briefing) | barred_from(briefing, asks)
    way = roster.stand_in(assignee, now, barred=barred)
    if len(way) > 1:
        return Reached(way[-1], substitute_of=assignee)
    if not way and not roster.works_here(assignee):
        return Reached(someone(briefing, Role.TEAM_LEAD, Role.DEPARTMENT_HEAD, department=department, avoid=barred))
    return Reached(assignee, substitute_of=_in_whose_place(briefing, kind, assignee, asks=asks))


def _in_whose_place(briefing: Briefing, kind: TaskKind, assignee: str, *, asks: dict[str, str]) -> str:
    """The absent person whose role she was asked in, when it is not her own."""
    person = briefing.roster.staff.get(assignee)
    wanted = {Role(asks["role"])} if "role" in asks else set(ROLES.get(kind, ()))
    if person is None or wanted & set(person.roles):
        return ""
    for absent in briefing.roster.represented_by(assignee, briefing.now):
        way = briefing.roster.stand_in(absent, briefing.now)
        if way and way[-1] == assignee and wanted & set(briefing.roster.staff[absent].roles):
            return absent
    return ""
