"""Cross-department review: every supporting department is heard, then an authority approves or sends back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from complaints.answer_events import ReviewObjected
from complaints.asking import ask
from complaints.authority import chain_of, next_approver
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.errors import AnswerWrong
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
    if approval and approval.is_open:
        return NOTHING
    if approval is None and _goes_back(briefing):
        return _send_back(briefing)
    if case.approvals and not case.approvals[-1].approved:
        return Verdict(facts=(leave(Stage.REVIEW, Exit.SENT_BACK, reason="sent_back_by_authority"),))
    return _ask_approval(briefing)


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


def _goes_back(briefing: Briefing) -> bool:
    """Whether an objection sends the proposal back; after the policy's rounds whoever approves decides all the same."""
    rules = briefing.policy.review
    is_left = briefing.case.objection_rounds < rules.most_rounds
    return rules.on_objection == "send_back" and is_left and bool(briefing.case.objections)


def _send_back(briefing: Briefing) -> Verdict:
    departments = tuple(opinion.department for opinion in briefing.case.objections)
    objected = ReviewObjected(departments=departments, nth=briefing.case.objection_rounds + 1)
    return Verdict(facts=(*_let_go(briefing), objected, leave(Stage.REVIEW, Exit.SENT_BACK, reason="objected")))


def _let_go(briefing: Briefing) -> tuple[TaskRevoked, ...]:
    """Departments whose opinion is no longer waited for."""
    opinions = briefing.case.tasks_of(TaskKind.OPINION)
    return tuple(TaskRevoked(task_id=task.id, reason="quorum_reached") for task in opinions if task.is_open)


def _ask_approval(briefing: Briefing) -> Verdict:
    """Ask the next authority, or move on when all have approved whose word is needed."""
    case = briefing.case
    proposer = case.findings.proposed_by if case.findings else ""
    following = next_approver(briefing, proposer=proposer)
    if following is None:
        return Verdict(facts=(leave(Stage.REVIEW, Exit.DONE),))
    judge, role = following
    amount = sum(remedy.amount for remedy in case.findings.remedies) if case.findings else 0
    asks = {"role": role.value, "amount": f"{amount:.15g}", "proposed_by": proposer, **_step_of(briefing, judge)}
    return Verdict(facts=_let_go(briefing)) + ask(briefing, TaskKind.APPROVAL, assignee=judge, asks=asks)


def _step_of(briefing: Briefing, judge: str) -> dict[str, str]:
    """Where in a chain of several approvals a task stands, and who approved before: nobody else of them gets it."""
    given = briefing.case.approvals
    if not given and not chain_of(briefing):
        return {}
    others = (approval.by for approval in given if approval.by != judge)
    return {"step": str(len(given) + 1), "approved_by": " ".join(others)}


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
    """An authority approved or sent back; nobody approves twice."""
    if post.by in task.asks.get("approved_by", "").split():
        raise AnswerWrong({"decision": "approved_before"})
    paper = post.stationery.paper(0, kind="approval", content={"reason": form.reason}) if form.reason else None
    fact = ApprovalGiven(
        task_id=task.id,
        approved=form.decision == "approve",
        by=post.by,
        role=Role(task.asks["role"]),
        reason=paper.ref if paper else None,
    )
    return Verdict(facts=(fact,), papers=(paper,) if paper else ())
