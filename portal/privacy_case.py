"""The privacy page of one case: whether it is kept, held or to be erased, who asked, and what the house still holds."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from complaints.access import Purpose
from complaints.erasing import LONGEST_REASON, who_decides
from complaints.erasure_events import CaseErased, ErasureRefused, ErasureRequested, HoldPlaced, HoldReleased
from complaints.errors import DataErased, ErasureNotOpen, TryAgain
from portal import erasing
from portal.desk import Press
from portal.looking import look
from portal.my_tasks import Frame, frame, view_link
from portal.names import names_of
from portal.pages import Page, TheHouse, show
from portal.posting import NONCE, read_posting
from portal.problems import WHOLE_FORM, Problem
from portal.security import Nonces
from portal.sessions import Colleague, Protector, is_fresh, mark
from portal.sheets import Sheet, again, status_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from adapters.house import House
    from adapters.shelf import CaseFile
    from complaints.case import Case
    from complaints.chain import Entry
    from complaints.fact import Fact
    from models.confidentiality import AccessRow
    from portal.names import Names
    from portal.posting import Posting

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")

PAGE: Final = "/privacy"
_LOOKS_SHOWN: Final = 50
"""(house) All of them: `redress access`."""
_ABOUT_IT = (HoldPlaced, HoldReleased, ErasureRequested, ErasureRefused, CaseErased)


class Act(StrEnum):
    """What may be done about a case here."""

    REQUEST = "request"
    APPROVE = "approve"
    REFUSE = "refuse"
    HOLD = "hold"
    RELEASE = "release"


@dataclass(frozen=True)
class Step:
    """Something that was done about keeping or erasing the case; `reason` is '' where none was given or it is gone."""

    at: datetime
    who: str
    actor: str
    fact: Fact
    reason: str


@dataclass(frozen=True)
class PrivacyCasePage:
    """One case as whoever looks after its data sees it: codes, dates, and why people asked."""

    frame: Frame
    sheet: Sheet
    case: Case
    names: Names
    now: datetime
    steps: tuple[Step, ...]
    """The newest first."""
    held: Mapping[str, Any]
    """What the house holds of it, as the command line tells; of an erased case that is all that remains."""
    link: str
    """To the case itself; '' once it is erased."""
    looks: tuple[tuple[AccessRow, str], ...]
    """Who looked lately, each with her name, the newest first."""
    may_approve: bool
    """Whether the reader holds a role that approves, whoever asked."""
    is_mine: bool
    """Whether it is the reader who asked for the erasure."""
    did: str

    @property
    def is_stuck(self) -> bool:
        """Whether it is asked for and nobody who works here may approve it."""
        asked = self.case.erasure
        return asked is not None and not who_decides(self.names.policy, self.names.roster, asked.requested_by)

    @property
    def is_due(self) -> bool:
        """Whether it is past its date, so that no reason is needed."""
        return self.case.keep_until is not None and self.now >= self.case.keep_until


def page_of(case_no: str) -> str:
    """The address of a case's page."""
    return f"{PAGE}/{case_no}"


@router.api_route(f"{PAGE}/{{number}}", methods=["GET", "HEAD"])
async def read(request: Request, number: str, me: Protector, house: TheHouse, did: str = "") -> Response:
    """How the case stands."""
    file = await house.casebook.file(number.strip().upper())
    sheet = Sheet(mark(house, me, page_of(file.case.case_no)))
    return await _page(request, house, me, file, sheet=sheet, did=did if did in set(Act) else "")


@router.post(f"{PAGE}/{{number}}")
async def do(request: Request, number: str, me: Protector, house: TheHouse) -> Response:
    """Ask, approve, refuse, hold or release, once however often the button is pressed."""
    posting = await read_posting(request, (await house.library.current()).intake)
    case_no = (await house.casebook.file(number.strip().upper())).case.case_no
    act = posting.first("act")
    if is_fresh(request, house, posting, me=me, page=page_of(case_no)) and act in set(Act):
        problems = await _done(house, me, posting, Act(act), case_no=case_no)
    else:
        problems = (Problem(WHOLE_FORM, "page_stale"),)
    if not problems:
        log.info("privacy.done", extra={"by": me.id, "case_no": case_no, "act": act})
        return RedirectResponse(f"{page_of(case_no)}?did={act}", status_code=303)
    # Read anew: where somebody was faster, the page shows what is true now.
    file = await house.casebook.file(case_no)
    sheet = again(posting, problems, nonce=mark(house, me, page_of(case_no)), language=me.language)
    return await _page(request, house, me, file, sheet=sheet, status=status_for(problems))


