"""How the facts of complaints/work_events.py change what is known of a case."""

from __future__ import annotations

from dataclasses import replace

from complaints import work_events as w
from complaints.case import Case, ManualTask
from complaints.chain import Entry
from complaints.folding import change, close, with_task


@change.register
def _(fact: w.RecordCompleted, case: Case, _entry: Entry) -> Case:
    return replace(case, record=fact.record, reachable_by_mail=fact.reachable_by_mail, completed=True)


@change.register
def _(fact: w.ScreeningDecided, case: Case, _entry: Entry) -> Case:
    return replace(case, screening_decided=fact)


@change.register
def _(fact: w.TaskAsked, case: Case, entry: Entry) -> Case:
    task = ManualTask(
        id=fact.task_id,
        kind=fact.kind,
        stage=fact.stage,
        assignee=fact.assignee,
        department=fact.department,
        round=case.round,
        visit=case.visits.get(fact.stage, 1),
        asked_at=entry.at,
        warn_at=fact.warn_at,
        due_at=fact.due_at,
        within=fact.within,
        asks=fact.asks,
        substitute_of=fact.substitute_of,
    )
    return replace(case, tasks={**case.tasks, fact.task_id: task})


@change.register
def _(fact: w.TaskWarned, case: Case, entry: Entry) -> Case:
    return with_task(case, fact.task_id, warned=True, warned_at=entry.at)


@change.register
def _(fact: w.TaskEscalated, case: Case, _entry: Entry) -> Case:
    task = case.tasks[fact.task_id]
    return with_task(
        case,
        fact.task_id,
        level=fact.level,
        told=(*task.told, fact.told),
        assignee=fact.told if fact.moved else task.assignee,
        former=(*task.former, fact.previous) if fact.moved else task.former,
        warn_at=fact.warn_at,
        due_at=fact.due_at,
        warned=False,
    )


@change.register
def _(fact: w.TaskReminded, case: Case, _entry: Entry) -> Case:
    return with_task(case, fact.task_id, reminders=fact.count, due_at=fact.due_at)


@change.register
def _(fact: w.TaskExpired, case: Case, entry: Entry) -> Case:
    return close(case, fact.task_id, entry, status="expired")


@change.register
def _(fact: w.TaskRevoked, case: Case, entry: Entry) -> Case:
    return close(case, fact.task_id, entry, status="revoked", closed_reason=fact.reason)


@change.register
def _(fact: w.FindingsSubmitted, case: Case, _entry: Entry) -> Case:
    return replace(case, findings=fact, opinions=(), approvals=())


@change.register
def _(fact: w.OpinionGiven, case: Case, _entry: Entry) -> Case:
    return replace(case, opinions=(*case.opinions, fact))


@change.register
def _(fact: w.ApprovalGiven, case: Case, _entry: Entry) -> Case:
    return replace(case, approvals=(*case.approvals, fact))


@change.register
def _(fact: w.LetterApproved, case: Case, _entry: Entry) -> Case:
    return replace(case, letter=fact, final_draft=None, decision=None, papers=(*case.papers, fact.letter))


@change.register
def _(fact: w.CustomerDecided, case: Case, _entry: Entry) -> Case:
    return replace(case, decision=fact)


@change.register
def _(_fact: w.RemedyExecuted, case: Case, _entry: Entry) -> Case:
    return replace(case, remedy_executed=True)


@change.register
def _(fact: w.CallbackAnswered, case: Case, _entry: Entry) -> Case:
    return replace(case, callback_answer=fact)


@change.register
def _(fact: w.CallbackUnanswered, case: Case, _entry: Entry) -> Case:
    callback = case.callback
    if callback and fact.next_at:
        callback = callback.model_copy(update={"at": fact.next_at})
    return replace(case, phone_attempts=fact.attempt, callback=callback)


@change.register
def _(fact: w.ClosureApproved, case: Case, _entry: Entry) -> Case:
    return replace(case, closure_approved=fact.approved)
