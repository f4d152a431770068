"""Findings: what auditors found wrong, who answers for it by when, and how they lead it on."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adapters.audit_samples import read_sample
from adapters.findings import About, Finding, Findings, Raised, Taken
from adapters.translations import word
from complaints.access import Purpose
from complaints.answering import fill
from complaints.errors import AnswerWrong, NoSuchCase, NotThere
from complaints.findings import FindingStatus, RaiseForm, Severity, StepForm, check_raised, check_step
from portal.answers import filled_in
from portal.audit_pages import Options, case_link, today
from portal.away import colleagues
from portal.forms import Sent, take
from portal.looking import look
from portal.my_tasks import Frame, frame
from portal.names import names_of
from portal.pages import Page, TheHouse, show
from portal.sessions import Auditor, Colleague, mark
from portal.sheets import Sheet

if TYPE_CHECKING:
    from adapters.house import House
    from portal.names import Names
    from portal.posting import Posting

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")

PAGE: Final = "/audit/findings"
_GIVEN_DAYS: Final = 14
"""(house) The time that the form offers; the auditor may write any other."""


@dataclass(frozen=True)
class FindingLine:
    """A finding in a list."""

    finding: Finding
    owner: str
    is_late: bool


@dataclass(frozen=True)
class FindingsPage:
    """All findings, and the form that raises one."""

    frame: Frame
    sheet: Sheet
    findings: tuple[FindingLine, ...]
    severities: Options
    staff: tuple[tuple[str, Options], ...]
    question: str
    """What the finding to be raised is about, in words; '' for no question."""


@dataclass(frozen=True)
class FindingPage:
    """One finding with its history."""

    frame: Frame
    sheet: Sheet
    line: FindingLine
    names: Names
    question: str
    link: str = ""
    """To its case; '' where it is about none or the reader may not read it."""
    statuses: Options = ()
    staff: tuple[tuple[str, Options], ...] = ()


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def read(
    request: Request, me: Auditor, house: TheHouse, sample: str = "", case: str = "", question: str = ""
) -> Response:
    """All findings; the form at their end is about what the address names."""
    due_on = (await today(house) + timedelta(days=_GIVEN_DAYS)).isoformat()
    typed = {"sample": (sample,), "case": (case,), "question": (question,), "due_on": (due_on,)}
    return await _list(request, house, me, Sheet(mark(house, me, PAGE), typed=typed))


@router.post(PAGE)
async def raise_one(request: Request, me: Auditor, house: TheHouse) -> Response:
    """Raise a finding, and tell its owner."""
    sent = Sent(request, house, me, PAGE)
    return await take(
        sent, RaiseForm, record=partial(_raised, house, me), show_again=partial(_list, request, house, me)
    )


async def _raised(house: House, me: Colleague, posting: Posting) -> str:
    """The address of the new finding; AnswerWrong when it cannot be raised as it was written."""
    form = fill(RaiseForm, filled_in(RaiseForm, posting))
    check_raised(form, await house.directory.current(), today=await today(house))
    about = About(posting.first("sample"), posting.first("case").strip().upper(), posting.first("question"))
    raised = Raised(about, form.severity, form.text, by=me.id, owner=form.owner, due_on=form.due_on)
    try:
        await _check_about(house, about)
        finding = await Findings(house).raise_one(raised)
    except (NoSuchCase, NotThere):
        raise AnswerWrong({"case": "no_such_case"}) from None
    log.info("audit.finding_raised", extra={"by": me.id, "finding": finding})
    return f"{PAGE}/{finding}"


async def _check_about(house: House, about: About) -> None:
    """NotThere or NoSuchCase when a finding would be about what is not there."""
    if about.sample:
        sample = await read_sample(house.database, about.sample)
        sample.case(about.case_no)
        if about.question and about.question not in sample.form.questions:
            message = f"{about.question} is not asked in {about.sample}"
            raise NotThere(message)
    elif about.case_no:
        await house.casebook.case(about.case_no)


@router.api_route(f"{PAGE}/{{finding}}", methods=["GET", "HEAD"])
async def read_one(request: Request, finding: str, me: Auditor, house: TheHouse) -> Response:
    """One finding, and the form that leads it on."""
    found = await Findings(house).read(finding)
    now = found.now
    typed = {"status": (now.status.value,), "owner": (now.owner,), "due_on": (now.due_on.isoformat(),)}
    sheet = Sheet(mark(house, me, f"{PAGE}/{finding}"), typed=typed)
    return await _one(request, house, me, found, sheet)


@router.post(f"{PAGE}/{{finding}}")
async def lead_on(request: Request, finding: str, me: Auditor, house: TheHouse) -> Response:
    """Take a step."""
    found = await Findings(house).read(finding)
    sent = Sent(request, house, me, f"{PAGE}/{finding}")
    return await take(
        sent, StepForm, record=partial(_led_on, house, me, found), show_again=partial(_one, request, house, me, found)
    )


async def _led_on(house: House, me: Colleague, finding: Finding, posting: Posting) -> str:
    form = fill(StepForm, filled_in(StepForm, posting))
    check_step(form, await house.directory.current(), before=finding.now.status)
    await take_step(house, finding, Taken(me.id, form.status, form.owner, form.due_on, form.text))
    log.info("audit.finding_led_on", extra={"by": me.id, "finding": finding.id})
    return f"{PAGE}/{finding.id}"


async def take_step(house: House, finding: Finding, step: Taken) -> None:
    """Keep a step; AnswerWrong when its text has no place any more, since the finding's case was erased."""
    try:
        await Findings(house).take(finding, step)
    except NoSuchCase:
        raise AnswerWrong({"text": "case_erased"}) from None


