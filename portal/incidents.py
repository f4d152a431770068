"""Incidents: the mass events of the house, how large they are and who leads; cases only for those in charge of them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adapters.incident_list import IncidentLine, MemberLine, incident, incidents, least_alike, members
from complaints.errors import NotThere
from complaints.grading import levels_of
from complaints.words import Stage
from portal.my_tasks import CaseLine, Frame, frame, level_name, view_link
from portal.names import Names, names_of
from portal.pages import Page, TheHouse, show
from portal.sessions import Colleague, Overseer
from portal.team import Team

if TYPE_CHECKING:
    from adapters.house import House
    from complaints.policy import Policy

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")

PAGE: Final = "/team/incidents"
_SHOWN: Final = 100
_MEMBERS: Final = 200


@dataclass(frozen=True)
class Shown:
    """An incident as pages show it: names in the place of codes."""

    line: IncidentLine
    category: str
    """What most of its cases are about; '' while none is classified."""
    of_category: int
    level: str
    """The gravest level of its open cases, by name; '' before classification."""
    is_wide: bool
    """Whether it has so many cases that it concerns everybody."""
    leads: str
    """Who was told of it and leads; '' when nobody was."""
    others: tuple[str, ...]
    """Who else of the emergency team was told."""


@dataclass(frozen=True)
class IncidentsPage:
    """All incidents of the house."""

    frame: Frame
    incidents: tuple[Shown, ...]
    has_more: bool


@dataclass(frozen=True)
class IncidentPage:
    """One incident, and those of its cases that the reader may open."""

    frame: Frame
    shown: Shown
    alike: float | None
    """How much its cases read alike at least, 0 to 1."""
    cases: tuple[CaseLine, ...]
    elsewhere: int
    """How many of its cases are not hers to open."""
    has_more: bool


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def read(request: Request, me: Overseer, house: TheHouse) -> Response:
    """All of them, those with open cases first."""
    names = await names_of(house, me.language)
    found = await incidents(house.database, most=_SHOWN + 1)
    shown = tuple(_shown(one, names) for one in found[:_SHOWN])
    model = IncidentsPage(frame(house, me, PAGE), shown, has_more=len(found) > _SHOWN)
    return show(request, Page("team/incidents.html", me.language, names.policy, model))


@router.api_route(f"{PAGE}/{{number}}", methods=["GET", "HEAD"])
async def read_one(request: Request, number: str, me: Overseer, house: TheHouse) -> Response:
    """One of them with its cases."""
    found = await incident(house.database, number)
    if found is None:
        message = f"there is no incident {number}"
        raise NotThere(message)
    names, belonging = await names_of(house, me.language), await members(house.database, number)
    hers = [one for one in belonging if _may_open(one, me, names)]
    model = IncidentPage(
        frame=frame(house, me, PAGE),
        shown=_shown(found, names),
        alike=await least_alike(house.database, number),
        cases=tuple(_case_line(house, names.policy, me, one=one) for one in hers[:_MEMBERS]),
        elsewhere=len(belonging) - len(hers),
        has_more=len(hers) > _MEMBERS,
    )
    log.info("incident.read", extra={"incident": number, "by": me.id})
    return show(request, Page("team/incident.html", me.language, names.policy, model))


def _shown(line: IncidentLine, names: Names) -> Shown:
    policy, known = names.policy, [(code, count) for code, count in line.categories if code]
    category, of_category = known[0] if known else ("", 0)
    ranked = [level for level in levels_of(policy.grading.scheme, policy.grading) if level in line.levels]
    leads, *others = [names.person(one) for one in line.told] or [""]
    return Shown(
        line=line,
        category=names.category_called(category) if category else "",
        of_category=of_category,
        level=names.level_called(ranked[-1]) if ranked else "",
        is_wide=line.cases >= policy.intake.mass_event.wide_from,
        leads=leads,
        others=tuple(others),
    )


def _may_open(one: MemberLine, me: Colleague, names: Names) -> bool:
    """Cases of her department, and those in which somebody of hers has work; an administrator's role opens none."""
    if not me.leads:
        return False
    team = Team(me, names.roster)
    return me.sees_all or one.row.department in team.departments or any(team.holds(who) for who in one.holders)


def _case_line(house: House, policy: Policy, me: Colleague, *, one: MemberLine) -> CaseLine:
    row = one.row
    return CaseLine(
        case_no=row.case_no,
        stage=Stage(row.stage) if row.stage else None,
        category=policy.category_name(row.category, me.language) if row.category else "",
        level=level_name(policy, row.level, me),
        received_at=row.received_at,
        link=view_link(house, me, row.case_no),
    )
