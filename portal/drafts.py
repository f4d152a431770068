"""Drafts: what already stands in a task's form when it is opened, so that nobody types what the house knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from adapters.pressroom import environment
from complaints.investigation import overall
from complaints.words import TaskKind
from complaints.work_events import FindingsSubmitted
from portal.progress import Decided
from portal.proposals import allegations, typed

if TYPE_CHECKING:
    from complaints.case import ManualTask
    from complaints.work_events import Remedy
    from portal.dossier import Dossier
    from portal.sheets import Typed


def prefilled(kind: TaskKind, dossier: Dossier) -> Typed:
    """The fields of a task's form that the case can fill, as a browser would send them."""
    match kind:
        case TaskKind.CLASSIFICATION:
            return _suggestion(dossier)
        case TaskKind.FINDINGS:
            return _last_findings(dossier)
        case TaskKind.LETTER:
            return {"letter": (draft_letter(dossier),)}
        case _:
            return {}


def _suggestion(dossier: Dossier) -> Typed:
    """What the rules suggested: the classifier confirms or corrects it."""
    suggested = dossier.case.suggestion
    if suggested is None:
        return {}
    found = suggested.suggestion
    typed: dict[str, tuple[str, ...]] = {"category": (found.category,), "scope": (found.scope.value,)}
    for factor in ("impact", "urgency"):
        if factor in found.inputs:
            typed[factor] = (str(round(float(found.inputs[factor]))),)
    return typed


def _last_findings(dossier: Dossier) -> Typed:
    """The findings that were sent back, or those of the round before: the next ones begin where they ended."""
    earlier = dossier.earlier_findings
    if not earlier:
        return {}
    fact: FindingsSubmitted = earlier[-1][0]
    written = dossier.briefing.papers.get(fact.findings.id, {})
    plan = ("objective", "plan", "interviews", "evidence_needed", "time_limit")
    return {
        **{name: (str(written.get(name) or ""),) for name in (*plan, "findings")},
        **typed(dossier.briefing, fact),
        "whys": tuple(written.get("whys", ())),
        "cause_code": (fact.cause_code,),
        "responsible_department": (fact.responsible_department or "",),
    }


def draft_letter(dossier: Dossier) -> str:
    """A decision letter to begin with, in the customer's language, from the findings of this round."""
    case, policy = dossier.case, dossier.policy
    found = case.findings
    written = dossier.briefing.papers.get(found.findings.id, {}) if found else {}
    printing = environment(case.language, policy.calendar.timezone)
    return (
        printing.get_template("pages/letter.txt")
        .render(
            record=dossier.record,
            case=case,
            findings=str(written.get("findings", "")),
            remedy_text=str(written.get("remedy_text", "")),
            finding=overall(found.allegations) if found else None,
            allegations=allegations(dossier.briefing, found) if found else (),
            remedies=found.remedies if found else (),
            currency=policy.review.currency,
            house=policy.house.name.in_language(case.language),
            is_final=any(task.asks.get("final") == "yes" for task in case.tasks_of(TaskKind.LETTER) if task.is_open),
        )
        .strip()
    )


def preview_letter(dossier: Dossier, task: ManualTask, text: str, *, remedies: tuple[Remedy, ...]) -> Markup:
    """The letter as the customer would see it, in her language, if it were signed now."""
    case, policy = dossier.case, dossier.policy
    department = dossier.briefing.roster.departments.get(task.department or "")
    decided = Decided(
        text=text,
        remedies=remedies,
        is_final=task.asks.get("final") == "yes",
        signed_by=dossier.person(task.assignee),
        department=department.name.in_language(case.language) if department else "",
    )
    sheet: Any = environment(case.language, policy.calendar.timezone).get_template("pages/_letter.html").module
    appeal = policy.response.appeal.in_language(case.language)
    return Markup(sheet.letter(decided, case, appeal, policy.house, policy.review.currency))  # noqa: S704  escaped there
