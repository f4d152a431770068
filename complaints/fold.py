"""The fold: how each fact changes what is known of a case. No clock, no policy, no decisions here."""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from complaints import events as e
from complaints import work_events as w
from complaints.case import Case, ManualTask, RunningClock
from complaints.chain import Entry
from complaints.fact import Answer
from complaints.words import Exit, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable


def fold(entries: Iterable[Entry], start: Case | None = None) -> Case:
    """The case after these entries, from nothing or from a known start."""
    case = start
    for entry in entries:
        case = apply(case or Case(case_no=entry.case_no), entry)
    if case is None:
        message = "a history has at least one entry"
        raise ValueError(message)
    return case


def apply(case: Case, entry: Entry) -> Case:
    """The case after one more entry."""
    changed = change(entry.fact, case, entry)
    if isinstance(entry.fact, Answer):
        changed = _close(changed, entry.fact.task_id, entry, status="answered")
    return replace(changed, seq=entry.seq, head=entry.hash, last_at=entry.at)


@singledispatch
def change(fact: Any, case: Case, entry: Entry) -> Case:  # noqa: ANN401, ARG001  singledispatch's fallback
    """What a fact changes beyond closing its task; by default nothing."""
    return case


def _close(case: Case, task_id: str, entry: Entry, **how: str) -> Case:
    return _with_task(case, task_id, closed_at=entry.at, closed_by=entry.actor, **how)


def _with_task(case: Case, task_id: str, **changes: Any) -> Case:  # noqa: ANN401  field values
    return replace(case, tasks={**case.tasks, task_id: replace(case.tasks[task_id], **changes)})


@change.register
def _(fact: e.ComplaintReceived, case: Case, entry: Entry) -> Case:
    return replace(
        case,
        process_version=fact.process_version,
        channel=fact.channel,
        language=fact.language,
        customer_type=fact.customer_type,
        customer=fact.customer,
        region=fact.region,
        reachable_by_mail=fact.reachable_by_mail,
        received_at=fact.received_at,
        record=fact.record,
        papers=(fact.record,),
        entered_stage_at=entry.at,
        visits={Stage.INTAKE: 1},
    )


@change.register
def _(fact: e.CaseScreened, case: Case, _entry: Entry) -> Case:
    return replace(case, screening=fact)


@change.register
def _(_fact: e.ComplaintAcknowledged, case: Case, _entry: Entry) -> Case:
    return replace(case, acknowledged=True)


@change.register
def _(fact: e.InformationAdded, case: Case, _entry: Entry) -> Case:
    return replace(case, papers=(*case.papers, fact.paper)) if fact.paper else case


@change.register
def _(fact: w.RecordCompleted, case: Case, _entry: Entry) -> Case:
    return replace(case, record=fact.record, reachable_by_mail=fact.reachable_by_mail, completed=True)


@change.register
def _(fact: w.ScreeningDecided, case: Case, _entry: Entry) -> Case:
    return replace(case, screening_decided=fact)


@change.register
def _(fact: e.EvidenceAdded, case: Case, _entry: Entry) -> Case:
    return replace(case, evidence={**case.evidence, fact.evidence_no: fact.paper})


@change.register
def _(fact: e.CategorySuggested, case: Case, _entry: Entry) -> Case:
    return replace(case, suggestion=fact)


@change.register
def _(fact: e.CaseClassified, case: Case, _entry: Entry) -> Case:
    return replace(case, classification=fact.classification, classified_by_rule=fact.by_rule)


@change.register
def _(fact: e.ClocksStarted, case: Case, _entry: Entry) -> Case:
    started = {clock.name: RunningClock(clock) for clock in fact.clocks}
    return replace(case, clocks={**case.clocks, **started})


@change.register
def _(fact: e.ClockMet, case: Case, _entry: Entry) -> Case:
    met = replace(case.clocks[fact.name], met=True, late=fact.late)
    return replace(case, clocks={**case.clocks, fact.name: met})


@change.register
def _(fact: e.ClockMissed, case: Case, _entry: Entry) -> Case:
    return replace(case, clocks={**case.clocks, fact.name: replace(case.clocks[fact.name], missed=True)})


@change.register
def _(fact: e.CaseAssigned, case: Case, _entry: Entry) -> Case:
    return replace(case, assignment=fact)


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
    )
    return replace(case, tasks={**case.tasks, fact.task_id: task})


@change.register
def _(fact: w.TaskWarned, case: Case, _entry: Entry) -> Case:
    return _with_task(case, fact.task_id, warned=True)


@change.register
def _(fact: w.TaskEscalated, case: Case, _entry: Entry) -> Case:
    task = case.tasks[fact.task_id]
    return _with_task(
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
    return _with_task(case, fact.task_id, reminders=fact.count, due_at=fact.due_at)


@change.register
def _(fact: w.TaskExpired, case: Case, entry: Entry) -> Case:
    return _close(case, fact.task_id, entry, status="expired")


@change.register
def _(fact: w.TaskRevoked, case: Case, entry: Entry) -> Case:
    return _close(case, fact.task_id, entry, status="revoked", closed_reason=fact.reason)


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
    return replace(case, letter=fact, decision=None, papers=(*case.papers, fact.letter))


@change.register
def _(fact: w.CustomerDecided, case: Case, _entry: Entry) -> Case:
    return replace(case, decision=fact)


@change.register
def _(_fact: w.RemedyExecuted, case: Case, _entry: Entry) -> Case:
    return replace(case, remedy_executed=True)


@change.register
def _(fact: e.CallbackScheduled, case: Case, _entry: Entry) -> Case:
    return replace(case, callback=fact)


@change.register
def _(fact: w.CallbackAnswered, case: Case, _entry: Entry) -> Case:
    return replace(case, callback_answer=fact)


@change.register
def _(fact: w.CallbackUnanswered, case: Case, _entry: Entry) -> Case:
    return replace(case, phone_attempts=fact.attempt)


@change.register
def _(fact: w.ClosureApproved, case: Case, _entry: Entry) -> Case:
    return replace(case, closure_approved=fact.approved)


@change.register
def _(_fact: e.ComplaintWithdrawn, case: Case, _entry: Entry) -> Case:
    return replace(case, withdrawn=True)


@change.register
def _(_fact: e.RunInterrupted, case: Case, _entry: Entry) -> Case:
    return replace(case, interruptions=case.interruptions + 1)


@change.register
def _(fact: e.StageClosed, case: Case, entry: Entry) -> Case:
    moved = replace(case, stage=fact.next, last_exit=fact.exit, entered_stage_at=entry.at)
    if fact.next:
        moved = replace(moved, visits={**case.visits, fact.next: case.visits.get(fact.next, 0) + 1})
    if fact.exit is Exit.ON_THE_SPOT:
        moved = replace(moved, not_needed=(Stage.INVESTIGATION, Stage.REVIEW))
    return _new_round(moved) if fact.exit is Exit.NEW_ROUND else moved


def _new_round(case: Case) -> Case:
    """A dissatisfied customer's next pass starts with a clean table; the earlier round stays in the history."""
    return replace(
        case,
        round=case.round + 1,
        not_needed=(),
        findings=None,
        opinions=(),
        approvals=(),
        letter=None,
        decision=None,
        remedy_executed=False,
        callback=None,
        callback_answer=None,
        phone_attempts=0,
        closure_approved=None,
    )


@change.register
def _(fact: e.CaseArchived, case: Case, _entry: Entry) -> Case:
    return replace(case, outcome=fact.outcome, keep_until=fact.keep_until)
