"""Scoring: the form of the internal quality audit about one case of a sample; a changed score keeps the one before."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters.audit_notes import AuditNotes
from adapters.audit_samples import add_scores, read_sample, read_scores
from adapters.translations import word
from complaints.access import Purpose
from complaints.audit_form import LONGEST_NOTE, WANTS_NOTE, Score
from complaints.errors import NoSuchCase, TryAgain
from models.quality_audit import AuditScoreRow
from portal import audit_samples
from portal.audit_pages import case_link
from portal.looking import look
from portal.my_tasks import Frame, frame
from portal.names import names_of
from portal.pages import Page, TheHouse, show
from portal.posting import read_posting
from portal.problems import WHOLE_FORM, Problem
from portal.sessions import Auditor, Colleague, is_fresh, mark
from portal.sheets import Sheet, again, status_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from adapters.audit_samples import Sample
    from adapters.house import House
    from portal.posting import Posting

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")


@dataclass(frozen=True)
class Version:
    """A score as it was given at a moment; `note` is None when it was erased with its case."""

    version: int
    at: datetime
    score: Score
    note: str | None


@dataclass(frozen=True)
class Asked:
    """A question, and what the reader answered before, the newest first."""

    code: str
    clause: str
    text: str
    earlier: tuple[Version, ...]


@dataclass(frozen=True)
class ScoringPage:
    """The form about one case."""

    frame: Frame
    sheet: Sheet
    sample: Sample
    case_no: str
    link: str
    questions: tuple[Asked, ...]
    scale: tuple[tuple[str, str, str], ...]
    """Code, name and nothing more, as the options of a form want it."""
    is_saved: bool
    next: str
    """The number of the case that comes after it; '' at the end."""


def page_of(sample: str, case_no: str) -> str:
    """The address of the form about a case of a sample."""
    return f"{audit_samples.PAGE}/{sample}/{case_no}"


@router.api_route(f"{audit_samples.PAGE}/{{sample}}/{{case_no}}", methods=["GET", "HEAD"])
async def read(request: Request, sample: str, case_no: str, me: Auditor, house: TheHouse) -> Response:
    """The form, with what the reader answered before."""
    found = await read_sample(house.database, sample)
    found.case(case_no)
    given = await _given(house, me, found, case_no)
    await house.accesses.note(look(me, case_no, "audit_score", otherwise=Purpose.AUDIT))
    typed = {}
    for question, versions in given.items():
        typed[f"score-{question}"] = (versions[0].score.value,)
        typed[f"note-{question}"] = (versions[0].note or "",)
    sheet = Sheet(mark(house, me, page_of(sample, case_no)), typed=typed)
    return await _page(request, house, me, found, case_no=case_no, sheet=sheet)


@router.post(f"{audit_samples.PAGE}/{{sample}}/{{case_no}}")
async def save(request: Request, sample: str, case_no: str, me: Auditor, house: TheHouse) -> Response:
    """Keep what changed as further versions."""
    found = await read_sample(house.database, sample)
    found.case(case_no)
    page = page_of(sample, case_no)
    posting = await read_posting(request, (await house.library.current()).intake)
    if is_fresh(request, house, posting, me=me, page=page):
        problems = _wrong(found, posting) or await _saved(house, me, found, posting, case_no=case_no)
    else:
        problems = (Problem(WHOLE_FORM, "page_stale"),)
    if not problems:
        return RedirectResponse(f"{page}?saved", status_code=303)
    sheet = again(posting, problems, nonce=mark(house, me, page), language=me.language)
    return await _page(request, house, me, found, case_no=case_no, sheet=sheet, status=status_for(problems))


def _wrong(sample: Sample, posting: Posting) -> tuple[Problem, ...]:
    """What is wrong with the answers; questions may be left for later, notes without a score may not stand."""
    found = []
    for code in sample.form.questions:
        score, note = posting.first(f"score-{code}"), posting.first(f"note-{code}").strip()
        if score and score not in set(Score):
            found.append(Problem(f"score-{code}", "unknown_choice"))
        elif note and not score:
            found.append(Problem(f"score-{code}", "missing"))
        elif not note and score in WANTS_NOTE:
            found.append(Problem(f"note-{code}", "note_needed"))
        if len(note) > LONGEST_NOTE:
            found.append(Problem(f"note-{code}", "string_too_long", {"limit": LONGEST_NOTE}))
    return tuple(found)


async def _saved(house: House, me: Colleague, sample: Sample, posting: Posting, *, case_no: str) -> tuple[Problem, ...]:
    given, notes = await _given(house, me, sample, case_no), AuditNotes(house)
    rows = []
    for code in sample.form.questions:
        score, note = posting.first(f"score-{code}"), posting.first(f"note-{code}").strip()
        last = given[code][0] if code in given else None
        if not score or (last and (last.score, last.note or "") == (Score(score), note)):
            continue
        row = AuditScoreRow(
            sample=sample.row.id,
            case_no=case_no,
            question=code,
            by=me.id,
            version=last.version + 1 if last else 1,
            score=score,
            at=house.clock.now(),
        )
        try:
            row.note = await notes.seal(note, case_no=case_no, about=about(row))
        except NoSuchCase:
            return (Problem(f"note-{code}", "case_erased"),)
        rows.append(row)
    return await _added(house, me, rows)


async def _added(house: House, me: Colleague, rows: Sequence[AuditScoreRow]) -> tuple[Problem, ...]:
    try:
        await add_scores(house.database, rows)
    except TryAgain:
        return (Problem(WHOLE_FORM, "not_recorded"),)
    for sample, case_no in {(row.sample, row.case_no) for row in rows}:
        log.info("audit.scored", extra={"by": me.id, "sample": sample, "case_no": case_no, "scores": len(rows)})
    return ()


def about(row: AuditScoreRow) -> str:
    """What a note is bound to when it is sealed: it opens as that version of that score only."""
    return f"{row.sample} {row.case_no} {row.question} {row.by} {row.version}"


async def _given(house: House, me: Colleague, sample: Sample, case_no: str) -> Mapping[str, tuple[Version, ...]]:
    """What the reader answered, by question, the newest first."""
    notes, found = AuditNotes(house), dict[str, tuple[Version, ...]]()
    rows = await read_scores(house.database, sample.row.id, case_no=case_no)
    for row in sorted((row for row in rows if row.by == me.id), key=lambda row: -row.version):
        note = await notes.open(row.note, case_no=case_no, about=about(row))
        found[row.question] = (*found.get(row.question, ()), Version(row.version, row.at, Score(row.score), note))
    return found


async def _page(
    request: Request, house: House, me: Colleague, sample: Sample, *, case_no: str, sheet: Sheet, status: int = 200
) -> Response:
    given = await _given(house, me, sample, case_no)
    numbers = [case.case_no for case in sample.cases]
    after = numbers[numbers.index(case_no) + 1 :]
    model = ScoringPage(
        frame=frame(house, me, audit_samples.PAGE),
        sheet=sheet,
        sample=sample,
        case_no=case_no,
        link=case_link(house, me, case_no),
        questions=tuple(
            Asked(code, question.clause, question.in_language(me.language), given.get(code, ()))
            for code, question in sample.form.questions.items()
        ),
        scale=tuple((score.value, word(score.value, me.language, of="Score"), "") for score in Score),
        is_saved="saved" in request.query_params,
        next=after[0] if after else "",
    )
    names = await names_of(house, me.language)
    return show(request, Page("audit/scoring.html", me.language, names.policy, model, status))