def line_of(finding: Finding, names: Names, today: date) -> FindingLine:
    """A finding as lists show it."""
    return FindingLine(finding, names.person(finding.now.owner), finding.is_late(today))


async def question_of(house: House, about: About, names: Names) -> str:
    """The question that a finding is about, with its clause; '' for none."""
    if not (about.sample and about.question):
        return ""
    asked = (await read_sample(house.database, about.sample)).form.questions.get(about.question)
    return f"{asked.clause} {asked.in_language(names.language)}" if asked else about.question


async def _list(request: Request, house: House, me: Colleague, sheet: Sheet, *, status: int = 200) -> Response:
    names, day = await names_of(house, me.language), await today(house)
    about = About(sheet.value("sample"), sheet.value("case"), sheet.value("question"))
    model = FindingsPage(
        frame=frame(house, me, PAGE),
        sheet=sheet,
        findings=tuple(line_of(one, names, day) for one in await Findings(house).all()),
        severities=tuple((one.value, word(one.value, me.language, of="Severity")) for one in Severity),
        staff=colleagues(names.roster, me),
        question=await question_of(house, about, names),
    )
    return show(request, Page("audit/findings.html", me.language, names.policy, model, status))


async def _one(
    request: Request, house: House, me: Colleague, found: Finding, sheet: Sheet, *, status: int = 200
) -> Response:
    names = await names_of(house, me.language)
    model = replace(
        await finding_page(house, me, found, sheet, page=PAGE, purpose=Purpose.AUDIT),
        link=case_link(house, me, found.about.case_no) if found.about.case_no else "",
        statuses=tuple((one.value, word(one.value, me.language, of="FindingStatus")) for one in FindingStatus),
        staff=colleagues(names.roster, me),
    )
    return show(request, Page("audit/finding.html", me.language, names.policy, model, status))


async def finding_page(
    house: House, me: Colleague, found: Finding, sheet: Sheet, *, page: str, purpose: Purpose
) -> FindingPage:
    """A finding as whoever answers for it reads it; where it is about a case, that is a look at the case."""
    names = await names_of(house, me.language)
    if found.about.case_no:
        await house.accesses.note(look(me, found.about.case_no, "audit_finding", otherwise=purpose))
    return FindingPage(
        frame=frame(house, me, page),
        sheet=sheet,
        line=line_of(found, names, await today(house)),
        names=names,
        question=await question_of(house, found.about, names),
    )
