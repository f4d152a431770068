"""Landmarks: what a history shows of the map of all journeys, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints.clock_events import ClockWarned
from complaints.escalation_events import CaseEscalated
from complaints.events import StageClosed
from complaints.work_events import TaskEscalated, TaskWarned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from complaints.chain import Entry
    from complaints.fact import Fact


def landmarks(entries: Iterable[Entry]) -> frozenset[str]:
    """Exits of stages (`review sent_back`), triggers (`trigger:deadline_passed`), levels reached (`level:4`), packs."""
    found: set[str] = set()
    for entry in entries:
        found |= {f"pack:{entry.policy.rpartition('-')[0]}", *_of(entry.fact)}
    return frozenset(found)


def _of(fact: Fact) -> tuple[str, ...]:
    match fact:
        case StageClosed():
            return (f"{fact.stage} {fact.exit}",)
        case TaskEscalated() | CaseEscalated():
            return f"trigger:{fact.trigger}", f"level:{fact.level}"
        case TaskWarned() | ClockWarned():
            return ("trigger:deadline_warning",)
        case _:
            return ()
