"""The customer's page: how her case stands, what she may add to it, and how she ends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from adapters.links import Ticket
from complaints import coming_back
from complaints.briefing import Briefing
from complaints.chain import Entry
from complaints.errors import CaseClosed, NoSuchCase, TryAgain
from complaints.words import CUSTOMER, Language
from portal import desk, language, uploads
from portal.evidence import serve
from portal.pages import Page, TheHouse, show
from portal.posting import NONCE, Posting, read_posting
from portal.problems import WHOLE_FORM, Problem
from portal.progress import Progress, progress
from portal.security import Nonces, stale_page
from portal.sheets import Sheet, again, status_for

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from adapters.house import House
    from complaints.case import Case
    from complaints.policy_parts import Intake

router = APIRouter(include_in_schema=False)

_LONGEST_REASON = 4000


@dataclass(frozen=True)
class Tracked:
    """A customer's case behind her link."""

    token: str
    ticket: Ticket
    briefing: Briefing
    entries: Sequence[Entry]
    language: Language


@dataclass(frozen=True)
class TrackPage:
    """Her case, the form to add to it, and what she just did."""

    token: str
    progress: Progress
    appeal: str
    intake: Intake
    sheet: Sheet
    links: tuple[str, ...]
    """The pages of her open tasks, in the order of `progress.awaits`."""
    just: str
    """added, withdrawn, continued, or ''."""
    goes_on: tuple[tuple[str, str], ...] = ()
    """Newer cases that follow this one, by number and address."""
    may_tell: bool = False
    """Whether she may say here that she is not satisfied before we ask her."""


async def track(request: Request, token: str, house: TheHouse) -> Tracked:
    """The case behind a tracking link; LinkForged, LinkExpired or NoSuchCase when there is none to show."""
    ticket = house.links.read(token, "track")
    briefing = await house.casebook.brief(ticket.case_no, with_loads=False)
    entries = (await house.casebook.file_of(briefing.case)).entries
    return Tracked(token, ticket, briefing, entries, language.choose(request, reader=briefing.case.language))


TheirCase = Annotated[Tracked, Depends(track)]


@router.api_route("/track/{token}", methods=["GET", "HEAD"])
async def read(request: Request, case: TheirCase, house: TheHouse) -> Response:
    """Her case as it stands."""
    just = next((word for word in ("added", "withdrawn", "continued") if word in request.query_params), "")
    return _page(request, house, case, _fresh(house, case), just=just)


@router.post("/track/{token}/information")  # noqa: FAST003  the link is read by `track`
async def add(request: Request, case: TheirCase, house: TheHouse) -> Response:
    """Attach what she adds, once."""
    posting = await read_posting(request, case.briefing.policy.intake)
    press = _press(house, case, posting, text=posting.first("text").strip())
    if desk.was_recorded(case.entries, press):
        return _back(request, case, "added")
    problems = (*stale_page(request, house, posting, about=case.token), *check_addition(case, posting))
    if problems:
        return _page_again(request, house, case, posting, problems=problems)
    return await _do(request, house, case, posting, act=lambda: desk.add_information(house, case.ticket, press))


@router.api_route("/track/{token}/withdraw", methods=["GET", "HEAD"])
async def confirm(request: Request, case: TheirCase, house: TheHouse) -> Response:
    """Ask once more before the procedure ends."""
    return _confirmation(request, case, _fresh(house, case))


@router.post("/track/{token}/withdraw")  # noqa: FAST003  the link is read by `track`
async def withdraw(request: Request, case: TheirCase, house: TheHouse) -> Response:
    """End the procedure at her word; pressing twice ends it once."""
    posting = await read_posting(request, case.briefing.policy.intake)
    reason = posting.first("reason").strip()
    press = _press(house, case, posting, reason=reason)
    if desk.was_recorded(case.entries, press):
        return _back(request, case, "withdrawn")
    problems = stale_page(request, house, posting, about=case.token)
    if len(reason) > _LONGEST_REASON:
        problems = (*problems, Problem("reason", "text_too_long", {"length": len(reason), "limit": _LONGEST_REASON}))
    if problems:
        sheet = again(posting, problems, nonce=_fresh(house, case).nonce, language=case.language)
        return _confirmation(request, case, sheet, status=status_for(problems))
    return await _do(request, house, case, posting, act=lambda: desk.withdraw(house, case.ticket, press))


