"""Signing in: a mailed link instead of a password, a session instead of a link, and the end of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from complaints.errors import NotSignedIn
from complaints.record import has_mail_shape
from portal import language
from portal.pages import Page, TheHouse, show
from portal.posting import read_posting
from portal.problems import WHOLE_FORM, Problem
from portal.security import Nonces, stale_page
from portal.sessions import Me, cookie_name, give_cookie, is_fresh, signed_in, take_cookie
from portal.sheets import Sheet, again, status_for
from portal.wanted import forget_wanted, wanted

if TYPE_CHECKING:
    from adapters.door import Invitation
    from adapters.house import House
    from complaints.roster import Roster
    from portal.posting import Posting

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")

PAGE: Final = "/me/sign-in"
_UNKNOWN_SENDER: Final = "unknown"


@dataclass(frozen=True)
class SignInPage:
    """The form that asks for a link, or the word that one may be on its way."""

    sheet: Sheet
    is_sent: bool
    minutes: int
    catches_mail: bool


@dataclass(frozen=True)
class ArrivalPage:
    """The button behind a link: programs that look at links do not press it."""

    sheet: Sheet
    name: str


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def read(request: Request, house: TheHouse) -> Response:
    """The form."""
    return await _form(request, house, Sheet(nonce=Nonces(house.cipher).fresh(PAGE)))


@router.post(PAGE)
async def ask(request: Request, house: TheHouse) -> Response:
    """Order a link. The answer is the same for every address, known or not."""
    posting = await read_posting(request, (await house.library.current()).intake)
    problems = await _asked(request, house, posting)
    if problems:
        nonce = Nonces(house.cipher).fresh(PAGE)
        sheet = again(posting, problems, nonce=nonce, language=language.choose(request))
        too_many = any(problem.code == "asked_too_often" for problem in problems)
        status = HTTPStatus.TOO_MANY_REQUESTS if too_many else status_for(problems)
        return await _form(request, house, sheet, status=status)
    return RedirectResponse(f"{PAGE}?sent", status_code=303)


async def _asked(request: Request, house: House, posting: Posting) -> tuple[Problem, ...]:
    """Order the link, or say what is wrong with the asking."""
    typed = posting.first("email").strip()
    if problems := stale_page(request, house, posting, about=PAGE):
        return problems
    if not has_mail_shape(typed):
        return (Problem("email", "email_wrong" if typed else "missing"),)
    staff_id = _whose(typed, await house.directory.current())
    sender = request.client.host if request.client else _UNKNOWN_SENDER
    if not await house.door.ask(typed, sender=sender, staff_id=staff_id):
        return (Problem(WHOLE_FORM, "asked_too_often"),)
    return ()


def _whose(address: str, roster: Roster) -> str:
    """The member of staff with this address; '' for nobody who works here now."""
    plain = address.casefold()
    found = (name for name, person in roster.staff.items() if person.email.casefold() == plain)
    return next((name for name in sorted(found) if roster.works_here(name)), "")


@router.api_route(f"{PAGE}/{{token}}", methods=["GET", "HEAD"])
async def arrive(request: Request, token: str, house: TheHouse) -> Response:
    """The button that signs in. Looking at it spends nothing."""
    invitation = await house.door.invitation(token)
    return await _arrival(request, house, invitation, Sheet(nonce=Nonces(house.cipher).fresh(token)))


@router.post(f"{PAGE}/{{token}}")
async def enter(request: Request, token: str, house: TheHouse) -> Response:
    """Spend the link and begin a session of its own, whatever session the browser had before."""
    invitation = await house.door.invitation(token)
    posting = await read_posting(request, (await house.library.current()).intake)
    if problems := stale_page(request, house, posting, about=token):
        sheet = again(posting, problems, nonce=Nonces(house.cipher).fresh(token), language=language.choose(request))
        return await _arrival(request, house, invitation, sheet, status=status_for(problems))
    if not (await house.directory.current()).works_here(invitation.staff_id):
        message = "the holder of this link is not on the staff"
        raise NotSignedIn(message)
    await _leave(request, house)
    cookie = await house.door.admit(invitation)
    log.info("staff.signed_in", extra={"by": invitation.staff_id})
    response = RedirectResponse(wanted(request), status_code=303)
    give_cookie(response, house, cookie)
    forget_wanted(response)
    return response


@router.post("/me/sign-out")
async def leave(request: Request, me: Me, house: TheHouse) -> Response:
    """End this session, or every session of hers on any machine."""
    posting = await read_posting(request, (await house.library.current()).intake)
    if not is_fresh(request, house, posting, me=me, page="/me/sign-out"):
        return RedirectResponse("/me", status_code=303)
    await house.door.end(me.session, everywhere=bool(posting.first("everywhere")))
    log.info("staff.signed_out", extra={"by": me.id})
    response = RedirectResponse(PAGE, status_code=303)
    take_cookie(response, house)
    return response


async def _leave(request: Request, house: House) -> None:
    """End the session that the browser had, so that one cookie never opens two."""
    if cookie_name(house) in request.cookies:
        try:
            me = await signed_in(request, house)
        except NotSignedIn:
            return
        await house.door.end(me.session)


async def _form(request: Request, house: House, sheet: Sheet, *, status: int = 200) -> Response:
    policy = await house.library.current()
    model = SignInPage(
        sheet=sheet,
        is_sent="sent" in request.query_params,
        minutes=house.settings.sign_in_minutes,
        catches_mail=house.settings.catch_mail,
    )
    return show(request, Page("me/sign_in.html", language.choose(request), policy, model, status))


async def _arrival(
    request: Request, house: House, invitation: Invitation, sheet: Sheet, *, status: int = 200
) -> Response:
    roster = await house.directory.current()
    person = roster.staff.get(invitation.staff_id)
    reader = language.remembered(request) or (person.language if person else None)
    chosen = language.choose(request, reader=reader)
    model = ArrivalPage(sheet, roster.name_of(invitation.staff_id))
    return show(request, Page("me/arrival.html", chosen, await house.library.current(), model, status))
