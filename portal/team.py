"""The team's page: who has how much open, and moving several tasks at once to one colleague."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adapters.queues import Busy, busyness, open_tasks
from complaints.errors import AnswerWrong, CaseClosed, NoSuchCase, NotYours, TaskClosed, TryAgain
from complaints.handover import HandOverForm
from complaints.words import CUSTOMER
from portal import desk
from portal.answers import filled_in
from portal.my_tasks import Frame, TaskLine, frame, task_line
from portal.pages import Page, TheHouse, show
from portal.posting import NONCE, Posting, read_posting
from portal.problems import WHOLE_FORM, Problem, tell
from portal.security import Nonces
from portal.sessions import Colleague, Lead, is_fresh, mark
from portal.sheets import Sheet, again, status_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from adapters.house import House
    from complaints.roster import Roster

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")

PAGE: Final = "/team"
_SHOWN: Final = 150
_BETWEEN: Final = " "


@dataclass(frozen=True)
class Member:
    """Somebody of the team, and how much she has."""

    id: str
    name: str
    department: str
    busy: Busy
    is_present: bool


@dataclass(frozen=True)
class Moved:
    """What became of one task that was to be moved; `why_not` is '' when it was."""

    case_no: str
    task_id: str
    why_not: str


@dataclass(frozen=True)
class Filter:
    """Which tasks are shown; '' is no restriction."""

    department: str = ""
    person: str = ""
    late: str = ""


@dataclass(frozen=True)
class TeamPage:
    """The queue of one department, or of all."""

    frame: Frame
    now: datetime
    filter: Filter
    departments: tuple[tuple[str, str], ...]
    """Those that the reader sees, as (code, name)."""
    members: tuple[Member, ...]
    tasks: tuple[tuple[TaskLine, str], ...]
    """Each with whose it is."""
    colleagues: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """By department: to whom work may be moved."""
    sheet: Sheet
    moved: tuple[Moved, ...] = ()
    has_more: bool = False


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def read(
    request: Request, me: Lead, house: TheHouse, department: str = "", person: str = "", late: str = ""
) -> Response:
    """The queue."""
    chosen = Filter(department, person, late)
    return await _page(request, house, me, chosen, Sheet(nonce=mark(house, me, PAGE)))


@router.post(PAGE)
async def move(request: Request, me: Lead, house: TheHouse) -> Response:
    """Move each chosen task by itself, and say of each what became of it."""
    posting = await read_posting(request, (await house.library.current()).intake)
    chosen = Filter(posting.first("department"), posting.first("person"), posting.first("late"))
    team = Team(me, await house.directory.current())
    problems = _wrong(request, house, me, posting, team=team)
    sheet = again(posting, problems, nonce=mark(house, me, PAGE), language=me.language)
    if problems:
        return await _page(request, house, me, chosen, sheet, status=status_for(problems))
    moved = tuple([await _move(house, me, team, posting, queued=one) for one in _chosen(posting)])
    log.info("tasks.reassigned", extra={"by": me.id, "tasks": sum(1 for one in moved if not one.why_not)})
    return await _page(request, house, me, chosen, replace(sheet, typed={}), moved=moved)


@dataclass(frozen=True)
class Team:
    """Whose work a lead sees: her department's, or everybody's."""

    me: Colleague
    roster: Roster

    @property
    def departments(self) -> tuple[str, ...]:
        """The departments she sees, by code."""
        return tuple(self.roster.departments) if self.me.sees_all else (self.me.person.department,)

    def holds(self, staff_id: str) -> bool:
        """Whether somebody's work is hers to see and move; of nobody's work only who sees all is in charge."""
        if staff_id == CUSTOMER:
            return False
        if not self.roster.works_here(staff_id):
            return self.me.sees_all
        return self.roster.staff[staff_id].department in self.departments

    def people(self, chosen: Filter, busy: Mapping[str, Busy]) -> tuple[str, ...]:
        """Those whose work is shown."""
        wanted = [code for code in self.departments if chosen.department in {"", code}]
        found = [one for code in wanted for one in self.roster.members_of(code)]
        if not chosen.department:
            found += [one for one in busy if self.holds(one) and not self.roster.works_here(one)]
        return tuple(one for one in found if chosen.person in {"", one})


def _wrong(request: Request, house: House, me: Colleague, posting: Posting, *, team: Team) -> tuple[Problem, ...]:
    if not is_fresh(request, house, posting, me=me, page=PAGE):
        return (Problem(WHOLE_FORM, "page_stale"),)
    problems = [Problem(name, "missing") for name in ("to", "reason") if not posting.first(name).strip()]
    if posting.first("to") and not (team.roster.works_here(posting.first("to")) and team.holds(posting.first("to"))):
        problems.append(Problem("to", "unknown_choice"))
    if not _chosen(posting):
        problems.append(Problem("task", "nothing_chosen"))
    return tuple(problems)


def _chosen(posting: Posting) -> tuple[str, ...]:
    """The ticked tasks, or all that the page showed: never one that she has not seen."""
    return posting.all("shown" if posting.first("every") else "task")


async def _move(house: House, me: Colleague, team: Team, posting: Posting, *, queued: str) -> Moved:
    case_no, _, task_id = queued.partition(_BETWEEN)
    nonce = Nonces(house.cipher).read(posting.first(NONCE), me.about(PAGE)) or ""
    press = desk.Press(me.id, f"{nonce} {task_id}", filled_in(HandOverForm, posting))
    try:
        await desk.reassign(house, (case_no, task_id), press, may_move=team.holds)
    except (AnswerWrong, CaseClosed, NoSuchCase, NotYours, TaskClosed, TryAgain) as refused:
        return Moved(case_no, task_id, tell((Problem(WHOLE_FORM, _why(refused)),), me.language)[0].message)
    return Moved(case_no, task_id, "")


def _why(refused: Exception) -> str:
    """The code of why a task stays where it is."""
    match refused:
        case AnswerWrong():
            return next(iter(refused.problems.values()))
        case TryAgain():
            return "not_recorded"
        case NotYours() | NoSuchCase():
            return "not_of_your_team"
        case _:
            return "task_closed"


async def _page(
    request: Request,
    house: House,
    me: Colleague,
    chosen: Filter,
    sheet: Sheet,
    *,
    status: int = 200,
    moved: tuple[Moved, ...] = (),
) -> Response:
    policy, roster, now = await house.library.current(), await house.directory.current(), house.clock.now()
    team, busy = Team(me, roster), await busyness(house.database, now=now)
    shown = team.people(chosen, busy)
    queued = await open_tasks(house.database, shown, most=_SHOWN + 1, due_by=now if chosen.late else None)
    model = TeamPage(
        frame=frame(house, me, PAGE),
        now=now,
        filter=chosen,
        departments=_names(team, me),
        members=_members(team, replace(chosen, person=""), busy, now=now),
        tasks=tuple(
            (task_line(house, policy, me, queued=one), roster.name_of(one.assignee)) for one in queued[:_SHOWN]
        ),
        colleagues=_colleagues(team, me),
        sheet=sheet,
        moved=moved,
        has_more=len(queued) > _SHOWN,
    )
    return show(request, Page("team/queue.html", me.language, policy, model, status))


def _names(team: Team, me: Colleague) -> tuple[tuple[str, str], ...]:
    known = team.roster.departments
    return tuple((code, known[code].name.in_language(me.language)) for code in team.departments if code in known)


def _members(team: Team, chosen: Filter, busy: Mapping[str, Busy], *, now: datetime) -> tuple[Member, ...]:
    """The busiest first."""
    names = dict(_names(team, team.me))
    found = [
        Member(
            id=one,
            name=team.roster.name_of(one),
            department=names.get(person.department, "") if (person := team.roster.staff.get(one)) else "",
            busy=busy.get(one, Busy(0, 0)),
            is_present=team.roster.is_present(one, now),
        )
        for one in team.people(chosen, busy)
    ]
    return tuple(sorted(found, key=lambda one: (-one.busy.late, -one.busy.open, one.name)))


def _colleagues(team: Team, me: Colleague) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    groups: Sequence[tuple[str, tuple[tuple[str, str], ...]]] = [
        (name, tuple((one, person.name) for one, person in team.roster.members_of(code).items()))
        for code, name in _names(team, me)
    ]
    return tuple((name, people) for name, people in groups if people)
