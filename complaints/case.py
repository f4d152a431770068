"""The case: what its history adds up to. Every field can be rebuilt by folding the events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from complaints.words import CUSTOMER, Channel, CustomerType, Exit, Language, OpinionVerdict, Outcome, Stage, TaskKind

if TYPE_CHECKING:
    from datetime import datetime

    from complaints.answer_events import CaseLinked, DissatisfactionTold, FinalDecisionDrafted, Relation
    from complaints.assignment_events import CandidatesWeighed
    from complaints.clock_events import Held
    from complaints.escalation_events import CaseEscalated
    from complaints.events import (
        CallbackScheduled,
        CaseAssigned,
        CaseScreened,
        CategorySuggested,
        Classification,
        Clock,
    )
    from complaints.papers import PaperRef
    from complaints.work_events import (
        ApprovalGiven,
        CallbackAnswered,
        CustomerDecided,
        FindingsSubmitted,
        LetterApproved,
        OpinionGiven,
        ScreeningDecided,
    )


@dataclass(frozen=True)
class ManualTask:
    """One piece of human work: who must do it, by when, and how it ended."""

    id: str
    kind: TaskKind
    stage: Stage
    assignee: str
    department: str | None
    round: int
    visit: int
    """Which visit of its stage asked for it; a stage that is entered again asks anew."""
    asked_at: datetime
    warn_at: datetime
    due_at: datetime
    within: str
    asks: dict[str, str] = field(default_factory=dict)
    status: str = "open"
    """open, answered, expired or revoked."""
    warned: bool = False
    warned_at: datetime | None = None
    """When an assignee was last warned of its deadline."""
    level: int = 0
    """Escalation level: 0 is the first assignee, 1.. the steps of the policy's path."""
    told: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    """Assignees the work was taken from, in order."""
    reminders: int = 0
    closed_at: datetime | None = None
    closed_by: str | None = None
    closed_reason: str = ""
    substitute_of: str = ""
    """The absent person for whom the assignee stands in."""

    @property
    def is_open(self) -> bool:
        """Whether the work is still asked for."""
        return self.status == "open"

    @property
    def is_customers(self) -> bool:
        """Whether the customer herself does it."""
        return self.assignee == CUSTOMER


@dataclass(frozen=True)
class RunningClock:
    """A clock and whether it was met or missed."""

    clock: Clock
    met: bool = False
    missed: bool = False
    late: bool = False
    paused: bool = False
    """It stands still: `due_at` is then the latest it may become."""
    extended: int = 0
    """How often it was given more time."""
    warned: bool = False

    @property
    def is_running(self) -> bool:
        """Whether it may still run out."""
        return not (self.met or self.missed)

    def is_late(self, now: datetime) -> bool:
        """Whether it is over its time."""
        return now > self.clock.due_at


@dataclass(frozen=True)
class Standstill:
    """A time in which the house waited for somebody else, and what stood still meanwhile."""

    reason: str
    by: str
    since: datetime
    ends_at: datetime
    """When it is over at the latest."""
    clocks: tuple[Held, ...] = ()
    tasks: tuple[Held, ...] = ()
    came_at: datetime | None = None
    """When the customer wrote meanwhile."""
    until: datetime | None = None


@dataclass(frozen=True)
class Erasure:
    """That somebody asked for the case to be erased, and nobody has decided yet."""

    cause: str
    requested_by: str
    requested_at: datetime


