"""How the facts of complaints/assignment_events.py change what is known of a case."""

from __future__ import annotations

from dataclasses import replace

from complaints import assignment_events as a
from complaints.case import Case
from complaints.chain import Entry
from complaints.folding import change, close, with_task
from complaints.words import TaskKind

CONFLICT = "conflict_of_interest"
"""Declining for this reason is declaring it: she has no part in the case any more."""


@change.register
def _(fact: a.CandidatesWeighed, case: Case, _entry: Entry) -> Case:
    return replace(case, weighed=fact)


@change.register
def _(fact: a.HandlerAccepted, case: Case, _entry: Entry) -> Case:
    return replace(_handled_by(case, fact.handler), accepted_by=fact.handler)


@change.register
def _(fact: a.HandlerDeclined, case: Case, entry: Entry) -> Case:
    conflicts = (fact.declined_by,) if fact.reason_code == CONFLICT else ()
    after = replace(
        case, declined=(*case.declined, fact.declined_by), conflicts=(*case.conflicts, *conflicts), accepted_by=""
    )
    if case.tasks[fact.task_id].kind is not TaskKind.ACCEPTANCE:
        return after
    return replace(close(after, fact.task_id, entry, status="answered"), assignment=None)


@change.register
def _(fact: a.HandlerChanged, case: Case, _entry: Entry) -> Case:
    return _handled_by(case, fact.handler, department=fact.department)


@change.register
def _(fact: a.TaskReassigned, case: Case, _entry: Entry) -> Case:
    task = case.tasks[fact.task_id]
    former = (*task.former, fact.previous)
    return with_task(
        case, fact.task_id, assignee=fact.assignee, former=former, warned=False, substitute_of=fact.substitute_of
    )


def _handled_by(case: Case, handler: str, **more: str) -> Case:
    if case.assignment is None:
        return case
    return replace(case, assignment=case.assignment.model_copy(update={"handler": handler, **more}))
