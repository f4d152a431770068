"""Drafts: what already stands in a task's form when it is opened, so that nobody types what the house knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.pressroom import environment
from complaints.investigation import overall
from complaints.policy_answers import AnswerLetter
from complaints.words import ActKind, TaskKind
from complaints.work_events import FindingsSubmitted
from portal.proposals import allegations, typed

if TYPE_CHECKING:
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
            return _letter(dossier)
        case _:
            return {}


def prefilled_act(kind: ActKind, dossier: Dossier) -> Typed:
    """The fields of an act's form that the case can fill: who grades anew begins with the present grade."""
    known = dossier.case.classification
    if kind is not ActKind.REGRADE or known is None:
        return {}
    factors: dict[str, str] = {
        name: str(known.factors[name]) for name in ("impact", "urgency") if name in known.factors
    }
    factors |= {"category": known.category, "scope": known.scope.value, "complexity": known.complexity.name.lower()}
    return {name: (text,) for name, text in factors.items()}


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


def _letter(dossier: Dossier) -> Typed:
    """A draft to begin with; a final decision that was not approved begins where it ended."""
    drafted = dossier.case.final_draft
    if drafted is None:
        return {"letter": (draft_letter(dossier),)}
    return {
        "letter": (dossier.text(drafted.letter, "letter"),),
        "reason": (dossier.text(drafted.reason, "reason"),),
    }


def draft_letter(dossier: Dossier) -> str:
    """A decision letter to begin with, in the customer's language, from the findings of this round."""
    case, policy = dossier.case, dossier.policy
    found = case.findings
    written = dossier.briefing.papers.get(found.findings.id, {}) if found else {}
    is_final = any(task.asks.get("final") == "yes" for task in case.tasks_of(TaskKind.LETTER) if task.is_open)
    texts = policy.response.texts(AnswerLetter.FINAL_DECISION if is_final else AnswerLetter.DECISION)
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
            is_final=is_final,
            opening=texts.opening.in_language(case.language) if texts.opening else "",
            closing=texts.closing.in_language(case.language) if texts.closing else "",
        )
        .strip()
    )
