"""Out of office: when somebody is away and who stands in, told by herself, and the open work that will not wait."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adapters.links import Ticket
from adapters.queues import open_tasks
from adapters.translations import word
from adapters.vocabulary import TABLES
from complaints.absences import AbsenceForm, come_back, go_away
from complaints.answering import fill
from complaints.errors import AnswerWrong
from portal.answers import filled_in
from portal.forms import Sent, take
from portal.my_tasks import SHOWN, Frame, TaskLine, frame, task_line
from portal.pages import Page, TheHouse, show
from portal.problems import WHOLE_FORM
from portal.sessions import Colleague, Me, mark
from portal.sheets import Sheet

if TYPE_CHECKING:
    from adapters.house import House
    from complaints.roster import Roster
    from complaints.staff import Absence
    from portal.posting import Posting

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")

PAGE: Final = "/me/away"
GONE, BACK = "absence_added", "absence_ended"
"""What the history of the roster says of it: codes of the vocabulary's table `RosterChange`."""


@dataclass(frozen=True)
class AwayPage:
    """Her absences, and her work that is due before she is back."""

    frame: Frame
    now: datetime
    today: date
    absences: tuple[tuple[Absence, str], ...]
    """Those that are not over, each with the substitute by name, '' for none."""
    tasks: tuple[tuple[TaskLine, str], ...]
    """Each with the link to hand it over."""
    colleagues: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    reasons: tuple[tuple[str, str], ...]
    sheet: Sheet


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def read(request: Request, me: Me, house: TheHouse) -> Response:
    """When she is away."""
    return await _page(request, house, me, Sheet(nonce=mark(house, me, PAGE)))


@router.post(PAGE)
async def change(request: Request, me: Me, house: TheHouse) -> Response:
    """Note an absence, or end one; the roster gets a new version either way."""
    sent = Sent(request, house, me, PAGE)
    return await take(
        sent, AbsenceForm, record=partial(_changed, house, me), show_again=partial(_page, request, house, me)
    )


async def _changed(house: House, me: Colleague, posting: Posting) -> str:
    today = (await house.directory.current()).day_of(house.clock.now())
    if ended := posting.first("end"):
        change, reason = partial(come_back, staff_id=me.id, first_day=_day(ended), today=today), BACK
    else:
        form = fill(AbsenceForm, filled_in(AbsenceForm, posting))
        change, reason = partial(go_away, staff_id=me.id, form=form, today=today), GONE
    await house.directory.change(change, by=me.id, reason=reason)
    log.info("staff.away", extra={"by": me.id})
    return PAGE


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise AnswerWrong({WHOLE_FORM: "page_stale"}) from None


async def _page(request: Request, house: House, me: Colleague, sheet: Sheet, *, status: int = 200) -> Response:
    policy, roster = await house.library.current(), await house.directory.current()
    today = roster.day_of(house.clock.now())
    queued = await open_tasks(house.database, (me.id,), most=SHOWN)
    coming = [one for one in roster.staff[me.id].absences if one.last_day >= today]
    model = AwayPage(
        frame=frame(house, me, PAGE),
        now=house.clock.now(),
        today=today,
        absences=tuple((one, roster.name_of(one.substitute) if one.substitute else "") for one in coming),
        tasks=tuple(
            (
                task_line(house, policy, me, queued=one),
                f"/task/{house.links.token(Ticket('task', one.case_no, me.id, one.task_id))}/do/hand_over",
            )
            for one in queued
        ),
        colleagues=colleagues(roster, me),
        reasons=tuple((code, word(code, me.language, of="AbsenceReason")) for code in TABLES["AbsenceReason"]),
        sheet=sheet,
    )
    return show(request, Page("me/away.html", me.language, policy, model, status))


def colleagues(roster: Roster, me: Colleague, *, but: str = "") -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Everybody but one, unless told otherwise herself, by department, her own first."""
    own = me.person.department
    codes = sorted(roster.departments, key=lambda code: code != own)
    groups = [
        (
            roster.departments[code].name.in_language(me.language),
            tuple((one, person.name) for one, person in roster.members_of(code).items() if one != (but or me.id)),
        )
        for code in codes
    ]
    return tuple((name, people) for name, people in groups if people)
