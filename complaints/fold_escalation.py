"""How the facts of complaints/escalation_events.py change what is known of a case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from complaints import escalation_events as x
from complaints.folding import change, with_task

if TYPE_CHECKING:
    from complaints.case import Case, ManualTask
    from complaints.chain import Entry


@change.register(x.CaseEscalated)
def _(fact: x.CaseEscalated, case: Case, _entry: Entry) -> Case:
    papers = (*case.papers, fact.text) if fact.text else case.papers
    raised = replace(case, escalations=(*case.escalations, fact), papers=papers)
    task = case.tasks.get(fact.task_id or "")
    return with_task(raised, task.id, **_raised(task, fact)) if task else raised


def _raised(task: ManualTask, fact: x.CaseEscalated) -> dict[str, Any]:
    """What changes about the task: who was told is not told again when its deadline passes."""
    changes: dict[str, Any] = {"told": (*task.told, fact.told)}
    if fact.moved:
        former = (*task.former, task.assignee)
        changes |= {"level": max(task.level, fact.level), "assignee": fact.told, "former": former, "warned": False}
    if fact.due_at and fact.due_at != task.due_at:
        changes |= {"due_at": fact.due_at, "warn_at": fact.warn_at or fact.due_at, "warned": False}
    return changes


@change.register(x.HelpGiven)
def _(fact: x.HelpGiven, case: Case, _entry: Entry) -> Case:
    papers = (*case.papers, fact.text) if fact.text else case.papers
    return replace(case, papers=papers)


@change.register(x.IncidentJoined)
def _(fact: x.IncidentJoined, case: Case, _entry: Entry) -> Case:
    return replace(case, incident=fact.incident, incident_cases=fact.cases)


@change.register(x.IncidentGrew)
def _(fact: x.IncidentGrew, case: Case, _entry: Entry) -> Case:
    return replace(case, incident_cases=fact.cases)
