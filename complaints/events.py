"""What can happen to a case: frozen facts in the past tense, with codes and references only, never a person's data."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from complaints.errors import UnknownEvent
from complaints.papers import PaperRef
from complaints.words import (
    Channel,
    Complexity,
    CustomerDecision,
    CustomerType,
    Exit,
    Finding,
    Language,
    OpinionVerdict,
    Outcome,
    Priority,
    RemedyKind,
    Role,
    Scope,
    Stage,
    TaskKind,
    Urgency,
)

REGISTRY: dict[str, type[Fact]] = {}


class Fact(BaseModel):
    """One thing that happened. `type` is its stored name for ever; `version` rises when its shape changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]
    version: ClassVar[int] = 1

    def __init_subclass__(cls) -> None:
        if "type" in cls.__dict__:
            REGISTRY[cls.type] = cls


class Part(BaseModel):
    """A piece of a fact."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Answer(Fact):
    """A fact that answers a manual task and thereby closes it."""

    task_id: str


# --- intake ----------------------------------------------------------------


class ComplaintReceived(Fact):
    """A complaint was registered; the record itself is a paper."""

    type = "complaint.received"

    record: PaperRef
    channel: Channel
    language: Language
    customer_type: CustomerType
    customer: str
    """Keyed digest of the customer's contact, for finding her other cases without knowing her."""
    region: str
    reachable_by_mail: bool
    received_at: datetime
    received_by: str
    process_version: int


class Lookalike(Part):
    """Another case that resembles this one."""

    case_no: str
    similarity: float
    same_customer: bool
    hours_apart: float


class CaseScreened(Fact):
    """The record was scored and screened by rule."""

    type = "case.screened"

    completeness: float
    missing: tuple[str, ...]
    flags: dict[str, tuple[str, ...]]
    """Risk flag to the policy's words that raised it."""
    lookalikes: tuple[Lookalike, ...]
    doubts: tuple[str, ...]
    """Why a person must look; empty when none need."""


class ComplaintAcknowledged(Fact):
    """The customer was told the case number, next steps and times (or could not be: no e-mail address)."""

    type = "complaint.acknowledged"

    by_mail: bool


class InformationAdded(Fact):
    """Customer or staff added text or files outside a task, or for an information request."""

    type = "information.added"

    paper: PaperRef | None = None
    evidence: tuple[str, ...] = ()
    repeat_contact: bool = False


class RecordCompleted(Answer):
    """What was missing was asked for and came (or did not): the record now reads as `record`."""

    type = "record.completed"

    record: PaperRef
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


class EvidenceAdded(Fact):
    """A file joined the case: its name is in the paper, its bytes in the evidence store."""

    type = "evidence.added"

    evidence_no: str
    paper: PaperRef
    media_type: str
    size: int
    sha256: str
    """Of the salted bytes, as the paper states the salt."""
    added_by: str


# --- classification, clocks, assignment ------------------------------------


class Classification(Part):
    """Category and grade, with the reasons of each."""

    category: str
    scheme: str
    inputs: dict[str, float | str]
    level: str
    severity: str
    scope: Scope
    urgency: Urgency
    priority: Priority
    complexity: Complexity
    reasons: tuple[str, ...]


class CategorySuggested(Fact):
    """The rules suggested a category and level; kept beside what was confirmed, so that accuracy can be counted."""

    type = "category.suggested"

    suggestion: Classification
    confidence: float
    doubts: tuple[str, ...]


class CaseClassified(Fact):
    """Category and level stand."""

    type = "case.classified"

    classification: Classification
    by_rule: bool


class ClassificationConfirmed(Answer):
    """A classifier confirmed or corrected the suggestion."""

    type = "classification.confirmed"

    category: str
    impact: int
    urgency: int
    scope: Scope
    reason: PaperRef | None = None


class Clock(Part):
    """One clock of the case: what must have happened by when."""

    name: str
    limit: str
    started_at: datetime
    due_at: datetime


class ClocksStarted(Fact):
    """Clocks began to run."""

    type = "clocks.started"

    clocks: tuple[Clock, ...]


class ClockMet(Fact):
    """What a clock waited for happened."""

    type = "clock.met"

    name: str
    late: bool


class ClockMissed(Fact):
    """A clock ran out before what it waited for happened."""

    type = "clock.missed"

    name: str
    due_at: datetime


class Candidate(Part):
    """One person weighed for a case, and why she could or could not take it."""

    staff_id: str
    skill: float
    load: int
    weight: float
    ruled_out: str | None = None


class CaseAssigned(Fact):
    """Lead department, supporting departments and one handler are named."""

    type = "case.assigned"

    department: str
    supporting: tuple[str, ...]
    handler: str
    respond_within: str
    candidates: tuple[Candidate, ...]
    by_rule: bool


class HandlerDispatched(Answer):
    """A dispatcher named the handler because the rules could not."""

    type = "handler.dispatched"

    department: str
    handler: str
    reason: PaperRef | None = None


# --- manual tasks -----------------------------------------------------------


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


# --- investigation, review ---------------------------------------------------


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


# --- response, callback, archive ---------------------------------------------


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
    """The remedy was carried out, with proof."""

    type = "remedy.executed"

    proof: PaperRef
    evidence: tuple[str, ...]


class CallbackScheduled(Fact):
    """The satisfaction callback will be asked at this time, or is not asked and why."""

    type = "callback.scheduled"

    at: datetime
    skipped: str | None = None


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


class ClosureApproved(Answer):
    """A manager approved closing a case whose customer is not satisfied, or ordered another round."""

    type = "closure.approved"

    approved: bool
    reason: PaperRef
    by: str


class ComplaintWithdrawn(Fact):
    """The customer withdrew; the procedure ends that day."""

    type = "complaint.withdrawn"

    reason: PaperRef | None = None


class StageClosed(Fact):
    """The case left a stage by one of its exits. The only fact that moves a case."""

    type = "stage.closed"

    stage: Stage
    exit: Exit
    next: Stage | None
    reason: str = ""


class CaseArchived(Fact):
    """The case is sealed: its outcome, and until when it is kept."""

    type = "case.archived"

    outcome: Outcome
    keep_until: datetime
    entries: int
    """Number of history entries before this one."""


class RunInterrupted(Fact):
    """The engine's run ended while the case was open: cancelled by the owner, failed or crashed."""

    type = "run.interrupted"

    run_no: int
    state: str
    reopened: bool


def read_fact(kind: str, version: int, data: dict[str, object]) -> Fact:
    """A stored fact as its type; raises UnknownEvent for what this version does not know."""
    known = REGISTRY.get(kind)
    if known is None or version > known.version:
        message = (
            f"the history holds {kind!r} version {version}, which this version of Redress does not know: upgrade first"
        )
        raise UnknownEvent(message)
    return known.model_validate(data)
