"""The trial: what the rules would do with a complaint, from intake to a named handler, without storing anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from adapters.cipher import stationery
from complaints import assignment, classification, intake
from complaints.answering import answer
from complaints.briefing import NOTHING, Briefing, Load, Verdict, pursue
from complaints.chain import Head, Signature, link
from complaints.fold import fold
from complaints.submission import Submission
from complaints.words import Stage, TaskKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from complaints.case import Case, ManualTask
    from complaints.policy import Policy
    from complaints.record import Complaint
    from complaints.roster import Roster
    from portal.importing import Rejection

_RULES: Mapping[Stage, Callable[[Briefing], Verdict]] = MappingProxyType(
    {
        Stage.INTAKE: intake.decide,
        Stage.CLASSIFICATION: classification.decide,
        Stage.ASSIGNMENT: assignment.decide,
    }
)


@dataclass(frozen=True)
class Course:
    """The way of one complaint, as far as the rules alone can tell."""

    row: int
    category: str
    level: str
    department: str
    handler: str
    completeness: float
    confidence: float
    flags: tuple[str, ...]
    words: tuple[str, ...]
    """The policy's words that led to the category and the level."""
    asked: tuple[str, ...]
    """The people it would wait for, and why: `classification: unsure_category`. The way goes on as if they agreed."""
    is_short: bool
    """Whether it would be resolved on the spot."""

    @property
    def is_by_rule(self) -> bool:
        """Whether nobody has to decide anything before a handler has it."""
        return not self.asked


@dataclass
class Trial:
    """What a dry run over a table found."""

    courses: list[Course] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    weighed: Weighed | None = None


@dataclass(frozen=True)
class Weighed:
    """Whom a dry run chose handlers among."""

    roster: Roster
    is_own: bool
    """Whether the house stored this roster itself; otherwise it is the policy's sample."""
    why: str
    """Why it was this one, in a sentence."""


@dataclass
class Workload:
    """Open work that grows as trials hand it out, so that a batch spreads over people as it would in the house."""

    tasks: Counter[str] = field(default_factory=Counter)

    def loads(self, now: datetime) -> dict[str, Load]:
        """The same, as rules read it."""
        return {staff_id: Load(open_tasks=count, last_asked_at=now) for staff_id, count in self.tasks.items()}


@dataclass(frozen=True)
class Setting:
    """By which rules, among which people and when a record is tried."""

    policy: Policy
    roster: Roster
    now: datetime


def try_out(row: int, record: Complaint, *, setting: Setting, workload: Workload) -> Course:
    """Carry one record through intake, classification and assignment; no other case is known, so none is alike."""
    briefing = _registered(record, setting, workload)
    asked: list[str] = []
    while briefing.case.stage in _RULES:
        briefing = briefing.after(pursue(briefing, _next))
        if not briefing.case.open_tasks:
            break
        task = briefing.case.open_tasks[0]
        asked.append(_why(task))
        if task.kind is TaskKind.DISPATCH:
            break
        briefing = briefing.after(_agree(briefing, task))
    if briefing.case.assignment:
        workload.tasks[briefing.case.assignment.handler] += 1
    return _course(row, briefing.case, asked)


def _registered(record: Complaint, setting: Setting, workload: Workload) -> Briefing:
    policy, now = setting.policy, setting.now
    paper = stationery(1).paper(0, kind="record", content=record.model_dump(mode="json"))
    registration = intake.Registration(record=record, paper=paper, customer="", now=now)
    verdict = intake.receive(registration, policy)
    nobody = Signature(actor="", origin="", policy="")
    case = fold(link(Head(case_no="trial"), verdict.facts, at=now, signature=nobody))
    return Briefing(
        case=case,
        policy=policy,
        now=now,
        papers={paper.id: paper.content},
        loads=workload.loads(now),
        roster=setting.roster,
    )


def _next(briefing: Briefing) -> Verdict:
    """The rules of whichever stage the case has reached, until it leaves the three that need no investigation."""
    rule = _RULES.get(briefing.case.stage) if briefing.case.stage else None
    return rule(briefing) if rule else NOTHING


def _why(task: ManualTask) -> str:
    reasons = task.asks.get("doubts") or task.asks.get("missing") or task.asks.get("reason", "")
    return f"{task.kind}: {reasons}" if reasons else task.kind.value


def _agree(briefing: Briefing, task: ManualTask) -> Verdict:
    """The person agrees with what the rules suggest, and nobody adds what was missing."""
    post = Submission(task_id=task.id, by=task.assignee, fields=_answer(briefing, task), stationery=stationery())
    return answer(briefing, post)


def _answer(briefing: Briefing, task: ManualTask) -> dict[str, Any]:
    suggestion = briefing.case.suggestion
    if task.kind is TaskKind.SCREENING:
        return {"decision": "accept", "reason": "trial"}
    if task.kind is not TaskKind.CLASSIFICATION or suggestion is None:
        return {}
    suggested = suggestion.suggestion
    return {
        "category": suggested.category,
        "impact": int(suggested.inputs.get("impact", 1)),
        "urgency": int(suggested.inputs.get("urgency", 1)),
        "scope": suggested.scope,
    }


def _course(row: int, case: Case, asked: list[str]) -> Course:
    suggested = case.suggestion.suggestion if case.suggestion else None
    return Course(
        row=row,
        category=suggested.category if suggested else "",
        level=suggested.level if suggested else "",
        department=case.assignment.department if case.assignment else "",
        handler=case.assignment.handler if case.assignment else "",
        completeness=case.screening.completeness if case.screening else 0.0,
        confidence=case.suggestion.confidence if case.suggestion else 0.0,
        flags=tuple(case.screening.flags) if case.screening else (),
        words=suggested.reasons if suggested else (),
        asked=tuple(asked),
        is_short=case.stage is Stage.RESPONSE,
    )


def tally(courses: list[Course]) -> dict[str, dict[str, int]]:
    """How many went each way."""
    reasons = Counter(reason for course in courses for reason in _plain_reasons(course))
    return {
        "way": _ordered(Counter("by rule" if course.is_by_rule else "to a person" for course in courses)),
        "reasons for a person": _ordered(reasons),
        "category": _ordered(Counter(course.category for course in courses)),
        "level": _ordered(Counter(course.level for course in courses)),
        "department": _ordered(Counter(course.department or "(to be dispatched)" for course in courses)),
        "handler": _ordered(Counter(course.handler or "(to be dispatched)" for course in courses)),
        "flag": _ordered(Counter(flag for course in courses for flag in course.flags)),
    }


def _plain_reasons(course: Course) -> set[str]:
    """Each reason once per complaint, the fields that are missing taken together."""
    kinds = [asked.partition(": ")[::2] for asked in course.asked]
    return {
        f"{kind}: {reason}" if kind != TaskKind.COMPLETION else "completion: incomplete record"
        for kind, reasons in kinds
        for reason in reasons.split()
    }


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
