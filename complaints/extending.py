"""Extending: the handler asks for more time, somebody with the authority grants it, the customer is told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from complaints import clocks
from complaints.asking import ask, to_customer
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.clock_events import ClockExtended, ExtensionAsked, ExtensionDecided
from complaints.clocks_of_case import warn_at
from complaints.errors import AnswerWrong
from complaints.letters import LetterKind, LetterOrder
from complaints.pausing import HANDLERS_WORK
from complaints.people import someone
from complaints.words import TaskKind
from complaints.work_events import TaskRevoked

if TYPE_CHECKING:
    from datetime import datetime

    from complaints.case import ManualTask
    from complaints.papers import Paper
    from complaints.policy_clocks import Extension
    from complaints.submission import Submission


class ExtendForm(BaseModel):
    """Which clock needs more time, and why: a reason of the policy, and a word to whoever decides."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    clock: str = Field(min_length=1, max_length=80)
    reason: str = Field(min_length=1, max_length=80)
    note: str = Field(min_length=1, max_length=4000)


class ExtensionForm(BaseModel):
    """Granted or refused; a refusal says why."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    decision: Literal["grant", "refuse"]
    reason: str = Field(default="", max_length=4000)

    @model_validator(mode="after")
    def _refusal_says_why(self) -> ExtensionForm:
        if self.decision == "refuse" and not self.reason:
            message = "reason_needed"
            raise ValueError(message)
        return self


# --- asking for it ------------------------------------------------------------


def may_extend(briefing: Briefing, task: ManualTask) -> bool:
    """Whether the holder of this work may ask for more time for any clock."""
    return task.kind in HANDLERS_WORK and bool(extendable(briefing))


def extendable(briefing: Briefing) -> dict[str, Extension]:
    """The clocks that may get more time, with the rule of each: they run, and nobody is asked about them yet."""
    case = briefing.case
    asked = {task.asks["clock"] for task in case.open_tasks if task.kind is TaskKind.EXTENSION}
    found = {}
    for name, running in case.clocks.items():
        rule = briefing.policy.clocks.get(name)
        in_time = running.is_running and briefing.now < running.clock.due_at
        if rule and rule.extension and in_time and name not in asked and running.extended < rule.extension.times:
            found[name] = rule.extension
    return found


def ask_for_more(briefing: Briefing, task: ManualTask, *, form: ExtendForm, post: Submission) -> Verdict:
    """Somebody with the authority is asked, and never whoever asks."""
    rule = extendable(briefing).get(form.clock)
    if rule is None:
        raise AnswerWrong({"clock": "not_extendable"})
    if form.reason not in rule.reasons:
        raise AnswerWrong({"reason": "unknown_choice"})
    paper = post.stationery.paper(0, kind="extension_note", content={"note": form.note})
    approver = someone(briefing, rule.approver, department=task.department, avoid=(post.by, task.assignee))
    asking = ask(
        briefing,
        TaskKind.EXTENSION,
        assignee=approver,
        department=task.department,
        within=rule.decide_within,
        asks={"clock": form.clock, "reason": form.reason, "by": str(rule.by), "proposed_by": post.by},
    )
    task_id = f"{TaskKind.EXTENSION}-{len(briefing.case.tasks_of(TaskKind.EXTENSION, this_visit=False)) + 1}"
    fact = ExtensionAsked(task_id=task_id, clock=form.clock, reason=form.reason, by=post.by, note=paper.ref)
    return Verdict(facts=(fact,), papers=(paper,)) + asking


# --- deciding it --------------------------------------------------------------


def decide_extension(briefing: Briefing, task: ManualTask, *, form: ExtensionForm, post: Submission) -> Verdict:
    """Granted: the clock gets its time and the customer a letter. Either way whoever asked is told."""
    paper = post.stationery.paper(0, kind="extension_reason", content={"reason": form.reason}) if form.reason else None
    granted = form.decision == "grant"
    decided = ExtensionDecided(
        task_id=task.id,
        clock=task.asks["clock"],
        approved=granted,
        by=post.by,
        reason=paper.ref if paper else None,
    )
    letter = LetterOrder(
        kind=LetterKind.EXTENSION_DECIDED,
        to=task.asks["proposed_by"],
        key=f"{LetterKind.EXTENSION_DECIDED}/{task.id}",
        task_id=task.id,
        details=(("granted", "yes" if granted else "no"), ("reason", paper.id if paper else "")),
    )
    papers: tuple[Paper, ...] = (paper,) if paper else ()
    said = Verdict(facts=(decided,), letters=(letter,), papers=papers)
    return said + _extend(briefing, task, by=post.by) if granted else said


def _extend(briefing: Briefing, task: ManualTask, *, by: str) -> Verdict:
    """More time is counted from when the clock runs out as it stands; one that has run out cannot be stretched."""
    policy, name = briefing.policy, task.asks["clock"]
    running, rule = briefing.case.clocks[name], policy.clocks[name]
    if rule.extension is None or not running.is_running or briefing.now >= running.clock.due_at:
        raise AnswerWrong({"decision": "clock_over"})
    length = rule.extension.by
    due_at = clocks.due(running.clock.due_at, length, policy.calendar_of(rule.calendar))
    held = _held_until(briefing, name)
    fact = ClockExtended(
        clock=name,
        length=str(length),
        reason=task.asks["reason"],
        asked_by=task.asks["proposed_by"],
        approved_by=by,
        previous_due_at=running.clock.due_at,
        due_at=due_at,
        warn_at=warn_at(rule, running.clock.started_at, due_at, policy),
        held_due_at=clocks.due(held, length, policy.calendar_of(rule.calendar)) if held else None,
    )
    return Verdict(facts=(fact,), letters=_notice(briefing, fact))


def _held_until(briefing: Briefing, name: str) -> datetime | None:
    """When a clock that stands still would have run out had nothing stopped it."""
    still = briefing.case.standstill
    return next((held.was_due_at for held in still.clocks if held.name == name), None) if still else None


def _notice(briefing: Briefing, fact: ClockExtended) -> tuple[LetterOrder, ...]:
    return to_customer(
        briefing,
        LetterKind.EXTENSION_NOTICE,
        about=f"{fact.clock}/{fact.due_at:%Y%m%dT%H%M%S}",
        clock=fact.clock,
        reason=fact.reason,
        # While a clock stands still its time as it stands is the latest, and not what she was told when it ran.
        previous_due_at=(_held_until(briefing, fact.clock) or fact.previous_due_at).isoformat(),
        due_at=fact.due_at.isoformat(),
        latest="yes" if fact.held_due_at else "no",
    )


def overtaken(briefing: Briefing) -> Verdict:
    """Nobody need decide any more about a clock that was met or has run out."""
    spare = tuple(
        TaskRevoked(task_id=task.id, reason="clock_over")
        for task in briefing.case.open_tasks
        if task.kind is TaskKind.EXTENSION and not briefing.case.clocks[task.asks["clock"]].is_running
    )
    return Verdict(facts=spare) if spare else NOTHING
