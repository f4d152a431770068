"""Coming back: the customer's page for saying that she is not satisfied, or that it happened again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters.links import Ticket
from complaints import coming_back
from complaints.errors import CaseClosed, CaseStillOpen, TryAgain
from complaints.words import CUSTOMER
from portal import desk
from portal.customer import TheirCase, Tracked, check_addition
from portal.pages import Page, TheHouse, show
from portal.posting import NONCE, Posting, read_posting
from portal.problems import WHOLE_FORM, Problem
from portal.progress import Progress, progress
from portal.security import Nonces, stale_page
from portal.sheets import Sheet, again, status_for

if TYPE_CHECKING:
    from adapters.house import House
    from complaints.policy_parts import Intake

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class AgainPage:
    """Her case, and the form to say that it is not settled for her."""

    token: str
    progress: Progress
    reopens: bool
    """Whether her word reopens this case; on a closed one it begins another."""
    intake: Intake
    sheet: Sheet


@router.api_route("/track/{token}/again", methods=["GET", "HEAD"])
async def ask(request: Request, case: TheirCase, house: TheHouse) -> Response:
    """What she may say, and what will come of it."""
    return _page(request, case, Sheet(nonce=_fresh(house, case)))


@router.post("/track/{token}/again")  # noqa: FAST003  as above
async def tell(request: Request, case: TheirCase, house: TheHouse) -> Response:
    """Reopen the case while it is followed up; begin one that follows a closed one. Pressing twice does so once."""
    posting = await read_posting(request, case.briefing.policy.intake)
    nonce = Nonces(house.cipher).read(posting.first(NONCE), _about(case)) or ""
    press = desk.by_customer(nonce, {"text": posting.first("text").strip()}, posting.uploads)
    if desk.was_recorded(case.entries, press):
        return _to(request, case.token, "added")
    problems = (*stale_page(request, house, posting, about=_about(case)), *_check(case, posting))
    if problems:
        return _again(request, house, case, posting, problems=problems)
    try:
        return await _record(request, house, case, press)
    except (CaseClosed, CaseStillOpen):
        return _again(request, house, case, posting, problems=(Problem(WHOLE_FORM, "not_now"),))
    except TryAgain:
        return _again(request, house, case, posting, problems=(Problem(WHOLE_FORM, "not_recorded"),))


async def _record(request: Request, house: House, case: Tracked, press: desk.Press) -> Response:
    if case.briefing.case.is_open:
        await desk.tell_dissatisfied(house, case.ticket, press)
        return _to(request, case.token, "added")
    number = await desk.begin_anew(house, case.ticket, press)
    return _to(request, house.links.token(Ticket(purpose="track", case_no=number, holder=CUSTOMER)), "continued")


def _check(case: Tracked, posting: Posting) -> tuple[Problem, ...]:
    if not posting.first("text").strip():
        return (Problem("text", "missing"),)
    return check_addition(case, posting)


def _about(case: Tracked) -> str:
    """What a mark of this page is for: one of the tracking page itself does not serve here."""
    return f"{case.token} again"


def _fresh(house: House, case: Tracked) -> str:
    return Nonces(house.cipher).fresh(_about(case))


def _to(request: Request, token: str, just: str) -> Response:
    asked = request.query_params.get("lang")
    suffix = f"&lang={asked}" if asked in {"en", "zh-CN"} else ""
    return RedirectResponse(f"/track/{token}?{just}{suffix}", status_code=303)


def _again(
    request: Request, house: House, case: Tracked, posting: Posting, *, problems: tuple[Problem, ...]
) -> Response:
    sheet = again(posting, problems, nonce=_fresh(house, case), language=case.language)
    return _page(request, case, sheet, status=status_for(problems))


def _page(request: Request, case: Tracked, sheet: Sheet, *, status: int = 200) -> Response:
    model = AgainPage(
        token=case.token,
        progress=progress(case.briefing, case.entries, case.language),
        reopens=coming_back.may_tell(case.briefing),
        intake=case.briefing.policy.intake,
        sheet=sheet,
    )
    return show(request, Page("again.html", case.language, case.briefing.policy, model, status))
