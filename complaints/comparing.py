"""Comparing: a fact that was written, held against the fact that the rules make of the same inputs, topic by topic."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from complaints.words import TaskKind
from complaints.work_events import TaskAsked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from complaints.fact import Fact


class Result(StrEnum):
    """What became of a decision when it was decided once more."""

    SAME = "same"
    DIFFERENT = "different"
    NOT_RECOMPUTABLE = "not_recomputable"


class Topic(StrEnum):
    """What a decision was about."""

    COMPLETENESS = "completeness"
    DOUBTS = "doubts"
    CATEGORY = "category"
    LEVEL = "level"
    PRIORITY = "priority"
    DEPARTMENT = "department"
    HANDLER = "handler"
    PERSON = "person"
    DEADLINE = "deadline"
    ESCALATION = "escalation"
    APPROVAL = "approval"
    SAMPLING = "sampling"
    INCIDENT = "incident"
    MOVE = "move"
    STEP = "step"


@dataclass(frozen=True)
class Redecision:
    """One decision of the rules, as it was written and as it comes out now."""

    case_no: str
    seq: int
    at: datetime
    fact: str
    """The stored name of what was written; where nothing was, of what should have been."""
    topic: Topic
    result: Result
    recorded: Mapping[str, Any] = field(default_factory=dict)
    recomputed: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    """A code of REASONS; '' when both say the same."""


REASONS = {
    "loads_not_kept": "Who was idlest then is not kept; whoever was chosen is one of those who could be.",
    "neighbours_not_kept": "Which cases were found alike is kept; that no others were, and whose they were, is not.",
    "papers_erased": "The papers that this was read from were erased.",
    "policy_not_stored": "The policy version that this was decided under is not stored in this house.",
    "roster_not_stored": "The roster that this was decided by is not stored in this house.",
    "values_differ": "The rules make something else of the same inputs.",
    "rules_say_nothing": "The rules would not have written anything here.",
    "rules_say_other": "The rules would have written something else here.",
    "not_written": "The rules would have written this too.",
    "rules_refuse": "The rules can make nothing of the case as it stood here.",
    "does_not_fold": "The history contradicts itself here.",
}
"""Why a decision is not the same, in a sentence for each."""

_GRADES = {"category": Topic.CATEGORY, "priority": Topic.PRIORITY}

_TOPICS: Mapping[str, tuple[Topic, Mapping[str, Topic]]] = {
    "case.screened": (Topic.DOUBTS, {"completeness": Topic.COMPLETENESS, "missing": Topic.COMPLETENESS}),
    "record.completed": (Topic.COMPLETENESS, {}),
    "category.suggested": (Topic.LEVEL, {"confidence": Topic.CATEGORY, "doubts": Topic.CATEGORY, **_GRADES}),
    "case.classified": (Topic.LEVEL, _GRADES),
    "case.regraded": (Topic.LEVEL, {"clocks": Topic.DEADLINE, **_GRADES}),
    "clocks.started": (Topic.DEADLINE, {}),
    "clock.met": (Topic.DEADLINE, {}),
    "clock.missed": (Topic.DEADLINE, {}),
    "clock.warned": (Topic.DEADLINE, {}),
    "clocks.paused": (Topic.DEADLINE, {}),
    "clocks.resumed": (Topic.DEADLINE, {}),
    "clock.extended": (Topic.DEADLINE, {}),
    "policy.adopted": (Topic.DEADLINE, {}),
    "incident.joined": (Topic.INCIDENT, {}),
    "incident.grew": (Topic.INCIDENT, {}),
    "case.assigned": (
        Topic.HANDLER,
        {"department": Topic.DEPARTMENT, "supporting": Topic.DEPARTMENT, "respond_within": Topic.DEADLINE},
    ),
    "candidates.weighed": (Topic.HANDLER, {"department": Topic.DEPARTMENT}),
    "handler.changed": (Topic.HANDLER, {}),
    "task.asked": (
        Topic.STEP,
        {
            **dict.fromkeys(("within", "warn_at", "due_at"), Topic.DEADLINE),
            **dict.fromkeys(("assignee", "substitute_of"), Topic.PERSON),
        },
    ),
    "task.warned": (Topic.ESCALATION, {}),
    "task.escalated": (
        Topic.ESCALATION,
        {"told": Topic.PERSON, "warn_at": Topic.DEADLINE, "due_at": Topic.DEADLINE},
    ),
    "task.reminded": (Topic.ESCALATION, {"due_at": Topic.DEADLINE}),
    "task.expired": (Topic.ESCALATION, {}),
    "task.reassigned": (Topic.STEP, {"assignee": Topic.PERSON}),
    "case.escalated": (
        Topic.ESCALATION,
        {
            **dict.fromkeys(("told", "also_told"), Topic.PERSON),
            **dict.fromkeys(("warn_at", "due_at"), Topic.DEADLINE),
        },
    ),
    "callback.scheduled": (Topic.SAMPLING, {"at": Topic.DEADLINE}),
    "callback.unanswered": (Topic.DEADLINE, {}),
    "stage.closed": (Topic.MOVE, {}),
    "case.archived": (Topic.MOVE, {"keep_until": Topic.DEADLINE}),
}
"""What each field of a fact is about: the fact's own topic, and the fields that are about another."""

_NESTED = frozenset({"suggestion", "classification"})
"""Fields whose parts are about different things."""


def topic_of(fact: Fact, path: str = "") -> Topic:
    """What a fact, or a field of it, is about."""
    own, others = _TOPICS.get(fact.type, (Topic.STEP, {}))
    if isinstance(fact, TaskAsked) and fact.kind is TaskKind.APPROVAL:
        own = Topic.APPROVAL
    return others.get(path.rpartition(".")[2], own)


def by_topic(fact: Fact) -> dict[Topic, dict[str, Any]]:
    """What a fact states, by topic and by the names of its fields."""
    found: dict[Topic, dict[str, Any]] = {}
    for path, value in _flat(fact.stated()):
        found.setdefault(topic_of(fact, path), {})[path] = value
    return found


def looked_up(fact: Fact) -> dict[str, Any]:
    """Every field of a fact that was just made, by name, those that say nothing included."""
    return dict(_flat(fact.model_dump(mode="json")))


def agrees(path: str, recorded: Any, recomputed: Any) -> bool:  # noqa: ANN401  whatever a fact may state
    """Whether two values say the same; what an earlier version did not write yet is not compared."""
    if path == "candidates" and not all("last_asked_at" in each for each in recorded):
        # Among equals the order is that of their idleness, which tables did not keep at first.
        recorded, recomputed = (sorted(one, key=lambda each: str(each["staff_id"])) for one in (recorded, recomputed))
    if isinstance(recorded, list) and isinstance(recomputed, list):
        pairs = zip(recorded, recomputed, strict=False)
        return len(recorded) == len(recomputed) and all(_agree(one, other) for one, other in pairs)
    return bool(recorded == recomputed)


def _agree(recorded: Any, recomputed: Any) -> bool:  # noqa: ANN401  as above
    if isinstance(recorded, dict) and isinstance(recomputed, dict):
        return all(name in recomputed and recomputed[name] == value for name, value in recorded.items())
    return bool(recorded == recomputed)


def _flat(stated: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in stated.items():
        if name in _NESTED and isinstance(value, dict):
            yield from ((f"{name}.{part}", inner) for part, inner in value.items())
        else:
            yield name, value
