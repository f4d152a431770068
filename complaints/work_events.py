"""What people did: manual tasks asked, moved and ended, and the answers given to them; codes and references only."""

from __future__ import annotations

from datetime import datetime

from complaints.fact import Answer, Fact, Part
from complaints.papers import PaperRef
from complaints.words import CustomerDecision, Exit, Finding, OpinionVerdict, RemedyKind, Role, Scope, Stage, TaskKind


class RecordCompleted(Answer):
    """What was missing was asked for and came (or did not): the record now reads as `record`."""

    type = "record.completed"

    record: PaperRef
    reachable_by_mail: bool
    still_missing: tuple[str, ...]
    completeness: float


class ScreeningDecided(Answer):
    """A person decided a doubtful screening."""

    type = "screening.decided"

    exit: Exit
    reason: PaperRef
    original: str | None = None
    """The case that this one duplicates."""
    referred_to: str | None = None


class ClassificationConfirmed(Answer):
    """A classifier confirmed or corrected the suggestion."""

    type = "classification.confirmed"

    category: str
    impact: int
    urgency: int
    scope: Scope
    reason: PaperRef | None = None


class HandlerDispatched(Answer):
    """A dispatcher named the handler because the rules could not."""

    type = "handler.dispatched"

    department: str
    handler: str
    reason: PaperRef | None = None


class TaskAsked(Fact):
    """A person was asked to do a piece of work; her letter with the link leaves in the same transaction."""

    type = "task.asked"

    task_id: str
    kind: TaskKind
    stage: Stage
    assignee: str
    department: str | None
    within: str
    warn_at: datetime
    due_at: datetime
    asks: dict[str, str]
    """Codes the form needs, e.g. the amount to approve; no personal data."""
    substitute_of: str = ""
    """The absent person in whose place the assignee is asked."""


class TaskWarned(Fact):
    """The assignee was warned that a deadline is near."""

    type = "task.warned"

    task_id: str
    due_at: datetime


class TaskEscalated(Fact):
    """A deadline passed (or another trigger fired) and the next level was told or given the work."""

    type = "task.escalated"

    task_id: str
    level: int
    trigger: str
    role: Role
    told: str
    moved: bool
    previous: str
    missed_due_at: datetime
    warn_at: datetime
    due_at: datetime
    late: bool


class TaskReminded(Fact):
    """An assignee beyond the top of the path, or a customer, was reminded."""

    type = "task.reminded"

    task_id: str
    count: int
    due_at: datetime


class TaskExpired(Fact):
    """A customer's task ended without an answer."""

    type = "task.expired"

    task_id: str


class TaskRevoked(Fact):
    """A task is no longer needed; its link explains why."""

    type = "task.revoked"

    task_id: str
    reason: str


class Allegation(Part):
    """One allegation and what was found; its wording is in the findings paper."""

    number: int
    finding: Finding


class Remedy(Part):
    """What the house offers."""

    kind: RemedyKind
    amount: float = 0.0


class FindingsSubmitted(Answer):
    """The handler's findings, root cause, responsibility and proposed remedy."""

    type = "findings.submitted"

    findings: PaperRef
    allegations: tuple[Allegation, ...]
    cause_code: str
    responsible_department: str | None
    remedies: tuple[Remedy, ...]
    evidence: tuple[str, ...]
    proposed_by: str


class OpinionGiven(Answer):
    """A supporting department's opinion."""

    type = "opinion.given"

    department: str
    verdict: OpinionVerdict
    reason: PaperRef | None = None


class ApprovalGiven(Answer):
    """An authority approved the proposal, sent it back with reasons, or passed it up."""

    type = "approval.given"

    approved: bool
    by: str
    role: Role
    reason: PaperRef | None = None


class LetterApproved(Answer):
    """The written decision is ready and leaves to the customer."""

    type = "letter.approved"

    letter: PaperRef
    remedies: tuple[Remedy, ...]
    final: bool
    signed_by: str


class CustomerDecided(Answer):
    """The customer's decision on the response."""

    type = "customer.decided"

    decision: CustomerDecision
    text: PaperRef | None = None
    keyed_in_by: str | None = None


class RemedyExecuted(Answer):
    """The remedy was carried out, with proof in words or files."""

    type = "remedy.executed"

    proof: PaperRef | None = None
    evidence: tuple[str, ...]


class CallbackAnswered(Answer):
    """CSAT 1..5, whether the matter is resolved, and a comment."""

    type = "callback.answered"

    csat: int
    resolved: bool
    comment: PaperRef | None = None
    by_phone: bool = False


class CallbackUnanswered(Answer):
    """A phone attempt that did not reach the customer."""

    type = "callback.unanswered"

    attempt: int
    next_at: datetime | None = None
    """Not before this moment is the next call asked for; None when this was the last."""


class ClosureApproved(Answer):
    """A manager approved closing a case whose customer is not satisfied, or ordered another round."""

    type = "closure.approved"

    approved: bool
    reason: PaperRef
    by: str
