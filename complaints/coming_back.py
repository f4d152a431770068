"""Coming back: a customer who is not satisfied reopens her case while it is followed up, and later begins a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints.answer_events import DissatisfactionTold
from complaints.briefing import Briefing, Verdict
from complaints.errors import CaseClosed, CaseStillOpen
from complaints.record import Complaint
from complaints.words import SYSTEM, Channel, Stage
from complaints.work_events import TaskRevoked

if TYPE_CHECKING:
    from complaints.papers import Stationery


def tell(briefing: Briefing, *, text: str, evidence: tuple[str, ...], stationery: Stationery) -> Verdict:
    """She says so before anybody asked her: it counts like a low score (PROCESS.md section 1: a dissatisfied callback).

    CaseClosed when the case is not, or no longer, followed up.
    """
    case = briefing.case
    if not may_tell(briefing):
        message = f"{case.case_no} is not followed up now"
        raise CaseClosed(message)
    paper = stationery.paper(0, kind="dissatisfaction", content={"text": text})
    unneeded = tuple(TaskRevoked(task_id=task.id, reason="customer_told") for task in case.open_tasks)
    return Verdict(facts=(DissatisfactionTold(text=paper.ref, evidence=evidence), *unneeded), papers=(paper,))


def may_tell(briefing: Briefing) -> bool:
    """Whether her word would reopen the case: it is followed up, and nobody judges an earlier word of hers yet."""
    case = briefing.case
    return case.stage is Stage.CALLBACK and case.callback_answer is None and case.dissatisfied is None


def begin_anew(briefing: Briefing, *, text: str) -> Complaint:
    """The record of a new case that follows a closed one, with all that the house knows of her and the matter.

    The closed case stays sealed. CaseStillOpen while there is one to add to instead.
    """
    case, known = briefing.case, briefing.record
    if case.is_open:
        message = f"{case.case_no} is still open"
        raise CaseStillOpen(message)
    told = {
        "channel": Channel.WEB,
        "received_at": briefing.now,
        "received_by": SYSTEM,
        "detail": text,
        "expected_remedy": "",
        "occurred_at": None,
        "emotional_state": None,
        "regulator_reference": "",
        "external_id": "",
        "confirmed_by_customer": None,
        "follows": case.case_no,
    }
    return known.model_copy(update=told)
