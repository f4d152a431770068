"""Acts: the pages on which staff do something about their work other than answering it, from the task's own page."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from complaints.acts import ACTS, acts_open
from complaints.errors import ActNotOpen, AnswerWrong, NoSuchCase, TaskClosed, TryAgain
from complaints.words import ActKind
from portal import desk
from portal.answers import filled_in
from portal.drafts import prefilled_act
from portal.following import Opened, follow
from portal.pages import Page, TheHouse, show
from portal.posting import NONCE, Posting, read_posting
from portal.problems import WHOLE_FORM, Problem, from_rules
from portal.security import Nonces, stale_page
from portal.sheets import Sheet, again, status_for
from portal.standing import Standing
from portal.tasks import note_look, say_farewell
from portal.workpages import dossier_of, staff_page

if TYPE_CHECKING:
    from adapters.house import House

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")

Followed = Annotated[Opened, Depends(follow)]


@router.api_route("/task/{token}/do/{kind}", methods=["GET", "HEAD"])
async def read(request: Request, opened: Followed, kind: ActKind, house: TheHouse) -> Response:
    """The form of an act, or what became of the task. Nothing changes by looking."""
    if opened.standing is not Standing.OPEN:
        return say_farewell(request, opened)
    if kind not in acts_open(opened.briefing, opened.task):
        message = f"{kind} is not open to {opened.task.id} of {opened.ticket.case_no}"
        raise NoSuchCase(message)
    log.info("case.viewed", extra={"case_no": opened.ticket.case_no, "by": opened.ticket.holder})
    return await _form(request, house, opened, kind, _empty(house, opened, kind))


@router.post("/task/{token}/do/{kind}")  # noqa: FAST003  the link is read by `follow`
async def do(request: Request, opened: Followed, kind: ActKind, house: TheHouse) -> Response:
    """Record the act once; a form with mistakes comes back as it was typed."""
    posting = await read_posting(request, opened.briefing.policy.intake)
    nonce = Nonces(house.cipher).read(posting.first(NONCE), _about(opened, kind)) or ""
    fields = filled_in(ACTS[kind].form, posting) if kind in ACTS else {}
    press = desk.Press(opened.ticket.holder, nonce, fields)
    # The second press of one button, or a page that somebody else was faster on: the task's own page tells.
    if desk.was_recorded(opened.entries, press):
        return _back(opened, kind)
    if opened.standing is not Standing.OPEN:
        return say_farewell(request, opened, typed=_typed(posting, press))
    problems = stale_page(request, house, posting, about=_about(opened, kind))
    if problems:
        return await _form_again(request, house, opened, posting, kind=kind, problems=problems)
    return await _record(request, house, opened, posting, kind=kind, press=press)


async def _record(
    request: Request, house: House, opened: Opened, posting: Posting, *, kind: ActKind, press: desk.Press
) -> Response:
    try:
        await desk.act(house, opened.ticket, kind, press)
    except AnswerWrong as wrong:
        problems = from_rules(wrong, ACTS[kind].form)
    except ActNotOpen:
        problems = (Problem(WHOLE_FORM, "act_not_open"),)
    except TryAgain:
        problems = (Problem(WHOLE_FORM, "not_recorded"),)
    except TaskClosed:
        return say_farewell(request, await follow(request, opened.token, house), typed=_typed(posting, press))
    else:
        return _back(opened, kind)
    return await _form_again(request, house, opened, posting, kind=kind, problems=problems)


def _back(opened: Opened, kind: ActKind) -> Response:
    return RedirectResponse(f"/task/{opened.token}?did={kind}", status_code=303)


def _about(opened: Opened, kind: ActKind) -> str:
    """What a page's mark is for: this act about this task."""
    return f"{opened.token} {kind}"


def _empty(house: House, opened: Opened, kind: ActKind) -> Sheet:
    typed = prefilled_act(kind, dossier_of(opened))
    return Sheet(nonce=Nonces(house.cipher).fresh(_about(opened, kind)), typed=typed)


def _typed(posting: Posting, press: desk.Press) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in posting.filled().items() if name in press.fields)


async def _form_again(
    request: Request,
    house: House,
    opened: Opened,
    posting: Posting,
    *,
    kind: ActKind,
    problems: tuple[Problem, ...],
) -> Response:
    nonce = Nonces(house.cipher).fresh(_about(opened, kind))
    sheet = again(posting, problems, nonce=nonce, language=opened.language)
    return await _form(request, house, opened, kind, sheet, status=status_for(problems))


async def _form(
    request: Request, house: House, opened: Opened, kind: ActKind, sheet: Sheet, *, status: int = 200
) -> Response:
    await note_look(request, house, opened, page=f"act:{kind}")
    model = replace(staff_page(opened), sheet=sheet, act=kind)
    return show(request, Page(f"acts/{kind}.html", opened.language, opened.briefing.policy, model, status))
