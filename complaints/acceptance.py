"""Acceptance: the chosen handler takes the case on, or declines it and it is assigned again without her."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from complaints.asking import ask
from complaints.assignment_events import HandlerAccepted, HandlerDeclined
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.words import TaskKind

if TYPE_CHECKING:
    from complaints.case import ManualTask
    from complaints.submission import Submission

DeclineReason = Literal["conflict_of_interest", "no_capacity", "not_my_field", "other"]


class AcceptanceForm(BaseModel):
    """The handler's word on a case that was given to her; declining says why."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    decision: Literal["accept", "decline"]
    reason_code: DeclineReason | None = None
    reason: str = Field(default="", max_length=4_000)

    @model_validator(mode="after")
    def _declining_has_a_reason(self) -> AcceptanceForm:
        if self.decision == "decline" and self.reason_code is None:
            message = "reason_code_needed"
            raise ValueError(message)
        if self.decision == "decline" and self.reason_code == "other" and not self.reason:
            message = "reason_needed"
            raise ValueError(message)
        return self


def is_awaited(briefing: Briefing) -> bool:
    """Whether the policy asks the handler, whom the rules chose, to take this case on, and she has not yet."""
    case, levels = briefing.case, briefing.policy.assignment.acceptance.levels
    if case.assignment is None or not case.assignment.by_rule or levels == "never":
        return False
    return case.level in levels and case.accepted_by != case.assignment.handler


def ask_handler(briefing: Briefing) -> Verdict:
    """Ask the handler whether she takes the case, unless she is asked already."""
    case = briefing.case
    asked = case.latest(TaskKind.ACCEPTANCE)
    if case.assignment is None or (asked and asked.is_open):
        return NOTHING
    return ask(
        briefing,
        TaskKind.ACCEPTANCE,
        assignee=case.assignment.handler,
        department=case.assignment.department,
        within=briefing.policy.assignment.acceptance.within,
    )


def answer(briefing: Briefing, task: ManualTask, *, form: AcceptanceForm, post: Submission) -> Verdict:  # noqa: ARG001  one shape for all desks
    """The handler accepted, or declined with a reason."""
    if form.decision == "accept":
        return Verdict(facts=(HandlerAccepted(task_id=task.id, handler=post.by),))
    return declined(task, code=form.reason_code or "other", text=form.reason, post=post)


def declined(task: ManualTask, *, code: str, text: str, post: Submission) -> Verdict:
    """The fact and paper of a case declined."""
    paper = post.stationery.paper(0, kind="decline_reason", content={"reason": text}) if text else None
    fact = HandlerDeclined(task_id=task.id, declined_by=post.by, reason_code=code, reason=paper.ref if paper else None)
    return Verdict(facts=(fact,), papers=(paper,) if paper else ())
