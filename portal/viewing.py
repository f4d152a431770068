"""Viewing: the read-only page of a case for staff who are told about it but not asked."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import Response

from complaints.access import Access, Purpose
from complaints.errors import NoSuchCase
from complaints.people import recused
from complaints.words import Role
from portal import language
from portal.dossier import Dossier
from portal.evidence import serve
from portal.looking import look
from portal.pages import Page, TheHouse, show
from portal.sessions import Colleague, Perhaps
from portal.standing import reader_of

if TYPE_CHECKING:
    from adapters.house import House
    from adapters.links import Ticket
    from complaints.briefing import Briefing

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")


@dataclass(frozen=True)
class ViewPage:
    """A case for reading."""

    token: str
    dossier: Dossier
    look: Access | None = None
    """As what it is noted, where whoever is signed in may state another purpose."""


@router.api_route("/view/{token}", methods=["GET", "HEAD"])
async def read(request: Request, token: str, house: TheHouse, me: Perhaps) -> Response:
    """The facts of a case and its timeline."""
    ticket = await _admit(house, token)
    briefing = await house.casebook.brief(ticket.case_no, with_loads=False)
    _keep_apart(ticket, briefing)
    reader = reader_of(ticket, roster=briefing.roster, case_language=briefing.case.language)
    chosen = language.choose(request, reader=reader)
    entries = (await house.casebook.file_of(briefing.case)).entries
    log.info("case.viewed", extra={"case_no": ticket.case_no, "by": ticket.holder})
    seen = _look(ticket, briefing, me, "view")
    await house.accesses.note(seen)
    # Whoever works on it, or came by a letter without signing in, is asked nothing.
    is_asked = me is not None and me.id == ticket.holder and seen.purpose is not Purpose.OWN_WORK
    model = ViewPage(token=token, dossier=Dossier(briefing, entries, chosen), look=seen if is_asked else None)
    return show(request, Page("view.html", chosen, briefing.policy, model))


@router.api_route("/view/{token}/evidence/{number}", methods=["GET", "HEAD"])
async def evidence(token: str, number: str, house: TheHouse, me: Perhaps) -> Response:
    """A file of the case."""
    ticket = await _admit(house, token)
    briefing = await house.casebook.brief(ticket.case_no, with_loads=False)
    _keep_apart(ticket, briefing)
    log.info("evidence.viewed", extra={"case_no": ticket.case_no, "evidence": number, "by": ticket.holder})
    entries = await house.casebook.history(ticket.case_no)
    file = await serve(house, ticket.case_no, number, entries=entries)
    await house.accesses.note(_look(ticket, briefing, me, f"evidence:{number}"))
    return file


def _look(ticket: Ticket, briefing: Briefing, me: Colleague | None, page: str) -> Access:
    """What she stated counts where she is signed in herself."""
    purpose = _purpose(ticket, briefing)
    if me is None or me.id != ticket.holder:
        return Access(ticket.case_no, ticket.holder, page, purpose)
    return look(me, ticket.case_no, page, otherwise=purpose)


def _purpose(ticket: Ticket, briefing: Briefing) -> Purpose:
    """Why she may look, as far as the house can know: an auditor audits, whoever has work in the case does that."""
    who, case = ticket.holder, briefing.case
    if Role.AUDITOR in briefing.roster.staff[who].roles:
        return Purpose.AUDIT
    handles = case.assignment is not None and case.assignment.handler == who
    works = any(who in (task.assignee, *task.former) for task in case.tasks.values())
    return Purpose.OWN_WORK if handles or works else Purpose.NOTICE


def _keep_apart(ticket: Ticket, briefing: Briefing) -> None:
    """Whom the complaint names, and who declared a conflict of interest, does not read what others find out."""
    if ticket.holder in recused(briefing):
        message = f"the holder of this link has a part in {ticket.case_no}"
        raise NoSuchCase(message)


async def _admit(house: House, token: str) -> Ticket:
    """Whoever has left the house since sees no cases any more."""
    ticket = house.links.read(token, "view")
    if not (await house.directory.current()).works_here(ticket.holder):
        message = f"the holder of this link to {ticket.case_no} is not on the staff"
        raise NoSuchCase(message)
    return ticket
