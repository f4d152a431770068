"""Judgements: what the internal quality audit holds about one case: samples, scores with their notes, findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.audit_notes import AuditNotes
from adapters.audit_samples import read_sample, read_scores, samples_of
from adapters.findings import Findings
from portal.audit_scoring import about

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.audit_samples import Sample
    from adapters.findings import Finding
    from adapters.house import House
    from complaints.words import Language
    from models.quality_audit import AuditScoreRow


async def judgements_of(house: House, case_no: str, language: Language) -> dict[str, Any]:
    """All of it for programs; persons are named by their ids, and questions asked in a language."""
    samples = [await read_sample(house.database, number) for number in await samples_of(house.database, case_no)]
    notes = AuditNotes(house)
    scores = [
        await _score(notes, sample, row, language)
        for sample in samples
        for row in await read_scores(house.database, sample.row.id, case_no=case_no)
    ]
    return {
        "samples": [_sample(sample, case_no) for sample in samples],
        "scores": scores,
        "findings": [_finding(one, samples, language) for one in await Findings(house).of_case(case_no)],
    }


def _sample(sample: Sample, case_no: str) -> dict[str, Any]:
    row, case = sample.row, sample.case(case_no)
    told = {"sample": row.id, "drawn_at": row.drawn_at, "drawn_by": row.drawn_by}
    return {**told, "stratum": case.stratum, "department": case.department}


async def _score(notes: AuditNotes, sample: Sample, row: AuditScoreRow, language: Language) -> dict[str, Any]:
    """One version of one auditor's answer: earlier ones are held too."""
    note = await notes.open(row.note, case_no=row.case_no, about=about(row))
    told = {"sample": row.sample, "at": row.at, "by": row.by, "version": row.version}
    return {**told, "question": _asked([sample], row.sample, row.question, language), "score": row.score, "note": note}


def _finding(one: Finding, samples: Sequence[Sample], language: Language) -> dict[str, Any]:
    steps = [
        {"at": step.at, "by": step.by, "status": step.status, "owner": step.owner, "due_on": step.due_on}
        | {"text": step.text}
        for step in one.steps
    ]
    return {
        "finding": one.id,
        "question": _asked(samples, one.about.sample, one.about.question, language),
        "severity": one.severity,
        "raised_at": one.raised_at,
        "raised_by": one.raised_by,
        "text": one.text,
        "steps": steps,
    }


def _asked(samples: Sequence[Sample], number: str, question: str, language: Language) -> str:
    """A question in words, as the form of its sample asked it; its code where that form does not have it."""
    forms = (sample.form for sample in samples if sample.row.id == number)
    asked = next((form.questions[question] for form in forms if question in form.questions), None)
    return asked.in_language(language) if asked else question
