"""Privacy: what is past its date, waits for a second person's word, is held or was erased; many are ticked at once."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters.retention import Erased, cases_asked, cases_due, cases_erased, cases_held
from complaints.errors import DataErased, ErasureNotOpen, NoSuchCase, TryAgain
from portal.my_tasks import Frame, frame
from portal.names import names_of
from portal.pages import Page, TheHouse, show
from portal.posting import NONCE, read_posting
from portal.privacy_case import PAGE, Act, carry_out, doer_of, page_of, why_not
from portal.problems import WHOLE_FORM, Problem, tell
from portal.security import Nonces
from portal.sessions import Colleague, Protector, is_fresh, mark
from portal.sheets import Sheet, again, status_for

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.house import House
    from complaints.case import Case
    from portal.names import Names
    from portal.posting import Posting

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")

_SHOWN: Final = 100
"""(house) So many fit a form and a person's attention; the next come once these are decided."""
_TICKED: Final = {Act.REQUEST: "due", Act.APPROVE: "asked"}
"""What may be done to many cases at once, and the field in which they are ticked."""


@dataclass(frozen=True)
class Done:
    """What became of one of many cases; `why_not` is '' when it was done."""

    case_no: str
    why_not: str


@dataclass(frozen=True)
class PrivacyPage:
    """Everything that somebody has to decide about keeping data, and what was decided lately."""

    frame: Frame
    sheet: Sheet
    names: Names
    now: datetime
    number: Sheet
    """The form that opens any case."""
    asked: tuple[Case, ...]
    due: tuple[Case, ...]
    has_more_due: bool
    held: tuple[Case, ...]
    erased: tuple[Erased, ...]
    may_approve: bool
    act: str = ""
    done: tuple[Done, ...] = field(default=())

    @property
    def for_me(self) -> tuple[Case, ...]:
        """What the reader may approve: asked for by somebody else, and not held since."""
        if not self.may_approve:
            return ()
        me = self.frame.me.id
        return tuple(
            case for case in self.asked if case.erasure and case.erasure.requested_by != me and not case.held_since
        )

    @property
    def for_others(self) -> tuple[Case, ...]:
        """What waits for somebody else, or for the end of a hold."""
        return tuple(case for case in self.asked if case not in self.for_me)


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def read(request: Request, me: Protector, house: TheHouse, number: str = "") -> Response:
    """The lists; with a number, that case."""
    problems: tuple[Problem, ...] = ()
    if wanted := number.strip().upper():
        try:
            return RedirectResponse(page_of((await house.casebook.case(wanted)).case_no), status_code=303)
        except NoSuchCase:
            problems = (Problem("number", "no_case_here"),)
    asked = Sheet("", typed={"number": (number,)}, problems=tell(problems, me.language))
    model = await _model(house, me, Sheet(mark(house, me, PAGE)))
    return _show(request, me, replace(model, number=asked), status=404 if problems else 200)


@router.post(PAGE)
async def decide(request: Request, me: Protector, house: TheHouse) -> Response:
    """Ask for the ticked cases, or approve them: each by itself, and of each is said what became of it."""
    posting = await read_posting(request, (await house.library.current()).intake)
    problems = _wrong(request, house, me, posting)
    sheet = again(posting, problems, nonce=mark(house, me, PAGE), language=me.language)
    if problems:
        return _show(request, me, await _model(house, me, sheet), status=status_for(problems))
    act = Act(posting.first("act"))
    done = tuple([await _one(house, me, posting, act, case_no=case_no) for case_no in posting.all(_TICKED[act])])
    log.info("privacy.done", extra={"by": me.id, "act": act, "cases": sum(1 for one in done if not one.why_not)})
    model = await _model(house, me, replace(sheet, typed={}))
    return _show(request, me, replace(model, act=act, done=done))


def _wrong(request: Request, house: House, me: Colleague, posting: Posting) -> tuple[Problem, ...]:
    act = posting.first("act")
    if not is_fresh(request, house, posting, me=me, page=PAGE) or act not in _TICKED:
        return (Problem(WHOLE_FORM, "page_stale"),)
    problems = []
    if not posting.all(_TICKED[Act(act)]):
        problems.append(Problem(_TICKED[Act(act)], "no_case_ticked"))
    if act == Act.APPROVE and posting.first("sure") != "yes":
        problems.append(Problem("sure", "be_sure"))
    return tuple(problems)


async def _one(house: House, me: Colleague, posting: Posting, act: Act, *, case_no: str) -> Done:
    nonce = Nonces(house.cipher).read(posting.first(NONCE), me.about(PAGE)) or ""
    try:
        await carry_out(house, act, case_no, doer_of(me, f"{nonce} {act} {case_no}"))
    except NoSuchCase:
        code = "no_case_here"
    except (DataErased, ErasureNotOpen, TryAgain) as refused:
        code = why_not(refused)
    else:
        return Done(case_no, "")
    return Done(case_no, tell((Problem(WHOLE_FORM, code),), me.language)[0].message)


async def _model(house: House, me: Colleague, sheet: Sheet) -> PrivacyPage:
    names = await names_of(house, me.language)
    due, has_more = await cases_due(house, most=_SHOWN)
    return PrivacyPage(
        frame=frame(house, me, PAGE),
        sheet=sheet,
        names=names,
        now=house.clock.now(),
        number=Sheet(""),
        asked=(await cases_asked(house))[:_SHOWN],
        due=due,
        has_more_due=has_more,
        held=(await cases_held(house))[:_SHOWN],
        erased=await cases_erased(house, most=_SHOWN),
        may_approve=me.holds(*names.policy.archive.erasure_approvers),
    )


def _show(request: Request, me: Colleague, model: PrivacyPage, *, status: int = 200) -> Response:
    return show(request, Page("privacy/list.html", me.language, model.names.policy, model, status))
