"""What a customer may do at any time: withdraw, or add information to an open case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints.asking import to_customer
from complaints.briefing import Briefing, Verdict
from complaints.errors import CaseClosed
from complaints.events import ComplaintWithdrawn, InformationAdded
from complaints.letters import LetterKind
from complaints.moves import leave
from complaints.words import Exit, Stage
from complaints.work_events import TaskRevoked

if TYPE_CHECKING:
    from complaints.papers import Stationery


def withdraw(briefing: Briefing, *, reason: str, stationery: Stationery) -> Verdict:
    """End the procedure at once: open tasks are revoked, the customer gets a confirmation (PROCESS.md section 1)."""
    case = briefing.case
    if case.stage is None or case.stage is Stage.ARCHIVING:
        message = f"{case.case_no} has already ended"
        raise CaseClosed(message)
    paper = stationery.paper(0, kind="withdrawal_reason", content={"reason": reason}) if reason else None
    revoked = tuple(TaskRevoked(task_id=task.id, reason="complaint_withdrawn") for task in case.open_tasks)
    facts = (
        ComplaintWithdrawn(reason=paper.ref if paper else None),
        *revoked,
        leave(case.stage, Exit.WITHDRAWN),
    )
    letters = to_customer(briefing, LetterKind.WITHDRAWAL_CONFIRMED)
    return Verdict(facts=facts, letters=letters, papers=(paper,) if paper else ())


def add_information(briefing: Briefing, *, text: str, evidence: tuple[str, ...], stationery: Stationery) -> Verdict:
    """The customer writes again about an open case: it is attached, and counted as a repeat contact."""
    case = briefing.case
    if case.stage is None:
        message = f"{case.case_no} has already ended"
        raise CaseClosed(message)
    paper = stationery.paper(0, kind="customer_information", content={"text": text}) if text else None
    fact = InformationAdded(paper=paper.ref if paper else None, evidence=evidence, repeat_contact=True)
    return Verdict(facts=(fact,), papers=(paper,) if paper else ())
