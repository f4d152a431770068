"""Intake: the public complaint form, in the visitor's language, and the page that thanks her."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters.links import Ticket
from complaints.errors import TryAgain
from complaints.record import Complaint
from complaints.words import CUSTOMER, Channel, Language
from portal import desk, language, uploads
from portal.filing import write
from portal.pages import Page, TheHouse, show
from portal.particulars import Measure
from portal.posting import NONCE, Posting, read_posting
from portal.problems import WHOLE_FORM, Problem
from portal.progress import Progress, progress
from portal.security import Nonces, stale_page
from portal.sheets import Sheet, again, status_for

if TYPE_CHECKING:
    from datetime import date

    from adapters.house import House
    from complaints import policy as rules
    from complaints.policy_parts import Intake

router = APIRouter(include_in_schema=False)

ABOUT: Final = "complaint form"
"""What the nonces of the public form are bound to."""


@dataclass(frozen=True)
class ComplaintPage:
    """The public form."""

    sheet: Sheet
    categories: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """Category by name, with code and name of its sub-categories."""
    today: date
    intake: Intake


@dataclass(frozen=True)
class ReceivedPage:
    """The page that thanks a customer."""

    progress: Progress
    track: str


@router.api_route("/", methods=["GET", "HEAD"])
async def form(request: Request, house: TheHouse) -> Response:
    """The empty form."""
    chosen = language.choose(request)
    return await _form(request, house, Sheet(nonce=Nonces(house.cipher).fresh(ABOUT)), chosen=chosen)


@router.post("/")
async def send(request: Request, house: TheHouse) -> Response:
    """Register what was typed, or show it again with what is wrong."""
    policy = await house.library.current()
    posting = await read_posting(request, policy.intake)
    chosen = language.choose(request)
    outcome = _read(request, house, posting, policy=policy, chosen=chosen)
    if not isinstance(outcome, Complaint):
        return await _form_again(request, house, posting, problems=outcome, chosen=chosen)
    nonce = Nonces(house.cipher).read(posting.first(NONCE), ABOUT) or ""
    press = desk.by_customer(nonce, _told(posting), posting.uploads)
    try:
        case_no = await desk.register(house, outcome, press)
    except TryAgain:
        problem = Problem(WHOLE_FORM, "not_recorded")
        return await _form_again(request, house, posting, problems=(problem,), chosen=chosen)
    token = house.links.token(Ticket(purpose="track", case_no=case_no, holder=CUSTOMER))
    return RedirectResponse(f"/received/{token}?lang={chosen.value}", status_code=303)


@router.api_route("/received/{token}", methods=["GET", "HEAD"])
async def received(request: Request, token: str, house: TheHouse) -> Response:
    """The case number, what happens next and when, and the way to follow it."""
    ticket = house.links.read(token, "track")
    briefing = await house.casebook.brief(ticket.case_no)
    entries = await house.casebook.history(ticket.case_no)
    chosen = language.choose(request, reader=briefing.case.language)
    model = ReceivedPage(
        progress=progress(briefing, entries, chosen),
        track=house.links.address(ticket),
    )
    return show(request, Page("received.html", chosen, briefing.policy, model))


def _read(
    request: Request, house: House, posting: Posting, *, policy: rules.Policy, chosen: Language
) -> Complaint | tuple[Problem, ...]:
    """The record that the form makes, or all that is wrong with the form."""
    stale = stale_page(request, house, posting, about=ABOUT)
    refused = uploads.check(posting.uploads, policy.intake)
    record = write(_told(posting), house=house, policy=policy, channel=Channel.WEB, language=chosen)
    if isinstance(record, Complaint):
        return (*stale, *refused) or record
    return (*stale, *record, *refused)


def _told(posting: Posting) -> dict[str, str]:
    return {name: text for name, text in posting.filled().items() if name != NONCE}


async def _form_again(
    request: Request, house: House, posting: Posting, *, problems: tuple[Problem, ...], chosen: Language
) -> Response:
    sheet = again(posting, problems, nonce=Nonces(house.cipher).fresh(ABOUT), language=chosen)
    return await _form(request, house, sheet, chosen=chosen, status=status_for(problems))


async def _form(request: Request, house: House, sheet: Sheet, *, chosen: Language, status: int = 200) -> Response:
    policy = await house.library.current()
    model = ComplaintPage(
        sheet=sheet,
        categories=categories(policy, chosen),
        today=Measure.of(house, policy).today,
        intake=policy.intake,
    )
    # A visitor who goes back must find what she typed: this page may be kept by her own browser.
    return show(request, Page("complaint.html", chosen, policy, model, status, {"Cache-Control": "private"}))


def categories(policy: rules.Policy, chosen: Language) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """All categories by name, each with its sub-categories as (code, name)."""
    return tuple(
        (
            category.name.in_language(chosen),
            tuple((f"{code}.{sub}", named.name.in_language(chosen)) for sub, named in category.subcategories.items()),
        )
        for code, category in policy.categories.items()
    )
