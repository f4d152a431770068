"""Support: what the pages of a task and of the help asked for it say about each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints.assignment_events import TaskReassigned
from complaints.escalation_events import CaseEscalated, HelpGiven
from complaints.words import HelpReason, TaskKind, Trigger
from portal.dossier import Note

if TYPE_CHECKING:
    from complaints.case import ManualTask
    from portal.dossier import Dossier


@dataclass(frozen=True)
class Support:
    """Help that was asked for with a task: by whom, of whom, why, and what came of it."""

    task: ManualTask
    asked_by: str
    asked: str
    """Both by name."""
    reason: HelpReason
    text: str
    given: HelpGiven | None
    answer: str
    """What whoever was asked wrote back."""


def support(dossier: Dossier, task: ManualTask) -> Support | None:
    """The newest help asked for with this task; for a task that is itself help, the one it answers."""
    helped = dossier.case.tasks[task.asks["about_task"]] if task.kind is TaskKind.HELP else task
    asked = [one for one in dossier.case.escalations if _is_request(one, helped)]
    if not asked:
        return None
    facts = [entry.fact for entry in dossier.entries if isinstance(entry.fact, HelpGiven)]
    given = [fact for fact in facts if fact.about_task == helped.id]
    # Each request is answered before the next one can be made.
    answered = given[len(asked) - 1] if len(given) >= len(asked) else None
    return Support(
        task=helped,
        asked_by=dossier.person(asked[-1].previous or ""),
        asked=dossier.person(asked[-1].told),
        reason=HelpReason(asked[-1].reason_code),
        text=dossier.text(asked[-1].text, "text"),
        given=answered,
        answer=dossier.text(answered.text, "text") if answered else "",
    )


def handed(dossier: Dossier, task: ManualTask) -> Note | None:
    """What whoever gave a task to its present assignee wrote to her; None when nobody else gave it."""
    moves = [(entry.at, entry.fact) for entry in dossier.entries if isinstance(entry.fact, TaskReassigned)]
    at, moved = next(((at, fact) for at, fact in reversed(moves) if fact.task_id == task.id), (dossier.now, None))
    if moved is None or moved.assignee != task.assignee or moved.by == task.assignee:
        return None
    return Note(at=at, who=dossier.person(moved.by), text=dossier.text(moved.reason, "reason"))


def _is_request(one: CaseEscalated, helped: ManualTask) -> bool:
    return one.trigger is Trigger.HANDLER_ASKS and one.task_id == helped.id
