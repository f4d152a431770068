"""Pausing: the house waits for somebody else, and the clocks whose rule allows it stand still until that is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from complaints import clocks
from complaints.asking import to_customer
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.clock_events import ClocksPaused, ClocksResumed, Held, Resumed
from complaints.durations import parse_duration
from complaints.errors import AnswerWrong
from complaints.letters import LetterKind, LetterOrder
from complaints.policy_clocks import CUSTOMER_INFORMATION, HOUSE
from complaints.words import SYSTEM, TaskKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from complaints.case import Case, ManualTask, RunningClock
    from complaints.durations import Unit
    from complaints.papers import PaperRef
    from complaints.policy import Policy
    from complaints.policy_parts import Calendar
    from complaints.submission import Submission

HANDLERS_WORK = frozenset({TaskKind.FINDINGS, TaskKind.LETTER, TaskKind.REMEDY})
"""The work of whoever answers for the case: she may stop its clocks and ask for more time."""


class PauseForm(BaseModel):
    """What is waited for, a reason of the policy; a customer who is waited for reads the note as our question."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    reason: str = Field(min_length=1, max_length=80)
    note: str = Field(default="", max_length=4000)


class ResumeForm(BaseModel):
    """What became of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    note: str = Field(default="", max_length=4000)


# --- stopping -----------------------------------------------------------------


def may_pause(briefing: Briefing, task: ManualTask) -> bool:
    """Whether a clock runs that the holder of this work may stop now."""
    return task.kind in HANDLERS_WORK and briefing.case.standstill is None and bool(reasons(briefing))


def reasons(briefing: Briefing) -> tuple[str, ...]:
    """The reasons of the policy for which at least one running clock may stand still."""
    policy = briefing.policy
    return tuple(code for code in policy.pauses if any(_pausable(briefing.case, policy, code)))


def pause(briefing: Briefing, task: ManualTask, *, form: PauseForm, post: Submission) -> Verdict:
    """Stop the clocks that allow this reason, and the open work of whoever waits."""
    if briefing.case.standstill is not None:
        raise AnswerWrong({"reason": "paused_already"})
    if form.reason not in briefing.policy.pauses:
        raise AnswerWrong({"reason": "unknown_choice"})
    if form.reason not in reasons(briefing):
        raise AnswerWrong({"reason": "no_clock_may_pause"})
    asks = waits_for_customer(briefing.policy, form.reason) and briefing.case.reachable_by_mail
    if asks and not form.note:
        raise AnswerWrong({"note": "question_needed"})
    paper = post.stationery.paper(0, kind="pause_note", content={"note": form.note}) if form.note else None
    resting = tuple(one for one in briefing.case.open_tasks if one.assignee == task.assignee)
    stopped = _stop(briefing, form.reason, by=post.by, resting=resting)
    fact = stopped.model_copy(update={"note": paper.ref, "asks_customer": asks}) if paper else stopped
    return Verdict(facts=(fact,), papers=(paper,) if paper else (), letters=_question(briefing, fact))


def waits_for_customer(policy: Policy, reason: str) -> bool:
    """Whether the house waits for the customer herself then."""
    rule = policy.pauses.get(reason)
    return rule is not None and rule.waits_for == "customer"


def _question(briefing: Briefing, stopped: ClocksPaused) -> tuple[LetterOrder, ...]:
    """Time must not stand still for an answer that nobody asked her for."""
    if stopped.note is None or not stopped.asks_customer:
        return ()
    told = {"by": stopped.by, "note": stopped.note.id, "ends_at": stopped.ends_at.isoformat()}
    return to_customer(briefing, LetterKind.QUESTION, about=stopped.note.id, **told)


def stop_for_customer(briefing: Briefing) -> Verdict:
    """The customer is asked to complete her record: her time is not the house's, where the policy says so.

    It is noted even while no clock runs that could stand still: those that are counted from receipt start later.
    """
    policy = briefing.policy
    allowed = any(CUSTOMER_INFORMATION in rule.pauses for rule in policy.clocks.values())
    known = allowed and CUSTOMER_INFORMATION in policy.pauses
    if not (policy.intake.asking_pauses_clocks and known and briefing.case.standstill is None):
        return NOTHING
    return Verdict(facts=(_stop(briefing, CUSTOMER_INFORMATION, by=SYSTEM, resting=()),))


def _stop(briefing: Briefing, reason: str, *, by: str, resting: tuple[ManualTask, ...]) -> ClocksPaused:
    policy, now = briefing.policy, briefing.now
    ends_at = clocks.due(now, policy.pauses[reason].longest, policy.calendar)
    longest = clocks.Pause(now, ends_at)
    return ClocksPaused(
        reason=reason,
        by=by,
        ends_at=ends_at,
        clocks=tuple(
            _hold(_Stopped.clock(running, policy), longest) for running in _pausable(briefing.case, policy, reason)
        ),
        tasks=tuple(_hold(_Stopped.task(one, policy), longest) for one in resting),
    )


def _pausable(case: Case, policy: Policy, reason: str) -> Iterator[RunningClock]:
    for name, running in case.clocks.items():
        rule = policy.clocks.get(name)
        if running.is_running and rule and reason in rule.pauses:
            yield running


class _Stopped(NamedTuple):
    """Something with a due time, in the unit and by the calendar in which it is counted."""

    name: str
    due_at: datetime
    warn_at: datetime | None
    unit: Unit
    calendar: Calendar
    open_hours: Calendar
    """People are warned while the house is open, whatever calendar the clock runs by."""

    @classmethod
    def clock(cls, running: RunningClock, policy: Policy) -> _Stopped:
        clock = running.clock
        rule = policy.clocks.get(clock.name)
        calendar = policy.calendar_of(rule.calendar if rule else HOUSE)
        unit = parse_duration(clock.limit).unit
        return cls(clock.name, clock.due_at, clock.warn_at, unit, calendar, policy.calendar)

    @classmethod
    def task(cls, task: ManualTask, policy: Policy) -> _Stopped:
        unit = parse_duration(task.within).unit
        return cls(task.id, task.due_at, task.warn_at, unit, policy.calendar, policy.calendar)

    def after(self, pause: clocks.Pause) -> Resumed:
        """As it runs on after a pause, with what was left of it."""
        due_at = clocks.after_pause(self.due_at, pause, unit=self.unit, calendar=self.calendar)
        warn_at = self.warn_at
        if warn_at is not None and warn_at > pause.since:
            later = clocks.after_pause(warn_at, pause, unit=self.unit, calendar=self.calendar)
            warn_at = min(clocks.next_opening(later, self.open_hours), due_at)
        return Resumed(name=self.name, due_at=due_at, warn_at=warn_at)


def _hold(stopped: _Stopped, longest: clocks.Pause) -> Held:
    latest = stopped.after(longest)
    return Held(
        name=stopped.name,
        was_due_at=stopped.due_at,
        was_warn_at=stopped.warn_at,
        due_at=latest.due_at,
        warn_at=latest.warn_at,
    )


# --- running on ---------------------------------------------------------------


def may_resume(briefing: Briefing, task: ManualTask) -> bool:
    """Whether the holder of this work may let the clocks run on."""
    return task.kind in HANDLERS_WORK and briefing.case.standstill is not None


def resume(briefing: Briefing, task: ManualTask, *, form: ResumeForm, post: Submission) -> Verdict:  # noqa: ARG001  one shape for all acts
    """What was waited for came: the clocks run on from now."""
    if briefing.case.standstill is None:
        raise AnswerWrong({"note": "not_paused"})
    paper = post.stationery.paper(0, kind="pause_note", content={"note": form.note}) if form.note else None
    end = _End(briefing.now, "handler", post.by)
    fact = _run_on(briefing, end, note=paper.ref if paper else None)
    return Verdict(facts=(fact,), papers=(paper,) if paper else ())


def over(briefing: Briefing) -> Verdict:
    """The clocks run on by themselves once a pause is over; nothing while it goes on, or there is none."""
    end = _ended(briefing)
    if end is None:
        return NOTHING
    fact = _run_on(briefing, end, note=None)
    return Verdict(facts=(fact,), letters=tuple(_go_on(briefing, fact, held.name) for held in fact.tasks))


def _go_on(briefing: Briefing, resumed: ClocksResumed, task_id: str) -> LetterOrder:
    """Her work rested while she waited: whoever has it now is told that it goes on, why, and until when."""
    to = briefing.case.tasks[task_id].assignee
    return LetterOrder(
        kind=LetterKind.TASK_ASKED,
        to=to,
        key=f"{LetterKind.TASK_ASKED}/{task_id}/{to}/resumed/{resumed.until:%Y%m%dT%H%M%S}",
        task_id=task_id,
        details=(("resumed", resumed.because),),
    )


class _End(NamedTuple):
    """When a pause ended, why, and by whom."""

    at: datetime
    because: str
    by: str = SYSTEM


def _ended(briefing: Briefing) -> _End | None:
    """Whether what was waited for came: an answer, the work done without it, or the longest time over."""
    case = briefing.case
    still = case.standstill
    if still is None:
        return None
    ends = [_End(still.ends_at, "longest")] if briefing.now >= still.ends_at else []
    rule = briefing.policy.pauses.get(still.reason)
    if still.came_at and rule and rule.waits_for == "customer":
        ends.append(_End(still.came_at, "answered"))
    work = [case.tasks[held.name] for held in still.tasks]
    if still.by == SYSTEM:
        work = [task for task in case.tasks_of(TaskKind.COMPLETION, this_visit=False) if task.asked_at >= still.since]
    done = [task.closed_at for task in work if task.closed_at]
    if work and len(done) == len(work):
        ends.append(_End(max(done), "answered"))
    return min(ends, default=None)


def _run_on(briefing: Briefing, end: _End, *, note: PaperRef | None) -> ClocksResumed:
    case, policy = briefing.case, briefing.policy
    still = case.standstill
    if still is None:
        message = f"no clock of {case.case_no} stands still"
        raise ValueError(message)
    pause = clocks.Pause(still.since, end.at)
    held_clocks = [(held, case.clocks[held.name]) for held in still.clocks]
    held_tasks = [(held, case.tasks[held.name]) for held in still.tasks]
    return ClocksResumed(
        reason=still.reason,
        by=end.by,
        because=end.because,
        since=still.since,
        until=end.at,
        clocks=tuple(
            _Stopped.clock(running, policy)._replace(due_at=held.was_due_at, warn_at=held.was_warn_at).after(pause)
            for held, running in held_clocks
            if running.is_running
        ),
        tasks=tuple(
            _Stopped.task(task, policy)._replace(due_at=held.was_due_at, warn_at=held.was_warn_at).after(pause)
            for held, task in held_tasks
            if task.is_open
        ),
        note=note,
    )
