"""Acts: what staff may do about their work besides answering it: a form, a rule, and when it may be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

from complaints import duplicates, extending, handover, helping, pausing, regrading
from complaints.answering import fill, strangers
from complaints.briefing import Briefing, Verdict
from complaints.case import ManualTask
from complaints.errors import ActNotOpen, AnswerWrong, TaskClosed
from complaints.words import ActKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from complaints.submission import Submission


@dataclass(frozen=True)
class Act:
    """One act: what is filled in, what follows, and to which work it is open."""

    form: type[BaseModel]
    rule: Callable[..., Verdict]
    """As the desks of complaints/answering.py: `(briefing, task, *, form, post)`."""
    is_open: Callable[[Briefing, ManualTask], bool]
    """Whether whoever holds this open task may do it now; the customer may do none of these."""


ACTS: dict[ActKind, Act] = {
    ActKind.HAND_OVER: Act(handover.HandOverForm, handover.hand_over, lambda _briefing, _task: True),
    ActKind.DECLINE: Act(handover.DeclineForm, handover.decline, handover.may_decline),
    ActKind.ASK_HELP: Act(form=helping.AskHelpForm, rule=helping.ask_help, is_open=helping.may_ask),
    ActKind.REGRADE: Act(form=regrading.RegradeForm, rule=regrading.act, is_open=regrading.may_regrade),
    ActKind.PAUSE: Act(pausing.PauseForm, pausing.pause, pausing.may_pause),
    ActKind.RESUME: Act(pausing.ResumeForm, pausing.resume, pausing.may_resume),
    ActKind.EXTEND: Act(extending.ExtendForm, extending.ask_for_more, extending.may_extend),
    ActKind.DUPLICATE: Act(duplicates.DuplicateForm, duplicates.act, duplicates.may_end_as_duplicate),
}
"""In the order in which pages offer them."""


def acts_open(briefing: Briefing, task: ManualTask) -> tuple[ActKind, ...]:
    """What the holder of a task may do about it now."""
    if not task.is_open or task.is_customers:
        return ()
    return tuple(kind for kind, act in ACTS.items() if act.is_open(briefing, task))


def act(briefing: Briefing, kind: ActKind, post: Submission) -> Verdict:
    """The facts an act makes. TaskClosed, ActNotOpen when it may not be done, AnswerWrong with a message per field."""
    task = briefing.case.tasks.get(post.task_id)
    if task is None or not task.is_open:
        message = f"{post.task_id} is no longer open"
        raise TaskClosed(message)
    if kind not in acts_open(briefing, task):
        message = f"{kind} is not open to {task.id} of {briefing.case.case_no} now"
        raise ActNotOpen(message)
    form = fill(ACTS[kind].form, post.fields)
    if problems := strangers(form, briefing):
        raise AnswerWrong(problems)
    return ACTS[kind].rule(briefing, task, form=form, post=post)
