"""Cross-department review: every supporting department is heard, then an authority approves or sends back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from complaints.asking import ask
from complaints.authority import approver
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.moves import leave
from complaints.people import someone
from complaints.words import Exit, OpinionVerdict, Role, Stage, TaskKind
from complaints.work_events import ApprovalGiven, OpinionGiven, TaskRevoked

if TYPE_CHECKING:
    from complaints.case import ManualTask
    from complaints.submission import Submission


class OpinionForm(BaseModel):
    """A department's opinion; an objection needs its reason."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    verdict: OpinionVerdict
    reason: str = Field(default="", max_length=10_000)

    @model_validator(mode="after")
    def _objection_has_reason(self) -> OpinionForm:
        if self.verdict is OpinionVerdict.OBJECT and not self.reason:
            message = "reason_needed"
            raise ValueError(message)
        return self


class ApprovalForm(BaseModel):
    """An authority's word; sending back needs reasons."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    decision: Literal["approve", "send_back"]
    reason: str = Field(default="", max_length=10_000)

    @model_validator(mode="after")
    def _sending_back_has_reason(self) -> ApprovalForm:
        if self.decision == "send_back" and not self.reason:
            message = "reason_needed"
            raise ValueError(message)
        return self


def decide(briefing: Briefing) -> Verdict:
    """Hear the departments, then ask the authority, then move on or back."""
    case = briefing.case
    opinions = case.tasks_of(TaskKind.OPINION)
    supporting = case.assignment.supporting if case.assignment else ()
    if supporting and not opinions:
        return _ask_opinions(briefing, supporting)
    if not _is_heard(briefing):
        return NOTHING
    approval = case.latest(TaskKind.APPROVAL)
    if approval is None:
        return _ask_approval(briefing)
    if approval.is_open:
        return NOTHING
    approved = case.approvals[-1].approved
    exit_by = Exit.DONE if approved else Exit.SENT_BACK
    return Verdict(facts=(leave(Stage.REVIEW, exit_by, reason="" if approved else "sent_back_by_authority"),))


def _ask_opinions(briefing: Briefing, departments: tuple[str, ...]) -> Verdict:
    whole = NOTHING
    for nth, department in enumerate(departments, start=1):
        spokesperson = someone(briefing, Role.TEAM_LEAD, Role.DEPARTMENT_HEAD, department=department)
        whole += ask(briefing, TaskKind.OPINION, assignee=spokesperson, department=department, nth=nth)
    return whole


def _is_heard(briefing: Briefing) -> bool:
    opinions = briefing.case.tasks_of(TaskKind.OPINION)
    quorum = briefing.policy.review.quorum
    needed = len(opinions) if quorum == "all" else min(quorum, len(opinions))
    return sum(1 for task in opinions if not task.is_open) >= needed


def _ask_approval(briefing: Briefing) -> Verdict:
    case = briefing.case
    late = tuple(
        TaskRevoked(task_id=task.id, reason="quorum_reached")
        for task in case.tasks_of(TaskKind.OPINION)
        if task.is_open
    )
    proposer = case.findings.proposed_by if case.findings else ""
    judge, role = approver(briefing, proposer=proposer)
    amount = sum(remedy.amount for remedy in case.findings.remedies) if case.findings else 0
    asks = {"role": role.value, "amount": f"{amount:.15g}", "proposed_by": proposer}
    asked = ask(briefing, TaskKind.APPROVAL, assignee=judge, asks=asks)
    return Verdict(facts=late) + asked


def give_opinion(briefing: Briefing, task: ManualTask, *, form: OpinionForm, post: Submission) -> Verdict:  # noqa: ARG001  one shape for all desks
    """A department spoke."""
    paper = post.stationery.paper(0, kind="opinion", content={"reason": form.reason}) if form.reason else None
    fact = OpinionGiven(
        task_id=task.id,
        department=task.department or "",
        verdict=form.verdict,
        reason=paper.ref if paper else None,
    )
    return Verdict(facts=(fact,), papers=(paper,) if paper else ())


def approve(briefing: Briefing, task: ManualTask, *, form: ApprovalForm, post: Submission) -> Verdict:  # noqa: ARG001  one shape for all desks
    """An authority approved or sent back."""
    paper = post.stationery.paper(0, kind="approval", content={"reason": form.reason}) if form.reason else None
    fact = ApprovalGiven(
        task_id=task.id,
        approved=form.decision == "approve",
        by=post.by,
        role=Role(task.asks["role"]),
        reason=paper.ref if paper else None,
    )
    return Verdict(facts=(fact,), papers=(paper,) if paper else ())
