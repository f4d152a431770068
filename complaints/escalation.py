"""Escalation: what happens when time runs out. Nothing is silent, nothing is lost, nothing is told twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints import clocks, extending, helping, holding, pausing, raising
from complaints.authority import rank
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.clock_events import ClockWarned
from complaints.events import ClockMissed
from complaints.four_eyes import barred_from
from complaints.letters import LetterKind, LetterOrder
from complaints.people import holder, hours_of
from complaints.words import CUSTOMER, Role, Stage
from complaints.work_events import TaskEscalated, TaskExpired, TaskReminded, TaskWarned

if TYPE_CHECKING:
    from datetime import datetime

    from complaints.case import Case, ManualTask, RunningClock
    from complaints.policy import EscalationStep


def decide(briefing: Briefing) -> Verdict:
    """The most overdue thing first, one step at a time, so that missed steps are taken in order."""
    case = briefing.case
    if case.stage is None or case.stage is Stage.ARCHIVING:
        return NOTHING
    # Before anything is called late: what stood still meanwhile has more time.
    if settled := pausing.over(briefing) or extending.overtaken(briefing) or helping.decide(briefing):
        return settled
    for task in sorted(case.open_tasks, key=lambda task: (task.due_at, task.id)):
        step = _overdue(briefing, task) if task.due_at <= briefing.now else _warn(briefing, task)
        if step:
            return step
    for name, running in sorted(case.clocks.items()):
        if _has_run_out(running, briefing.now):
            return _miss(briefing, name, running)
        if _is_about_to(running, briefing.now):
            return _warn_of(briefing, name, running)
    return raising.decide(briefing)


def next_alarm(case: Case) -> datetime | None:
    """The next moment at which time alone changes what `decide` or a stage would say; None once the case is archived.

    An open case that waits for nobody and nothing is in motion: it must be looked at now, so no case can fall asleep.
    """
    if case.stage is None:
        return None
    moments = [task.due_at for task in case.open_tasks]
    moments += [task.warn_at for task in case.open_tasks if not task.warned and not task.is_customers]
    moments += [moment for running in case.clocks.values() if running.is_running for moment in _moments_of(running)]
    if case.standstill:
        moments.append(case.standstill.ends_at)
    if case.stage is Stage.CALLBACK and case.callback and not case.open_tasks and case.callback_answer is None:
        moments.append(case.callback.at)
    return min(moments, default=case.last_at)


def _overdue(briefing: Briefing, task: ManualTask) -> Verdict:
    if task.is_customers:
        return _customer_is_silent(briefing, task)
    path = briefing.policy.escalation.path
    for level in range(task.level + 1, len(path) + 1):
        told = _next_person(briefing, task, path[level - 1].role)
        if told:
            return _step_up(briefing, task, level=level, told=told)
    return _remind_after_top(briefing, task)


def _next_person(briefing: Briefing, task: ManualTask, role: Role) -> str | None:
    """Who stands at this step: above the assignee, not told before, and never the proposer of what is to be judged."""
    assignee = briefing.roster.staff.get(task.assignee)
    if assignee and 0 < rank(role) <= max(map(rank, assignee.roles), default=0):
        return None
    department = task.department or (assignee.department if assignee else None)
    # Neither who proposed what is judged here nor who approved it before may be given the judging.
    barred = barred_from(briefing, task.asks)
    return holder(briefing, role, department=department, avoid=(task.assignee, *barred, *task.told, *task.former))


def _step_up(briefing: Briefing, task: ManualTask, *, level: int, told: str) -> Verdict:
    policy = briefing.policy
    step: EscalationStep = policy.escalation.path[level - 1]
    # Counted from the missed deadline, not from now: after downtime the missed steps follow one another in order.
    due_at = clocks.due(task.due_at, step.extends_by, policy.calendar)
    warned = told if step.moves_work else task.assignee
    escalated = TaskEscalated(
        task_id=task.id,
        level=level,
        trigger="deadline_passed",
        role=step.role,
        told=told,
        moved=step.moves_work,
        previous=task.assignee,
        missed_due_at=task.due_at,
        warn_at=clocks.warning(task.due_at, due_at, policy.limits.warning_fraction, hours_of(briefing, warned)),
        due_at=due_at,
        late=due_at <= briefing.now,
    )
    return Verdict(facts=(escalated,), letters=_notices(task, escalated))


def _notices(task: ManualTask, escalated: TaskEscalated) -> tuple[LetterOrder, ...]:
    """One notice per (case, task, level, deadline); when the work moves, the former assignee is told too."""
    about = f"{task.id}/{escalated.level}/{escalated.missed_due_at:%Y%m%dT%H%M%S.%f}"
    moved = "yes" if escalated.moved else "no"
    details = (
        ("level", str(escalated.level)),
        ("missed_due_at", escalated.missed_due_at.isoformat()),
        ("moved", moved),
        ("previous", escalated.previous),
    )
    told = LetterOrder(
        kind=LetterKind.TASK_ESCALATED,
        to=escalated.told,
        key=f"{LetterKind.TASK_ESCALATED}/{about}",
        task_id=task.id,
        details=details,
    )
    if not escalated.moved:
        return (told,)
    taken = LetterOrder(
        kind=LetterKind.TASK_MOVED,
        to=escalated.previous,
        key=f"{LetterKind.TASK_MOVED}/{about}",
        task_id=task.id,
        details=(("moved_to", escalated.told),),
    )
    return told, taken


def _remind_after_top(briefing: Briefing, task: ManualTask) -> Verdict:
    """Beyond the top there is no silence but a reminder, daily by default; reminders missed in downtime are one."""
    policy = briefing.policy
    due_at = clocks.due(briefing.now, policy.escalation.remind_after_top, policy.calendar)
    count = task.reminders + 1
    letter = LetterOrder(
        kind=LetterKind.TASK_REMINDER,
        to=task.assignee,
        key=f"{LetterKind.TASK_REMINDER}/{task.id}/{count}",
        task_id=task.id,
        details=(("count", str(count)),),
    )
    return Verdict(facts=(TaskReminded(task_id=task.id, count=count, due_at=due_at),), letters=(letter,))


def _customer_is_silent(briefing: Briefing, task: ManualTask) -> Verdict:
    policy = briefing.policy
    if task.reminders >= policy.escalation.customer_reminders:
        return Verdict(facts=(TaskExpired(task_id=task.id),))
    count = task.reminders + 1
    due_at = clocks.due(briefing.now, policy.escalation.customer_extends_by, policy.calendar)
    letter = LetterOrder(
        kind=LetterKind.CUSTOMER_REMINDER,
        to=CUSTOMER,
        key=f"{LetterKind.CUSTOMER_REMINDER}/{task.id}/{count}",
        task_id=task.id,
        details=(("count", str(count)),),
    )
    return Verdict(facts=(TaskReminded(task_id=task.id, count=count, due_at=due_at),), letters=(letter,))


def _warn(briefing: Briefing, task: ManualTask) -> Verdict:
    if task.is_customers or task.warned or task.warn_at > briefing.now:
        return NOTHING
    letter = LetterOrder(
        kind=LetterKind.TASK_WARNING,
        to=task.assignee,
        key=f"{LetterKind.TASK_WARNING}/{task.id}/{task.level}",
        task_id=task.id,
    )
    return Verdict(facts=(TaskWarned(task_id=task.id, due_at=task.due_at),), letters=(letter,))


def _has_run_out(running: RunningClock, now: datetime) -> bool:
    return running.is_running and running.clock.due_at <= now


def _is_about_to(running: RunningClock, now: datetime) -> bool:
    warn_at = running.clock.warn_at
    return running.is_running and not running.warned and not running.paused and bool(warn_at and warn_at <= now)


def _moments_of(running: RunningClock) -> tuple[datetime, ...]:
    """When a clock is warned of, and when it runs out; one that stands still is not warned of."""
    warn_at = running.clock.warn_at
    if warn_at is None or running.warned or running.paused:
        return (running.clock.due_at,)
    return warn_at, running.clock.due_at


def _warn_of(briefing: Briefing, name: str, running: RunningClock) -> Verdict:
    """Whoever has the case is warned, unless she was warned just now of her own work in it: that says the same."""
    warned = ClockWarned(name=name, due_at=running.clock.due_at)
    told = _whoever_has_it(briefing)
    if told is None or _was_just_warned(briefing, told):
        return Verdict(facts=(warned,))
    key = f"{LetterKind.CLOCK_WARNING}/{name}/{running.clock.due_at:%Y%m%dT%H%M%S}"
    letter = LetterOrder(kind=LetterKind.CLOCK_WARNING, to=told, key=key, details=(("clock", name),))
    return Verdict(facts=(warned,), letters=(letter,))


def _whoever_has_it(briefing: Briefing) -> str | None:
    """Its handler, or who took her work over; before there is one, who holds its most urgent work; else a manager."""
    case = briefing.case
    held = sorted((task for task in case.open_tasks if not task.is_customers), key=lambda task: (task.due_at, task.id))
    if case.assignment:
        handler = case.assignment.handler
        return next((task.assignee for task in held if handler in task.former), handler)
    return held[0].assignee if held else holder(briefing, Role.COMPLAINTS_MANAGER)


def _was_just_warned(briefing: Briefing, staff_id: str) -> bool:
    policy, now = briefing.policy, briefing.now
    return any(
        clocks.due(task.warned_at, policy.limits.one_warning_within, policy.calendar) > now
        for task in briefing.case.open_tasks
        if task.assignee == staff_id and task.warned and task.warned_at
    )


def _miss(briefing: Briefing, name: str, running: RunningClock) -> Verdict:
    case = briefing.case
    missed = ClockMissed(name=name, due_at=running.clock.due_at)
    department = case.assignment.department if case.assignment else None
    told = holder(briefing, Role.COMPLAINTS_MANAGER, department=department)
    if told is None or running.clock.kind == "window":
        return Verdict(facts=(missed,)) + holding.hold(briefing, name)
    letter = LetterOrder(
        kind=LetterKind.CLOCK_MISSED, to=told, key=f"{LetterKind.CLOCK_MISSED}/{name}", details=(("clock", name),)
    )
    return Verdict(facts=(missed,), letters=(letter,)) + holding.hold(briefing, name)
