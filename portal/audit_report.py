"""The report of a sample: how it was drawn, what was scored by clause, department and question, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adapters.audit_notes import AuditNotes
from adapters.audit_samples import read_sample, read_scores, scored
from adapters.findings import Findings
from complaints.access import Purpose
from complaints.audit_form import WANTS_NOTE
from complaints.audit_scores import Tally, completed, current, disputed, tally
from complaints.words import Language
from portal.audit_findings import FindingLine, line_of
from portal.audit_pages import today
from portal.audit_samples import PAGE, stratum_called
from portal.audit_scoring import about
from portal.looking import look
from portal.my_tasks import Frame, frame
from portal.names import Names, names_of
from portal.pages import Page, TheHouse, show
from portal.sessions import Auditor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.audit_samples import Sample
    from adapters.house import House
    from complaints.audit_scores import Scored
    from models.quality_audit import AuditSampleRow, AuditScoreRow

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Remark:
    """Why a score is below met; `note` is None when it was erased with its case."""

    case_no: str
    clause: str
    question: str
    score: str
    by: str
    note: str | None


@dataclass(frozen=True)
class CaseOfReport:
    """A case of the sample with its own share; None where nothing was judged."""

    case_no: str
    stratum: str
    department: str
    tally: Tally


@dataclass(frozen=True)
class SampleReport:
    """Everything that the report of a sample says."""

    sample: Sample
    drawn_by: str
    auditors: tuple[str, ...]
    done: int
    whole: Tally
    clauses: tuple[Tally, ...]
    departments: tuple[tuple[str, Tally], ...]
    questions: tuple[tuple[str, str, Tally], ...]
    """Clause, text and tally of each."""
    cases: tuple[CaseOfReport, ...]
    remarks: tuple[Remark, ...]
    findings: tuple[FindingLine, ...]
    disputed: tuple[tuple[str, str], ...]
    """Case number and text of each question that auditors scored differently."""


@dataclass(frozen=True)
class ReportPage:
    """The report on a page."""

    frame: Frame
    report: SampleReport


@router.api_route(f"{PAGE}/{{sample}}/report", methods=["GET", "HEAD"])
async def read(request: Request, sample: str, me: Auditor, house: TheHouse) -> Response:
    """The report, as it stands now."""
    names = await names_of(house, me.language)
    report = await report_of(house, sample, names)
    shown = dict.fromkeys(remark.case_no for remark in report.remarks if remark.note)
    await house.accesses.note(*(look(me, case_no, "audit_report", otherwise=Purpose.AUDIT) for case_no in shown))
    model = ReportPage(frame(house, me, PAGE), report)
    return show(request, Page("audit/report.html", me.language, names.policy, model))


async def report_of(house: House, number: str, names: Names) -> SampleReport:
    """The report of a sample in a language; NotThere when there is no such sample."""
    sample = await read_sample(house.database, number)
    rows = await read_scores(house.database, number)
    scores = current(map(scored, rows))
    departments = {case.case_no: case.department for case in sample.cases}
    texts = {code: one.in_language(names.language) for code, one in sample.form.questions.items()}
    clauses = {code: one.clause for code, one in sample.form.questions.items()}
    found, day = await Findings(house).of_sample(number), await today(house)
    by_question = tally(scores, lambda one: one.question, order=texts)
    return SampleReport(
        sample=sample,
        drawn_by=names.person(sample.row.drawn_by),
        auditors=tuple(sorted({names.person(one.by) for one in scores})),
        done=completed(scores, list(departments), questions=len(texts)),
        whole=tally(scores, lambda _one: "", order=("",))[0],
        clauses=tally(scores, lambda one: clauses[one.question], order=sample.form.clauses),
        departments=tuple(
            (names.department(one.code), one)
            for one in tally(scores, lambda one: departments[one.case_no], order=sorted({*departments.values()}))
        ),
        questions=tuple((clauses[one.code], texts[one.code], one) for one in by_question),
        cases=_cases(sample, scores, names),
        remarks=await _remarks(house, rows, scores, names=names, texts=texts, clauses=clauses),
        findings=tuple(line_of(one, names, day) for one in found),
        disputed=tuple((case_no, texts[question]) for case_no, question in disputed(scores)),
    )


def _cases(sample: Sample, scores: Sequence[Scored], names: Names) -> tuple[CaseOfReport, ...]:
    tallies = {one.code: one for one in tally(scores, lambda one: one.case_no, order=[c.case_no for c in sample.cases])}
    return tuple(
        CaseOfReport(
            case_no=case.case_no,
            stratum=stratum_called(case.stratum, sample.row.stratum, names),
            department=names.department(case.department),
            tally=tallies[case.case_no],
        )
        for case in sample.cases
    )


async def _remarks(
    house: House,
    rows: Sequence[AuditScoreRow],
    scores: Sequence[Scored],
    *,
    names: Names,
    texts: Mapping[str, str],
    clauses: Mapping[str, str],
) -> tuple[Remark, ...]:
    """The notes to scores below met, in order of case and question."""
    notes = AuditNotes(house)
    stored = {(row.case_no, row.question, row.by, row.version): row for row in rows}
    found = []
    for one in scores:
        if one.score not in WANTS_NOTE:
            continue
        row = stored[one.case_no, one.question, one.by, one.version]
        note = await notes.open(row.note, case_no=one.case_no, about=about(row))
        clause, text = clauses[one.question], texts[one.question]
        found.append(Remark(one.case_no, clause, text, one.score, names.person(one.by), note))
    return tuple(found)


async def report_as_data(house: House, number: str, *, language: Language = Language.EN) -> dict[str, Any]:
    """The report for programs; notes are left out, since they may hold personal data."""
    names = await names_of(house, language)
    report = await report_of(house, number, names)
    return {
        "sample": report.sample.row.id,
        "drawn": _drawn(report.sample.row),
        "cases": len(report.cases),
        "scored_whole": report.done,
        "share": report.whole.share,
        "clauses": [_told(one) for one in report.clauses],
        "departments": [_told(one) for _, one in report.departments],
        "questions": [{**_told(one), "clause": clause} for clause, _, one in report.questions],
        "findings": [_found(one) for one in report.findings],
        "by_case": [{**_told(one.tally), "department": one.department} for one in report.cases],
    }


def _drawn(row: AuditSampleRow) -> dict[str, Any]:
    return {
        "at": row.drawn_at.isoformat(),
        "by": row.drawn_by,
        "algorithm": row.algorithm,
        "seed": row.seed,
        "size": row.size,
        "divided_by": row.stratum or None,
        "scope": row.scope,
        "population": row.population,
        "population_sha256": row.population_digest,
        "form": row.form_version,
    }


def _found(line: FindingLine) -> dict[str, Any]:
    finding = line.finding
    return {
        "finding": finding.id,
        "case_no": finding.about.case_no,
        "severity": finding.severity,
        "status": finding.now.status,
        "owner": finding.now.owner,
        "due_on": finding.now.due_on.isoformat(),
    }


def _told(one: Tally) -> dict[str, Any]:
    return {**one.__dict__, "share": one.share}
