"""Tasks: the page behind an emailed link, where a manual task is read, answered once, and explained afterwards."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from complaints.access import Access, Purpose
from complaints.answering import FORMS
from complaints.errors import AnswerWrong, NoSuchCase, TaskClosed, TryAgain
from complaints.words import ActKind
from portal import desk, language
from portal.answers import TAKES_FILES, check, fields_of
from portal.drafts import prefilled
from portal.evidence import serve
from portal.following import Opened, follow
from portal.pages import Page, TheHouse, show
from portal.posting import NONCE, Posting, read_posting
from portal.previews import Preview, preview
from portal.problems import WHOLE_FORM, Problem, from_rules
from portal.security import Nonces, stale_page
from portal.sheets import Sheet, again, status_for
from portal.standing import Standing, farewell, status_of
from portal.workpages import customers_page, dossier_of, staff_page, thanks

if TYPE_CHECKING:
    from adapters.house import House

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")


Followed = Annotated[Opened, Depends(follow)]
"""The task behind the link of the address."""


@router.api_route("/task/{token}", methods=["GET", "HEAD"])
async def read(request: Request, opened: Followed, house: TheHouse) -> Response:
    """The task and its form, or what became of it. Nothing changes by looking."""
    if opened.standing is Standing.OPEN:
        log.info("case.viewed", extra={"case_no": opened.ticket.case_no, "by": opened.ticket.holder})
        return await _form(request, house, opened, _empty(house, opened))
    if opened.standing is Standing.ANSWERED_BY_YOU and "done" in request.query_params:
        return show(request, Page("done.html", opened.language, opened.briefing.policy, thanks(house, opened)))
    return say_farewell(request, opened)


@router.post("/task/{token}")  # noqa: FAST003  the link is read by `follow`
async def answer(request: Request, opened: Followed, house: TheHouse) -> Response:
    """Record the answer once; a form with mistakes comes back as it was typed."""
    posting = await read_posting(request, opened.briefing.policy.intake)
    nonce = Nonces(house.cipher).read(posting.first(NONCE), opened.token) or ""
    press = desk.Press(opened.ticket.holder, nonce, fields_of(opened.task.kind, posting), posting.uploads)
    if opened.standing is not Standing.OPEN:
        return _closed(request, opened, posting, press)
    if posting.first("step") == "preview":
        return await _preview(request, house, opened, posting)
    checked = await check(house, opened.briefing, opened.task.kind, posting)
    problems = (*stale_page(request, house, posting, about=opened.token), *checked.problems)
    if problems:
        return await _form_again(request, house, opened, posting, problems=problems)
    return await _record(request, house, opened, posting, press=replace(press, fields=checked.values))


@router.api_route("/task/{token}/evidence/{number}", methods=["GET", "HEAD"])
async def evidence(request: Request, opened: Followed, number: str, house: TheHouse) -> Response:
    """A file of the case, for whoever works on it; customers see what they sent on their own page."""
    if opened.standing is not Standing.OPEN or opened.is_customers:
        message = f"{number} is not shown to the holder of this link"
        raise NoSuchCase(message)
    extra = {"case_no": opened.ticket.case_no, "evidence": number, "by": opened.ticket.holder}
    log.info("evidence.viewed", extra=extra)
    file = await serve(house, opened.ticket.case_no, number, entries=opened.entries)
    await note_look(request, house, opened, page=f"evidence:{number}")
    return file


def recorded_act(request: Request) -> ActKind | None:
    """The act that led back to this page, as its address says."""
    told = request.query_params.get("did", "")
    return ActKind(told) if told in set(ActKind) else None


async def _preview(request: Request, house: House, opened: Opened, posting: Posting) -> Response:
    """The letter as the customer would read it; nothing is recorded."""
    sheet = again(posting, (), nonce=posting.first(NONCE), language=opened.language)
    return await _form(request, house, opened, sheet, preview=preview(opened.briefing, opened.task, posting))


async def _record(request: Request, house: House, opened: Opened, posting: Posting, *, press: desk.Press) -> Response:
    try:
        await desk.answer_task(house, opened.ticket, press)
    except AnswerWrong as wrong:
        problems = from_rules(wrong, FORMS[opened.task.kind])
        return await _form_again(request, house, opened, posting, problems=problems)
    except TaskClosed:
        return _closed(request, await follow(request, opened.token, house), posting, press)
    except TryAgain:
        problem = Problem(WHOLE_FORM, "not_recorded")
        return await _form_again(request, house, opened, posting, problems=(problem,))
    return _thank(request, opened)


def _closed(request: Request, opened: Opened, posting: Posting, press: desk.Press) -> Response:
    """Somebody was faster. If it was the second press of one button, it was recorded all the same."""
    if desk.was_recorded(opened.entries, press):
        return _thank(request, opened)
    typed = tuple((name, text) for name, text in posting.filled().items() if name in press.fields)
    return say_farewell(request, opened, typed=typed)


def _thank(request: Request, opened: Opened) -> Response:
    asked = request.query_params.get("lang")
    suffix = f"&lang={language.choose(request).value}" if asked else ""
    return RedirectResponse(f"/task/{opened.token}?done{suffix}", status_code=303)


def say_farewell(request: Request, opened: Opened, typed: tuple[tuple[str, str], ...] = ()) -> Response:
    """The page of a link that may not act: who has the work, or what became of it."""
    model = farewell(opened.ticket, opened.task, entries=opened.entries, roster=opened.briefing.roster)
    page = Page(
        "closed.html", opened.language, opened.briefing.policy, replace(model, typed=typed), status_of(model.standing)
    )
    return show(request, page)


def _empty(house: House, opened: Opened) -> Sheet:
    typed = {} if opened.is_customers else prefilled(opened.task.kind, dossier_of(opened))
    return Sheet(nonce=Nonces(house.cipher).fresh(opened.token), typed=typed)


async def _form_again(
    request: Request, house: House, opened: Opened, posting: Posting, *, problems: tuple[Problem, ...]
) -> Response:
    nonce = Nonces(house.cipher).fresh(opened.token)
    sheet = again(posting, problems, nonce=nonce, language=opened.language)
    return await _form(request, house, opened, sheet, status=status_for(problems))


async def note_look(request: Request, house: House, opened: Opened, *, page: str) -> None:
    """Write down that staff sees the case now, also where a form comes back: a POST shows as much as a GET.

    A form comes back even while nothing can be written: what she typed must not be lost.
    """
    look = Access(opened.ticket.case_no, opened.ticket.holder, page, Purpose.TASK)
    with suppress(*((TryAgain,) if request.method == "POST" else ())):
        await house.accesses.note(look)


async def _form(
    request: Request, house: House, opened: Opened, sheet: Sheet, *, status: int = 200, preview: Preview | None = None
) -> Response:
    policy, kind = opened.briefing.policy, opened.task.kind
    if opened.is_customers:
        model = customers_page(house, opened, sheet)
        return show(request, Page(f"yours/{kind.value}.html", opened.language, policy, model, status))
    await note_look(request, house, opened, page="task")
    work = replace(
        staff_page(opened),
        sheet=sheet,
        preview=preview,
        takes_files=kind in TAKES_FILES,
        did=recorded_act(request),
    )
    return show(request, Page(f"work/{kind.value}.html", opened.language, policy, work, status))
