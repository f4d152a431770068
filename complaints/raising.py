"""Raising: what takes a whole case up besides a missed deadline, each occasion once, with nothing of its work lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints import clocks
from complaints.authority import rank
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.escalation_events import CaseEscalated
from complaints.four_eyes import barred_from
from complaints.grading import levels_of
from complaints.incidents import number_of
from complaints.letters import LetterKind, LetterOrder
from complaints.people import holder, hours_of, someone
from complaints.words import CustomerDecision, Stage, Trigger

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from complaints.case import ManualTask
    from complaints.papers import PaperRef
    from complaints.policy_triggers import Rise
    from complaints.words import Role


@dataclass(frozen=True)
class Cause:
    """The occasion on which a trigger fired: it raises a case once."""

    about: str
    task_id: str | None = None
    """The task concerned; without one it is the open task of the case's handler, if there is just that one."""
    reason_code: str = ""
    text: PaperRef | None = None


def raise_case(briefing: Briefing, trigger: Trigger, *, cause: Cause) -> Verdict:
    """Take the case up as the policy's rule for this trigger says; nothing without a rule, or on the same occasion."""
    case, rise = briefing.case, briefing.policy.escalation.triggers.rise(trigger)
    if rise is None or case.stage in {None, Stage.ARCHIVING} or _was_raised(briefing, trigger, cause.about):
        return NOTHING
    task = _concerned(briefing, cause.task_id)
    step = _next_step(briefing, rise, trigger=trigger, task=task)
    escalated = CaseEscalated(
        trigger=trigger,
        about=cause.about,
        level=step.level,
        role=step.role,
        told=step.told,
        also_told=_others(briefing, rise, told=step.told, task=task),
        moved=rise.moves_work and task is not None and task.assignee != step.told,
        reason_code=cause.reason_code,
        text=cause.text,
    )
    whole = _with_work(briefing, rise, escalated, task) if task else escalated
    return Verdict(facts=(whole,), letters=_letters(whole))


def decide(briefing: Briefing) -> Verdict:
    """What the case as it stands gives occasion for, one step at a time."""
    for trigger, occasion in _OCCASIONS.items():
        cause = occasion(briefing)
        step = raise_case(briefing, trigger, cause=cause) if cause else NOTHING
        if step:
            return step
    return NOTHING


def _was_raised(briefing: Briefing, trigger: Trigger, about: str) -> bool:
    return any(one.trigger is trigger and one.about == about for one in briefing.case.escalations)


# --- how far up, and to whom -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Step:
    level: int
    role: Role
    told: str


def _concerned(briefing: Briefing, task_id: str | None) -> ManualTask | None:
    """The named task; else the one open task of staff, when there is no doubt which."""
    if task_id:
        return briefing.case.tasks.get(task_id)
    of_staff = [task for task in briefing.case.open_tasks if not task.is_customers]
    return of_staff[0] if len(of_staff) == 1 else None


def _next_step(briefing: Briefing, rise: Rise, *, trigger: Trigger, task: ManualTask | None) -> _Step:
    """The lowest step allowed whose person was not told yet; after the top, the top again: never silence."""
    case, path = briefing.case, briefing.policy.escalation.path
    before = [one.level for one in case.escalations if one.trigger is trigger]
    barred = {one.told for one in case.escalations}
    if task:
        barred |= {task.assignee, *barred_from(briefing, task.asks), *task.told, *task.former}
    department = _department(briefing, task)
    for level in range(max([rise.level - 1, *before]) + 1, len(path) + 1):
        role = path[level - 1].role
        if _stands_above(briefing, role, task) and (
            told := holder(briefing, role, department=department, avoid=barred)
        ):
            return _Step(level, role, told)
    top = path[-1].role
    return _Step(len(path), top, someone(briefing, top, avoid=(task.assignee,) if task else ()))


def _stands_above(briefing: Briefing, role: Role, task: ManualTask | None) -> bool:
    assignee = briefing.roster.staff.get(task.assignee) if task else None
    return assignee is None or not 0 < rank(role) <= max(map(rank, assignee.roles), default=0)


def _department(briefing: Briefing, task: ManualTask | None) -> str | None:
    if task and task.department:
        return task.department
    assignee = briefing.roster.staff.get(task.assignee) if task else None
    if assignee:
        return assignee.department
    return briefing.case.assignment.department if briefing.case.assignment else None


def _others(briefing: Briefing, rise: Rise, *, told: str, task: ManualTask | None) -> tuple[str, ...]:
    """Whom else the rule tells, each person once."""
    found: list[str] = []
    for role in rise.tell:
        person = holder(briefing, role, department=_department(briefing, task), avoid=(told, *found))
        found += [person] if person else []
    return tuple(found)


