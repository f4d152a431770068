"""Audit samples: closed cases drawn by chance that anybody can repeat, and how far they are scored."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from adapters.audit_samples import all_samples, read_sample, read_scores, scored, store_sample
from adapters.audit_search import Sought, members
from adapters.translations import word
from complaints.answering import fill
from complaints.audit_form import read_form, version_of
from complaints.audit_scores import answered, completed
from complaints.errors import AnswerWrong
from complaints.sampling import ALGORITHM, Plan, Stratum, digest_of, draw
from complaints.words import Outcome
from models.quality_audit import AuditSampleRow
from portal.answers import filled_in
from portal.audit_pages import Options, case_link
from portal.forms import Sent, take
from portal.my_tasks import Frame, frame
from portal.names import names_of
from portal.pages import Page, TheHouse, show
from portal.periods import beginning, day_of, end, wrong_days
from portal.problems import WHOLE_FORM
from portal.sessions import Auditor, Colleague, mark
from portal.sheets import Sheet

if TYPE_CHECKING:
    from adapters.audit_samples import Sample
    from adapters.house import House
    from complaints.sampling import Member
    from portal.names import Names
    from portal.posting import Posting

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")

PAGE: Final = "/audit/samples"


class DrawForm(BaseModel):
    """What to draw."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    size: int = Field(ge=1, le=500)
    by: Stratum | None = None
    seed: str = Field(default="", max_length=80)
    """'' asks for one by chance."""
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class SampleLine:
    """A sample in the list of all."""

    row: AuditSampleRow
    cases: int
    done: int
    """How many of its cases are scored whole."""
    drawn_by: str


@dataclass(frozen=True)
class SamplesPage:
    """All samples, and the form that draws another."""

    frame: Frame
    sheet: Sheet
    strata: Options
    samples: tuple[SampleLine, ...]


@dataclass(frozen=True)
class SampledCase:
    """A case of a sample, and how far it is scored by the reader and by anybody."""

    case_no: str
    link: str
    stratum: str
    """By name."""
    mine: int
    anybodys: int


@dataclass(frozen=True)
class SamplePage:
    """One sample."""

    frame: Frame
    sample: Sample
    drawn_by: str
    cases: tuple[SampledCase, ...]

    @property
    def questions(self) -> int:
        """How many questions each case is asked."""
        return len(self.sample.form.questions)

    @property
    def next(self) -> str:
        """The first case that the reader has not scored whole; '' when she has done all."""
        return next((case.case_no for case in self.cases if case.mine < self.questions), "")


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def read(request: Request, me: Auditor, house: TheHouse) -> Response:
    """All samples."""
    return await _list(request, house, me, Sheet(mark(house, me, PAGE), typed={"size": ("10",)}))


@router.post(PAGE)
async def draw_one(request: Request, me: Auditor, house: TheHouse) -> Response:
    """Draw a sample and keep it."""
    sent = Sent(request, house, me, PAGE)
    return await take(sent, DrawForm, record=partial(_drawn, house, me), show_again=partial(_list, request, house, me))


async def _drawn(house: House, me: Colleague, posting: Posting) -> str:
    """The address of the new sample; AnswerWrong when it cannot be drawn as it was asked for."""
    form = fill(DrawForm, filled_in(DrawForm, posting))
    population = await members(house.database, await _scope(house, form))
    if not population:
        raise AnswerWrong({WHOLE_FORM: "nothing_to_draw"})
    plan = Plan(form.size, form.seed or secrets.token_hex(4), form.by)
    row = _row(house, me, plan, population, scope={"closed_from": form.since, "closed_until": form.until})
    departments = {member.case_no: member.department for member in population}
    sample = await store_sample(house.database, row, draw(population, plan), departments=departments)
    log.info("audit.sample_drawn", extra={"by": me.id, "sample": sample})
    return f"{PAGE}/{sample}"


async def _scope(house: House, form: DrawForm) -> Sought:
    zone = (await house.library.current()).calendar.timezone
    if wrong := wrong_days({"since": form.since, "until": form.until}):
        raise AnswerWrong({problem.field: problem.code for problem in wrong})
    return Sought(closed_since=beginning(day_of(form.since), zone), closed_before=end(day_of(form.until), zone))


def _row(
    house: House, me: Colleague, plan: Plan, population: tuple[Member, ...], *, scope: dict[str, str]
) -> AuditSampleRow:
    text = house.settings.audit_form.read_text(encoding="utf-8")
    read_form(house.settings.audit_form.name, text)
    return AuditSampleRow(
        id="",
        drawn_at=house.clock.now(),
        drawn_by=me.id,
        seed=plan.seed,
        size=plan.size,
        stratum=plan.by or "",
        scope=scope,
        algorithm=ALGORITHM,
        population=len(population),
        population_digest=digest_of([member.case_no for member in population]),
        form=text,
        form_version=version_of(text),
    )


@router.api_route(f"{PAGE}/{{sample}}", methods=["GET", "HEAD"])
async def read_one(request: Request, sample: str, me: Auditor, house: TheHouse) -> Response:
    """The cases of a sample, and how far each is scored."""
    found = await read_sample(house.database, sample)
    scores = [scored(row) for row in await read_scores(house.database, sample)]
    mine, anybodys = answered(scores, by=me.id), answered(scores)
    names = await names_of(house, me.language)
    model = SamplePage(
        frame=frame(house, me, PAGE),
        sample=found,
        drawn_by=names.person(found.row.drawn_by),
        cases=tuple(
            SampledCase(
                case_no=case.case_no,
                link=case_link(house, me, case.case_no),
                stratum=stratum_called(case.stratum, found.row.stratum, names),
                mine=mine.get(case.case_no, 0),
                anybodys=anybodys.get(case.case_no, 0),
            )
            for case in found.cases
        ),
    )
    return show(request, Page("audit/sample.html", me.language, names.policy, model))


def stratum_called(code: str, by: str, names: Names) -> str:
    """A stratum by name; '' where the sample was not divided."""
    match by:
        case Stratum.LEVEL:
            return names.level_called(code)
        case Stratum.CATEGORY:
            return names.category_called(code)
        case Stratum.DEPARTMENT:
            return names.department(code)
        case Stratum.OUTCOME:
            return word(Outcome(code), names.language) if code in set(Outcome) else code
        case _:
            return ""


async def _list(request: Request, house: House, me: Colleague, sheet: Sheet, *, status: int = 200) -> Response:
    names = await names_of(house, me.language)
    model = SamplesPage(
        frame=frame(house, me, PAGE),
        sheet=sheet,
        strata=tuple((one.value, word(one.value, me.language, of="Stratum")) for one in Stratum),
        samples=tuple([await _line(house, row, names) for row in await all_samples(house.database)]),
    )
    return show(request, Page("audit/samples.html", me.language, names.policy, model, status))


async def _line(house: House, row: AuditSampleRow, names: Names) -> SampleLine:
    sample = await read_sample(house.database, row.id)
    scores = [scored(one) for one in await read_scores(house.database, row.id)]
    numbers = [case.case_no for case in sample.cases]
    done = completed(scores, numbers, questions=len(sample.form.questions))
    return SampleLine(row, cases=len(numbers), done=done, drawn_by=names.person(row.drawn_by))
