"""When the customer last heard from the house, read off whatever was written to her."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from complaints.contact_events import ProgressTold
from complaints.events import ComplaintAcknowledged, StageClosed
from complaints.words import CUSTOMER, Exit, Stage
from complaints.work_events import LetterApproved, TaskAsked, TaskReminded

if TYPE_CHECKING:
    from complaints.case import Case
    from complaints.chain import Entry
    from complaints.fact import Fact


def heard(case: Case, entry: Entry) -> Case:
    """The case with the moment of its last letter to the customer, and the stage it left last."""
    if _tells_customer(entry.fact, case):
        case = replace(case, told_at=entry.at, told_seq=entry.seq)
    if isinstance(entry.fact, StageClosed):
        case = replace(case, left_stage=entry.fact.stage, left_seq=entry.seq)
    return case


def _tells_customer(fact: Fact, case: Case) -> bool:
    match fact:
        case TaskReminded(task_id=task_id):
            return case.tasks[task_id].is_customers
        case ComplaintAcknowledged(by_mail=by_mail):
            return by_mail
        case TaskAsked(assignee=assignee):
            return assignee == CUSTOMER
        case StageClosed(stage=stage, exit=by):
            return (stage, by) == (Stage.ASSIGNMENT, Exit.DONE)
        case _:
            return isinstance(fact, ProgressTold | LetterApproved)