def _with_work(briefing: Briefing, rise: Rise, escalated: CaseEscalated, task: ManualTask) -> CaseEscalated:
    """The task concerned, and its deadline from now on: never sooner than it was."""
    now, policy, due_at, warn_at = briefing.now, briefing.policy, task.due_at, task.warn_at
    if rise.extends_by and (later := clocks.due(now, rise.extends_by, policy.calendar)) > due_at:
        due_at = later
        hours = hours_of(briefing, escalated.told if escalated.moved else task.assignee)
        warn_at = clocks.warning(now, due_at, policy.limits.warning_fraction, hours)
    known = {"task_id": task.id, "previous": task.assignee, "late": task.due_at <= now}
    return escalated.model_copy(update={**known, "warn_at": warn_at, "due_at": due_at})


# --- the letters -------------------------------------------------------------------------------------------------


def _letters(escalated: CaseEscalated) -> tuple[LetterOrder, ...]:
    """One notice per case, task, level, deadline and trigger to each who is told; the former assignee hears too."""
    moved = [_moved_letter(escalated)] if escalated.moved and escalated.previous else []
    return (*(_notice(escalated, who) for who in (escalated.told, *escalated.also_told)), *moved)


def _notice(escalated: CaseEscalated, who: str) -> LetterOrder:
    about = f"{escalated.trigger}/{escalated.about}/{_key(escalated.task_id, escalated.level, escalated.due_at)}"
    details = {
        "trigger": escalated.trigger.value,
        "about": escalated.about,
        "mine": "yes" if escalated.moved and who == escalated.told else "no",
    }
    return LetterOrder(
        kind=LetterKind.CASE_ESCALATED,
        to=who,
        key=f"{LetterKind.CASE_ESCALATED}/{about}/{who}",
        task_id=escalated.task_id,
        details=tuple(sorted(details.items())),
    )


def _moved_letter(escalated: CaseEscalated) -> LetterOrder:
    about = _key(escalated.task_id, escalated.level, escalated.due_at)
    return LetterOrder(
        kind=LetterKind.TASK_MOVED,
        to=escalated.previous or "",
        key=f"{LetterKind.TASK_MOVED}/{about}/{escalated.previous}",
        task_id=escalated.task_id,
        details=(("moved_to", escalated.told), ("why", "escalated")),
    )


def _key(task_id: str | None, level: int, due_at: datetime | None) -> str:
    return f"{task_id or '-'}/{level}/{due_at:%Y%m%dT%H%M%S}" if due_at else f"{task_id or '-'}/{level}/-"


# --- the occasions -----------------------------------------------------------------------------------------------


def _customer_came_back(briefing: Briefing) -> Cause | None:
    """Every so many contacts about a case that is not resolved yet, and each of these occasions once."""
    case, rule = briefing.case, briefing.policy.escalation.triggers.customer_contact
    if rule is None or case.stage is Stage.CALLBACK:
        return None
    raised = sum(1 for one in case.escalations if one.trigger is Trigger.CUSTOMER_CONTACT)
    reached = rule.contacts * (raised + 1)
    return Cause(about=f"contact-{reached}") if case.contacts >= reached else None


def _level_is_grave(briefing: Briefing) -> Cause | None:
    case, policy = briefing.case, briefing.policy
    rule = policy.escalation.triggers.level_reached
    if rule is None or case.classification is None:
        return None
    levels = levels_of(policy.grading.scheme, policy.grading)
    is_grave = case.level in levels and levels.index(case.level) + 1 >= rule.from_urgency
    return Cause(about=f"{case.classification.scheme}-{case.level}") if is_grave else None


def _final_offer_was_refused(briefing: Briefing) -> Cause | None:
    """The last round's offer was refused: what follows is the reasoned final decision."""
    case = briefing.case
    refused = case.decision is not None and case.decision.decision is not CustomerDecision.ACCEPT
    if not refused or case.decision is None or case.round < briefing.policy.response.max_rounds:
        return None
    return Cause(about=case.decision.task_id)


def _score_is_low(briefing: Briefing) -> Cause | None:
    rule, answer = briefing.policy.escalation.triggers.low_score, briefing.case.callback_answer
    return Cause(about=answer.task_id) if rule and answer and answer.csat <= rule.at_or_below else None


def _incident_began(briefing: Briefing) -> Cause | None:
    """The first case of an incident tells of it, so that it is told once."""
    case = briefing.case
    return Cause(about=case.incident) if case.incident and case.incident == number_of(case.case_no) else None


_OCCASIONS: dict[Trigger, Callable[[Briefing], Cause | None]] = {
    Trigger.MASS_EVENT: _incident_began,
    Trigger.LEVEL_REACHED: _level_is_grave,
    Trigger.CUSTOMER_CONTACT: _customer_came_back,
    Trigger.FINAL_OFFER_REFUSED: _final_offer_was_refused,
    Trigger.LOW_SCORE: _score_is_low,
}
"""What the state of a case alone tells. Who asks for help is told where it happens."""
