"""Reassigning: how an open task goes from one person to another, with the letters that tell both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints.assignment_events import HandlerChanged, TaskReassigned
from complaints.briefing import NOTHING, Verdict
from complaints.letters import LetterKind, LetterOrder
from complaints.words import TaskKind

if TYPE_CHECKING:
    from complaints.briefing import Briefing
    from complaints.case import ManualTask
    from complaints.papers import PaperRef

HANDLERS_WORK = frozenset({TaskKind.ACCEPTANCE, TaskKind.FINDINGS, TaskKind.LETTER, TaskKind.REMEDY})
"""What the case's handler is asked for, whoever she is."""


@dataclass(frozen=True)
class Cause:
    """Why work changes hands, as a code of the vocabulary's table `Reassigned`, at whose word, and in which words."""

    code: str
    by: str
    words: PaperRef | None = None


def reassign(briefing: Briefing, task: ManualTask, *, to: str, cause: Cause) -> Verdict:
    """Move an open task: the new person gets the task's letter; the former one is told, unless she has left."""
    moved = TaskReassigned(
        task_id=task.id,
        previous=task.assignee,
        assignee=to,
        reason_code=cause.code,
        by=cause.by,
        reason=cause.words,
    )
    about = f"{task.id}/{to}/{len(task.former) + 1}"
    asked = LetterOrder(
        kind=LetterKind.TASK_ASKED,
        to=to,
        key=f"{LetterKind.TASK_ASKED}/{about}",
        task_id=task.id,
        details=(("given_by", cause.by), ("note", cause.words.id)) if cause.words and cause.by != to else (),
    )
    told = LetterOrder(
        kind=LetterKind.TASK_MOVED,
        to=task.assignee,
        key=f"{LetterKind.TASK_MOVED}/{about}",
        task_id=task.id,
        details=(("moved_to", to), ("why", cause.code)),
    )
    is_told = briefing.roster.works_here(task.assignee)
    return Verdict(facts=(moved,), letters=(asked, told) if is_told else (asked,))


def change_handler(briefing: Briefing, *, to: str, cause: Cause) -> Verdict:
    """Somebody else answers for the case; the department that leads stays."""
    assignment = briefing.case.assignment
    if assignment is None or assignment.handler == to:
        return NOTHING
    changed = HandlerChanged(
        previous=assignment.handler, handler=to, department=assignment.department, reason_code=cause.code
    )
    return Verdict(facts=(changed,))


def pass_on_begun_work(briefing: Briefing, *, to: str, cause: Cause) -> Verdict:
    """Whatever the handler was asked for and has not done goes to the new handler."""
    assignment, whole = briefing.case.assignment, NOTHING
    if assignment is None:
        return NOTHING
    for task in briefing.case.open_tasks:
        if task.kind in HANDLERS_WORK and task.assignee == assignment.handler and task.assignee != to:
            whole += reassign(briefing, task, to=to, cause=cause)
    return whole
