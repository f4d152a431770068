"""Archiving: the case is sealed with its outcome and its retention date, and the customer is told."""

from __future__ import annotations

from complaints import clocks
from complaints.asking import to_customer
from complaints.briefing import Briefing, Verdict
from complaints.case import Case
from complaints.clocks_of_case import meet
from complaints.events import CaseArchived
from complaints.letters import LetterKind
from complaints.moves import leave
from complaints.words import Exit, Outcome, Stage
from complaints.work_events import TaskRevoked

_TOLD_ALREADY = frozenset({Outcome.WITHDRAWN, Outcome.DUPLICATE, Outcome.REFERRED})
"""Outcomes whose own letter closed the matter for the customer."""


def decide(briefing: Briefing) -> Verdict:
    """Seal the case."""
    case = briefing.case
    outcome = outcome_of(case)
    spare = tuple(TaskRevoked(task_id=task.id, reason="case_archived") for task in case.open_tasks)
    met = meet(briefing, "closed")
    archived = CaseArchived(
        outcome=outcome,
        keep_until=clocks.due(briefing.now, briefing.policy.archive.keep, briefing.policy.calendar),
        entries=case.seq + len(met) + len(spare),
    )
    letters = () if outcome in _TOLD_ALREADY else to_customer(briefing, LetterKind.CLOSING, outcome=outcome.value)
    return Verdict(facts=(*met, *spare, archived, leave(Stage.ARCHIVING, Exit.DONE)), letters=letters)


def outcome_of(case: Case) -> Outcome:
    """How the case ended, read off the exit that led here."""
    if case.last_exit is None:
        message = f"{case.case_no} is archived before any stage was left"
        raise ValueError(message)
    ends = {
        Exit.WITHDRAWN: Outcome.WITHDRAWN,
        Exit.DUPLICATE: Outcome.DUPLICATE,
        Exit.REFERRED: Outcome.REFERRED,
        Exit.UNREACHABLE: Outcome.UNREACHABLE,
        Exit.CLOSED_UNSATISFIED: Outcome.UNSATISFIED,
    }
    return ends.get(case.last_exit, Outcome.SATISFIED)
