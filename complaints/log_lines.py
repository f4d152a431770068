"""Log lines: a history in the words of process mining, with what of it may leave the house."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from complaints.disclosure import disclosed
from complaints.events import StageClosed
from complaints.fact import Answer
from complaints.stage_visits import visits_of
from complaints.words import CUSTOMER, SYSTEM, Stage
from complaints.work_events import TaskAsked, TaskEscalated, TaskExpired, TaskRevoked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from complaints.chain import Entry
    from complaints.disclosure import Mask
    from complaints.event_log import Trace
    from complaints.fact import Fact

_REASSIGNING = frozenset({"task.reassigned"})
_ENDS: Mapping[type[Fact], str] = {TaskExpired: "ate_abort", TaskRevoked: "withdraw"}


@dataclass(frozen=True)
class LogLine:
    """One event as a table, XES or OCEL tells it. Transitions are those of XES' standard lifecycle."""

    case_no: str
    seq: int
    at: datetime
    activity: str
    transition: str
    type: str
    resource: str
    stage: str = ""
    instance: str = ""
    """The piece of work it is about."""
    policy: str = ""
    hash: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    """What of the fact may leave the house."""


def lines_of(entries: Sequence[Entry], mask: Mask) -> Iterator[LogLine]:
    """Every entry of a history. Work is one activity from asked to answered; everything else happens at once."""
    stage: Stage | None = Stage.INTAKE
    kinds: dict[str, str] = {}
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, TaskAsked):
            kinds[fact.task_id] = fact.kind.value
        activity, transition = _named(entry, kinds)
        yield LogLine(
            case_no=entry.case_no,
            seq=entry.seq,
            at=entry.at,
            activity=activity,
            transition=transition,
            type=fact.type,
            resource=mask(entry.actor),
            stage=stage.value if stage else "",
            instance=getattr(fact, "task_id", None) or "",
            policy=entry.policy,
            hash=mask.proof(entry.hash),
            details=disclosed(fact, mask),
        )
        if isinstance(fact, StageClosed):
            stage = fact.next


def _named(entry: Entry, kinds: dict[str, str]) -> tuple[str, str]:
    """Activity and transition of the standard lifecycle."""
    fact = entry.fact
    if isinstance(fact, StageClosed):
        return f"{fact.stage}: {fact.exit}", "complete"
    kind = kinds.get(getattr(fact, "task_id", None) or "", "")
    if not kind:
        return fact.type, "complete"
    if isinstance(fact, TaskAsked):
        return kind, "schedule"
    if isinstance(fact, Answer):
        return kind, "complete"
    if fact.type in _REASSIGNING or (isinstance(fact, TaskEscalated) and fact.moved):
        return kind, "reassign"
    ended = next((transition for known, transition in _ENDS.items() if isinstance(fact, known)), None)
    return (kind, ended) if ended else (fact.type, "complete")


def stage_lines_of(entries: Sequence[Entry]) -> Iterator[LogLine]:
    """Only the stages, as the model has them: begun and left. An open case's last stage is begun and not left."""
    case_no = entries[0].case_no
    visits = visits_of(entries)
    begun = [*(visit.stage.value for visit in visits), *_open_stage(entries)]
    moments = [entries[0].at, *(visit.span.end for visit in visits)]
    for number, (stage, at) in enumerate(zip(begun, moments, strict=False)):
        yield LogLine(case_no, 2 * number + 1, at, stage, "start", "stage", SYSTEM, stage)
        if number < len(visits):
            left = visits[number]
            told = {"exit": left.exit.value}
            yield LogLine(
                case_no, 2 * number + 2, left.span.end, stage, "complete", "stage", SYSTEM, stage, details=told
            )


def _open_stage(entries: Sequence[Entry]) -> list[str]:
    left = [entry.fact for entry in entries if isinstance(entry.fact, StageClosed)]
    last = left[-1].next if left else Stage.INTAKE
    return [last.value] if last else []


def foreign_lines_of(trace: Trace) -> Iterator[LogLine]:
    """The events of an imported log's case, as they were read."""
    for number, step in enumerate(trace.steps, start=1):
        yield LogLine(trace.case_id, number, step.at, step.activity, step.lifecycle, "", step.resource)


def attributes_of(entries: Sequence[Entry], mask: Mask) -> dict[str, str]:
    """What is true of a case as a whole, as far as its history tells."""
    told: dict[str, str] = {"customer": mask(CUSTOMER)}
    wanted = (
        "channel",
        "language",
        "customer_type",
        "category",
        "scheme",
        "level",
        "priority",
        "department",
        "outcome",
    )
    for entry in entries:
        shown = disclosed(entry.fact, mask)
        if entry.fact.type in {"complaint.received", "case.classified", "case.assigned", "case.archived"}:
            flat = {**shown, **shown.get("classification", {})}
            told |= {name: str(flat[name]) for name in wanted if name in flat}
    return told