@router.api_route("/track/{token}/evidence/{number}", methods=["GET", "HEAD"])
async def evidence(case: TheirCase, number: str, house: TheHouse) -> Response:
    """A file that she sent herself; no other is hers to see."""
    own = {exhibit.number for exhibit in progress(case.briefing, case.entries, case.language).exhibits}
    if number not in own:
        message = f"{number} of {case.ticket.case_no} is not the customer's"
        raise NoSuchCase(message)
    return await serve(house, case.ticket.case_no, number, entries=case.entries)


async def _do(
    request: Request, house: House, case: Tracked, posting: Posting, *, act: Callable[[], Awaitable[Case]]
) -> Response:
    """Act, and go back to her page; a case that ended meanwhile or a busy database says so."""
    just = "withdrawn" if request.url.path.endswith("/withdraw") else "added"
    try:
        await act()
    except CaseClosed:
        return _page_again(request, house, case, posting, problems=(Problem(WHOLE_FORM, "case_closed"),))
    except TryAgain:
        return _page_again(request, house, case, posting, problems=(Problem(WHOLE_FORM, "not_recorded"),))
    return _back(request, case, just)


def _press(house: House, case: Tracked, posting: Posting, **fields: str) -> desk.Press:
    nonce = Nonces(house.cipher).read(posting.first(NONCE), case.token) or ""
    return desk.by_customer(nonce, fields, posting.uploads)


def check_addition(case: Tracked, posting: Posting) -> tuple[Problem, ...]:
    """What is wrong with a text and files that she adds."""
    text, limit = posting.first("text").strip(), case.briefing.policy.intake.largest_text
    problems = uploads.check(posting.uploads, case.briefing.policy.intake)
    if not text and not posting.uploads:
        return (Problem("text", "nothing_added"),)
    if len(text) > limit:
        return (Problem("text", "text_too_long", {"length": len(text), "limit": limit}), *problems)
    return problems


def _back(request: Request, case: Tracked, just: str) -> Response:
    suffix = f"&lang={case.language.value}" if "lang" in request.query_params else ""
    return RedirectResponse(f"/track/{case.token}?{just}{suffix}", status_code=303)


def _fresh(house: House, case: Tracked) -> Sheet:
    return Sheet(nonce=Nonces(house.cipher).fresh(case.token))


def _page_again(
    request: Request, house: House, case: Tracked, posting: Posting, *, problems: tuple[Problem, ...]
) -> Response:
    sheet = again(posting, problems, nonce=_fresh(house, case).nonce, language=case.language)
    return _page(request, house, case, sheet, status=status_for(problems))


def _page(
    request: Request, house: House, case: Tracked, sheet: Sheet, *, status: int = 200, just: str = ""
) -> Response:
    seen = progress(case.briefing, case.entries, case.language)
    tickets = [Ticket("task", case.ticket.case_no, CUSTOMER, task.id) for task in seen.awaits]
    model = TrackPage(
        token=case.token,
        progress=seen,
        appeal=case.briefing.policy.response.appeal.in_language(case.language),
        intake=case.briefing.policy.intake,
        sheet=sheet,
        links=tuple(f"/task/{house.links.token(ticket)}" for ticket in tickets),
        just=just,
        goes_on=tuple((number, _track_of(house, number)) for number in case.briefing.case.linked("followed_by")),
        may_tell=not seen.awaits and (not seen.is_open or coming_back.may_tell(case.briefing)),
    )
    return show(request, Page("track.html", case.language, case.briefing.policy, model, status))


def _track_of(house: House, case_no: str) -> str:
    return f"/track/{house.links.token(Ticket(purpose='track', case_no=case_no, holder=CUSTOMER))}"


def _confirmation(request: Request, case: Tracked, sheet: Sheet, *, status: int = 200) -> Response:
    seen = progress(case.briefing, case.entries, case.language)
    model = TrackPage(case.token, seen, "", case.briefing.policy.intake, sheet, links=(), just="")
    return show(request, Page("withdraw.html", case.language, case.briefing.policy, model, status))