async def _done(house: House, me: Colleague, posting: Posting, act: Act, *, case_no: str) -> tuple[Problem, ...]:
    """Nothing when it is recorded; else what is in its way."""
    field = "hold_reason" if act in {Act.HOLD, Act.RELEASE} else "reason"
    if act is Act.APPROVE and posting.first("sure") != "yes":
        return (Problem("sure", "be_sure"),)
    nonce = Nonces(house.cipher).read(posting.first(NONCE), me.about(page_of(case_no))) or ""
    try:
        await carry_out(house, act, case_no, doer_of(me, f"{nonce} {act}"), reason=posting.first(field))
    except (ErasureNotOpen, DataErased, TryAgain) as refused:
        return (_problem(refused, field),)
    return ()


def doer_of(me: Colleague, press: str) -> erasing.Doer:
    """Whoever is signed in, and which press of which button it was."""
    return erasing.Doer(me.id, Press(me.id, press, {}).origin)


async def carry_out(house: House, act: Act, case_no: str, doer: erasing.Doer, *, reason: str = "") -> None:
    """Do it by the same rules as the command line."""
    match act:
        case Act.REQUEST:
            await erasing.request(house, case_no, doer, reason=reason)
        case Act.APPROVE:
            await erasing.approve(house, case_no, doer)
        case Act.REFUSE:
            await erasing.refuse(house, case_no, doer, reason=reason)
        case Act.HOLD:
            await erasing.hold(house, case_no, doer, reason=reason)
        case Act.RELEASE:
            await erasing.release(house, case_no, doer, reason=reason)


def why_not(refused: Exception) -> str:
    """The code of what is in the way."""
    match refused:
        case ErasureNotOpen():
            return refused.why
        case TryAgain():
            return "not_recorded"
        case _:
            return "erased_already"


def _problem(refused: Exception, field: str) -> Problem:
    code = why_not(refused)
    if code == "reason_too_long":
        return Problem(field, "string_too_long", {"limit": LONGEST_REASON})
    return Problem(field if code in {"early_needs_reason", "hold_needs_reason"} else WHOLE_FORM, code)


async def _page(
    request: Request, house: House, me: Colleague, file: CaseFile, *, sheet: Sheet, status: int = 200, did: str = ""
) -> Response:
    """Reasons are read here, so it is a look at the case: written down before anything is shown."""
    case, names = file.case, await names_of(house, me.language)
    await house.accesses.note(look(me, case.case_no, "privacy", otherwise=Purpose.RETENTION))
    model = PrivacyCasePage(
        frame=frame(house, me, PAGE),
        sheet=sheet,
        case=case,
        names=names,
        now=house.clock.now(),
        steps=tuple(_step(file, entry, names) for entry in reversed(file.entries) if isinstance(entry.fact, _ABOUT_IT)),
        held=await erasing.read_remains(house, case.case_no),
        looks=await _looks(house, case.case_no, names),
        link="" if case.erased_at else view_link(house, me, case.case_no),
        may_approve=me.holds(*names.policy.archive.erasure_approvers),
        is_mine=case.erasure is not None and case.erasure.requested_by == me.id,
        did=did,
    )
    return show(request, Page("privacy/case.html", me.language, names.policy, model, status))


async def _looks(house: House, case_no: str, names: Names) -> tuple[tuple[AccessRow, str], ...]:
    rows = await house.accesses.of_case(case_no)
    return tuple((row, names.person(row.by)) for row in reversed(rows[-_LOOKS_SHOWN:]))


def _step(file: CaseFile, entry: Entry, names: Names) -> Step:
    told = getattr(entry.fact, "reason", None)
    paper = file.papers.get(told.id) if told else None
    reason = str(paper.content.get("text", "")) if paper else ""
    return Step(entry.at, names.person(entry.actor), entry.actor, entry.fact, reason)
