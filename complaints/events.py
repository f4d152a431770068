"""What can happen to a case: frozen facts in the past tense, with codes and references only, never a person's data."""

from __future__ import annotations

from datetime import datetime

# Each registers its facts, so that read_fact knows them.
from complaints import (  # noqa: F401
    answer_events,
    clock_events,
    contact_events,
    erasure_events,
    escalation_events,
    holding_events,
    work_events,
)
from complaints.assignment_events import Candidate
from complaints.errors import UnknownEvent
from complaints.fact import REGISTRY, Fact, Part
from complaints.papers import PaperRef
from complaints.words import Channel, Complexity, CustomerType, Exit, Language, Outcome, Priority, Scope, Stage, Urgency


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
    follows: str = ""
    """The closed case that the customer comes back about."""


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
    factors: dict[str, int | str] = {}  # noqa: RUF012  pydantic copies it
    """What the inputs of every scheme are computed from, on the scales of complaints/grading.py."""


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


class Clock(Part):
    """One clock of the case: what must have happened by when."""

    name: str
    limit: str
    started_at: datetime
    due_at: datetime
    warn_at: datetime | None = None
    kind: str = "promise"


class ClocksStarted(Fact):
    """Clocks began to run."""

    type = "clocks.started"

    clocks: tuple[Clock, ...]


class CaseRegraded(Fact):
    """The case got another category or level, for a reason; what it had before is kept."""

    type = "case.regraded"

    previous: Classification
    classification: Classification
    by: str
    reason: PaperRef | None = None
    reason_code: str = ""
    """Why the rules did it, e.g. `mass_event`; '' when a person did."""
    clocks: tuple[Clock, ...]
    """The running clocks that end at another time now."""
    dropped: tuple[str, ...] = ()
    """The clocks of a rule that does not concern the case any more."""


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


class CaseAssigned(Fact):
    """Lead department, supporting departments and one handler are named."""

    type = "case.assigned"

    department: str
    supporting: tuple[str, ...]
    handler: str
    respond_within: str
    candidates: tuple[Candidate, ...]
    by_rule: bool
    roster: str = ""
    """The version of the roster that was read."""


class CallbackScheduled(Fact):
    """The satisfaction callback will be asked at this time, or is not asked and why."""

    type = "callback.scheduled"

    at: datetime
    skipped: str | None = None


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
