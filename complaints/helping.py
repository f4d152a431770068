"""Helping: somebody asks for help with her work, and whoever stands above takes it over or accompanies it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from complaints.asking import ask
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.escalation_events import CaseEscalated, HelpGiven
from complaints.raising import Cause, raise_case
from complaints.reassigning import HANDLERS_WORK, change_handler, reassign
from complaints.reassigning import Cause as Taken
from complaints.words import HelpReason, TaskKind, Trigger
from complaints.work_events import TaskRevoked

if TYPE_CHECKING:
    from complaints.case import ManualTask
    from complaints.papers import PaperRef
    from complaints.submission import Submission


class AskHelpForm(BaseModel):
    """Why somebody asks for help, in a code and in her words."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    reason_code: HelpReason
    text: str = Field(min_length=1, max_length=4000)


class HelpForm(BaseModel):
    """What whoever was asked decides."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    decision: Literal["take_over", "accompany"]
    text: str = Field(default="", max_length=4000)


def may_ask(briefing: Briefing, task: ManualTask) -> bool:
    """Whether the policy knows help, the task is not itself help, and nobody was asked already."""
    rise = briefing.policy.escalation.triggers.rise(Trigger.HANDLER_ASKS)
    return bool(rise) and task.kind is not TaskKind.HELP and not _help_for(briefing, task)


def ask_help(briefing: Briefing, task: ManualTask, *, form: AskHelpForm, post: Submission) -> Verdict:
    """Somebody asked: the case goes up, and unless the work moved with it, whoever is told decides what to do."""
    paper = post.stationery.paper(0, kind="help_request", content={"text": form.text})
    times = sum(1 for one in briefing.case.escalations if one.trigger is Trigger.HANDLER_ASKS)
    cause = Cause(about=f"{task.id}/{times + 1}", task_id=task.id, reason_code=form.reason_code.value, text=paper.ref)
    raised = raise_case(briefing, Trigger.HANDLER_ASKS, cause=cause)
    return raised + Verdict(papers=(paper,)) + ask_helper(briefing, task, raised)


def ask_helper(briefing: Briefing, task: ManualTask, raised: Verdict) -> Verdict:
    """The question to whoever was told, unless the work moved to her anyway."""
    rule = briefing.policy.escalation.triggers.handler_asks
    told = next((fact for fact in raised.facts if isinstance(fact, CaseEscalated) and not fact.moved), None)
    if told is None or rule is None:
        return NOTHING
    # Who may not judge the work must not come to it by helping either.
    eyes: dict[str, str] = {name: task.asks[name] for name in ("proposed_by", "approved_by") if name in task.asks}
    return ask(
        briefing.after(raised),
        TaskKind.HELP,
        assignee=told.told,
        department=task.department,
        within=rule.answer_within,
        asks={"about_task": task.id, "reason_code": told.reason_code, "asked_by": task.assignee, **eyes},
    )


def give_help(briefing: Briefing, task: ManualTask, *, form: HelpForm, post: Submission) -> Verdict:
    """Whoever was asked takes the work over, or accompanies whoever keeps it; what was done so far is there."""
    helped = briefing.case.tasks[task.asks["about_task"]]
    paper = post.stationery.paper(0, kind="help_answer", content={"text": form.text}) if form.text else None
    takes_over = form.decision == "take_over" and helped.is_open and helped.assignee != post.by
    given = HelpGiven(
        task_id=task.id,
        about_task=helped.id,
        takes_over=takes_over,
        by=post.by,
        previous=helped.assignee,
        text=paper.ref if paper else None,
    )
    moved = _move(briefing, helped, to=post.by, words=given.text) if takes_over else NOTHING
    return Verdict(facts=(given,), papers=(paper,) if paper else ()) + moved


def _move(briefing: Briefing, helped: ManualTask, *, to: str, words: PaperRef | None) -> Verdict:
    """The work goes over; who does the handler's work answers for the case."""
    cause, assignment = Taken("took_over", by=to, words=words), briefing.case.assignment
    moved = reassign(briefing, helped, to=to, cause=cause)
    is_handlers = helped.kind in HANDLERS_WORK and assignment is not None and assignment.handler == helped.assignee
    return moved + change_handler(briefing, to=to, cause=cause) if is_handlers else moved


def decide(briefing: Briefing) -> Verdict:
    """Help for work that is done is no longer needed."""
    tasks = briefing.case.tasks
    for task in briefing.case.open_tasks:
        if task.kind is TaskKind.HELP and not tasks[task.asks["about_task"]].is_open:
            return Verdict(facts=(TaskRevoked(task_id=task.id, reason="work_done"),))
    return NOTHING


def _help_for(briefing: Briefing, task: ManualTask) -> bool:
    return any(one.kind is TaskKind.HELP and one.asks["about_task"] == task.id for one in briefing.case.open_tasks)
