"""Looking: what looks at cases are for, stated once for a session by whoever is signed in, and noted with each look."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adapters.translations import word
from complaints.access import STATED, Access, Purpose, PurposeForm, check_purpose
from complaints.answering import fill
from portal.answers import filled_in
from portal.forms import Sent, take
from portal.my_tasks import Frame, frame
from portal.pages import Page, TheHouse, show
from portal.sessions import Colleague, Me, mark
from portal.sheets import Sheet

if TYPE_CHECKING:
    from adapters.house import House
    from portal.posting import Posting

router = APIRouter(include_in_schema=False)

PAGE: Final = "/me/purpose"
_OWN_PAGES = re.compile(r"/(me|team|audit|privacy)(/[a-z]+)?")
"""Where the form may lead back to: never elsewhere, whatever its address says."""


@dataclass(frozen=True)
class PurposePage:
    """What may be stated, and what is."""

    frame: Frame
    sheet: Sheet
    choices: tuple[tuple[str, str, str], ...]
    """Code, name and no explanation, as the options of a form want it."""
    back: str


def look(me: Colleague, case_no: str, page: str, *, otherwise: Purpose) -> Access:
    """A look of hers at a case, for what she stated in this session; otherwise, and for her own work, for that."""
    if otherwise is Purpose.OWN_WORK or not me.session.purpose:
        return Access(case_no, me.id, page, otherwise)
    return Access(case_no, me.id, page, Purpose(me.session.purpose), me.session.reference)


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def read(request: Request, me: Me, house: TheHouse, back: str = "") -> Response:
    """What this session's looks are for."""
    typed = {"purpose": (me.session.purpose,), "reference": (me.session.reference,), "back": (back,)}
    return await _page(request, house, me, Sheet(mark(house, me, PAGE), typed=typed))


@router.post(PAGE)
async def state(request: Request, me: Me, house: TheHouse) -> Response:
    """State it, or nothing any more; it holds until it is changed or the session ends."""

    async def record(posting: Posting) -> str:
        form = fill(PurposeForm, filled_in(PurposeForm, posting))
        check_purpose(form)
        await house.door.state(me.session, purpose=form.purpose or "", reference=form.reference)
        return _back(me, posting.first("back"))

    sent = Sent(request, house, me, PAGE)
    return await take(sent, PurposeForm, record=record, show_again=partial(_page, request, house, me))


def _back(me: Colleague, wanted: str) -> str:
    return wanted if _OWN_PAGES.fullmatch(wanted) else "/audit" if me.audits else "/me"


async def _page(request: Request, house: House, me: Colleague, sheet: Sheet, *, status: int = 200) -> Response:
    choices = tuple((one.value, word(one.value, me.language, of="Purpose"), "") for one in STATED)
    back = _back(me, sheet.value("back"))
    model = PurposePage(frame(house, me, back), sheet, choices, back)
    return show(request, Page("me/purpose.html", me.language, await house.library.current(), model, status))
