"""My findings: what the internal audit put into somebody's hands, and her answers."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adapters.findings import Finding, Findings, Taken
from complaints.access import Purpose
from complaints.answering import fill
from complaints.errors import AnswerWrong, NotThere
from complaints.findings import FindingStatus, OwnersForm
from portal.answers import filled_in
from portal.audit_findings import FindingLine, finding_page, line_of, take_step
from portal.audit_pages import today
from portal.forms import Sent, take
from portal.my_tasks import Frame, frame
from portal.names import names_of
from portal.pages import Page, TheHouse, show
from portal.problems import WHOLE_FORM
from portal.sessions import Colleague, Me, mark
from portal.sheets import Sheet

if TYPE_CHECKING:
    from adapters.house import House
    from portal.posting import Posting

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")

PAGE: Final = "/me/findings"


@dataclass(frozen=True)
class MyFindingsPage:
    """The findings that the reader answers for."""

    frame: Frame
    findings: tuple[FindingLine, ...]


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def read(request: Request, me: Me, house: TheHouse) -> Response:
    """What she answers for."""
    names, day = await names_of(house, me.language), await today(house)
    mine = await Findings(house).of_owner(me.id)
    model = MyFindingsPage(frame(house, me, PAGE), tuple(line_of(one, names, day) for one in mine))
    return show(request, Page("me/findings.html", me.language, names.policy, model))


@router.api_route(f"{PAGE}/{{finding}}", methods=["GET", "HEAD"])
async def read_one(request: Request, finding: str, me: Me, house: TheHouse) -> Response:
    """One of hers, and the form that answers it."""
    found = await _hers(house, me, finding)
    return await _one(request, house, me, found, Sheet(mark(house, me, f"{PAGE}/{finding}")))


@router.post(f"{PAGE}/{{finding}}")
async def answer(request: Request, finding: str, me: Me, house: TheHouse) -> Response:
    """Note what she says was done; an auditor closes it."""
    found = await _hers(house, me, finding)
    sent = Sent(request, house, me, f"{PAGE}/{finding}")
    return await take(
        sent,
        OwnersForm,
        record=partial(_answered, house, me, found),
        show_again=partial(_one, request, house, me, found),
    )


async def _answered(house: House, me: Colleague, finding: Finding, posting: Posting) -> str:
    if finding.now.status is FindingStatus.CLOSED:
        raise AnswerWrong({WHOLE_FORM: "act_not_open"})
    form = fill(OwnersForm, filled_in(OwnersForm, posting))
    step = Taken(me.id, FindingStatus.IN_WORK, finding.now.owner, finding.now.due_on, form.text)
    await take_step(house, finding, step)
    log.info("audit.finding_answered", extra={"by": me.id, "finding": finding.id})
    return f"{PAGE}/{finding.id}"


async def _hers(house: House, me: Colleague, number: str) -> Finding:
    """A finding that she answers for; NotThere for every other, whether there is one or not."""
    found = await Findings(house).read(number)
    if found.now.owner != me.id:
        message = f"{number} is not {me.id}'s"
        raise NotThere(message)
    log.info("audit.finding_read", extra={"by": me.id, "finding": number})
    return found


async def _one(
    request: Request, house: House, me: Colleague, found: Finding, sheet: Sheet, *, status: int = 200
) -> Response:
    model = await finding_page(house, me, found, sheet, page=PAGE, purpose=Purpose.OWN_WORK)
    return show(request, Page("me/finding.html", me.language, model.names.policy, model, status))