@dataclass(frozen=True)
class Case:
    """A complaint's run through the process as far as its history tells."""

    case_no: str
    seq: int = 0
    head: str = ""
    process_version: int = 1
    stage: Stage | None = Stage.INTAKE
    """None once archived."""
    entered_stage_at: datetime | None = None
    visits: dict[Stage, int] = field(default_factory=dict)
    not_needed: tuple[Stage, ...] = ()
    round: int = 1
    channel: Channel = Channel.WEB
    language: Language = Language.EN
    customer_type: CustomerType = CustomerType.ORDINARY
    customer: str = ""
    region: str = ""
    reachable_by_mail: bool = False
    received_at: datetime | None = None
    record: PaperRef | None = None
    papers: tuple[PaperRef, ...] = ()
    evidence: dict[str, PaperRef] = field(default_factory=dict)
    screening: CaseScreened | None = None
    screening_decided: ScreeningDecided | None = None
    completed: bool = False
    acknowledged: bool = False
    suggestion: CategorySuggested | None = None
    classification: Classification | None = None
    classified_by_rule: bool = False
    first_classification: Classification | None = None
    """What was confirmed first, however often the case was graded anew."""
    assignment: CaseAssigned | None = None
    weighed: CandidatesWeighed | None = None
    """Who was weighed when the rules found nobody."""
    accepted_by: str = ""
    declined: tuple[str, ...] = ()
    """Who declined the case, in order."""
    conflicts: tuple[str, ...] = ()
    """Who declared a conflict of interest herself."""
    clocks: dict[str, RunningClock] = field(default_factory=dict)
    held_for: tuple[str, ...] = ()
    """Clocks that ran out and for which the customer was told that the decision needs longer."""
    settled_early: bool = False
    """She accepted so soon that the rule wanted no more than a summary."""
    adopted: str = ""
    """The version of the policy that it goes on under since somebody decided so; '' for the one it began under."""
    standstills: tuple[Standstill, ...] = ()
    """Oldest first; the last one may be going on."""
    tasks: dict[str, ManualTask] = field(default_factory=dict)
    findings: FindingsSubmitted | None = None
    opinions: tuple[OpinionGiven, ...] = ()
    approvals: tuple[ApprovalGiven, ...] = ()
    objection_rounds: int = 0
    """How often review sent this round's proposal back because a department objected."""
    letter: LetterApproved | None = None
    final_draft: FinalDecisionDrafted | None = None
    """A final decision that no authority has approved yet."""
    decision: CustomerDecided | None = None
    remedy_executed: bool = False
    callback: CallbackScheduled | None = None
    callback_answer: CallbackAnswered | None = None
    dissatisfied: DissatisfactionTold | None = None
    """What she said before the callback asked her."""
    phone_attempts: int = 0
    closure_approved: bool | None = None
    links: tuple[CaseLinked, ...] = ()
    """Cases that belong to this one."""
    withdrawn: bool = False
    contacts: int = 0
    """How often the customer came back about this case, by whatever way."""
    incident: str = ""
    incident_cases: int = 0
    """How many cases the incident had when this one joined it, or when it was last told that it had grown."""
    escalations: tuple[CaseEscalated, ...] = ()
    """What went up for another reason than a deadline, oldest first."""
    interruptions: int = 0
    outcome: Outcome | None = None
    last_exit: Exit | None = None
    keep_until: datetime | None = None
    held_since: datetime | None = None
    """Since when it must not be erased, whatever its date."""
    erasure: Erasure | None = None
    erased_at: datetime | None = None
    last_at: datetime | None = None
    told_at: datetime | None = None
    """When the customer last heard from the house, and with which entry."""
    told_seq: int = 0
    left_stage: Stage | None = None
    """The stage it left last, and with which entry."""
    left_seq: int = 0

    @property
    def is_open(self) -> bool:
        """Whether the case is not yet archived."""
        return self.stage is not None

    @property
    def open_tasks(self) -> tuple[ManualTask, ...]:
        """The manual tasks somebody is asked for now."""
        return tuple(task for task in self.tasks.values() if task.is_open)

    @property
    def standstill(self) -> Standstill | None:
        """The pause that is going on, None while all clocks run."""
        last = self.standstills[-1] if self.standstills else None
        return last if last and last.until is None else None

    @property
    def escalation_level(self) -> int:
        """The highest level among the open tasks and the case as a whole; 0 when nothing is escalated."""
        raised = self.escalations if self.is_open else ()
        return max((*(task.level for task in self.open_tasks), *(one.level for one in raised)), default=0)

    @property
    def was_escalated(self) -> bool:
        """Whether any task, or the case itself, ever went up the path."""
        return bool(self.escalations) or any(task.level > 0 for task in self.tasks.values())

    def linked(self, relation: Relation) -> tuple[str, ...]:
        """The numbers of the cases that stand in this relation to it."""
        return tuple(link.other for link in self.links if link.relation == relation)

    @property
    def objections(self) -> tuple[OpinionGiven, ...]:
        """What departments say against the present proposal."""
        return tuple(opinion for opinion in self.opinions if opinion.verdict is OpinionVerdict.OBJECT)

    @property
    def level(self) -> str:
        """The level's code, or '' before classification."""
        return self.classification.level if self.classification else ""

    def tasks_of(self, kind: TaskKind, *, this_visit: bool = True) -> tuple[ManualTask, ...]:
        """Tasks of a kind, oldest first; by default only those of the present visit of the present stage."""
        here = (self.stage, self.visits.get(self.stage, 0)) if self.stage else None
        return tuple(
            task
            for task in self.tasks.values()
            if task.kind is kind and (not this_visit or (task.stage, task.visit) == here)
        )

    def latest(self, kind: TaskKind) -> ManualTask | None:
        """The newest task of a kind in this visit of the stage."""
        found = self.tasks_of(kind)
        return found[-1] if found else None
