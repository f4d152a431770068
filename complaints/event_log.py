"""The event log: what a process left behind, case by case, in the few words that all process mining shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

START, COMPLETE = "start", "complete"


@dataclass(frozen=True)
class Step:
    """One event: what was done, when, by whom, and whether it began or was over then."""

    activity: str
    at: datetime
    resource: str = ""
    lifecycle: str = COMPLETE


@dataclass(frozen=True)
class Trace:
    """Everything that a log tells of one case, in order."""

    case_id: str
    steps: tuple[Step, ...]

    @property
    def activities(self) -> tuple[str, ...]:
        """What was done, each once it was over; a log that tells beginnings only is read by those."""
        over = tuple(step.activity for step in self.steps if step.lifecycle.casefold() == COMPLETE)
        return over or tuple(step.activity for step in self.steps)


@dataclass(frozen=True)
class Span:
    """From one moment to a later one."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Stay:
    """The time a case spent on an activity, and the parts of it in which somebody was waited for."""

    activity: str
    span: Span
    waits: tuple[Span, ...] = ()


def stays_of(trace: Trace) -> tuple[Stay, ...]:
    """The stays of a foreign trace: each ends with an event and begins with the event before, whatever that was.

    Of an activity whose beginning is told too, only the time until then was waiting; otherwise nobody can say which
    part of a stay was work and which was waiting, and no part is called so.
    """
    stays: list[Stay] = []
    begun: dict[str, datetime] = {}
    last: datetime | None = None
    for step in trace.steps:
        if step.lifecycle.casefold() == START:
            begun.setdefault(step.activity, step.at)
            last = last or step.at
            continue
        since = last or step.at
        start = begun.pop(step.activity, None)
        waits = (Span(since, max(start, since)),) if start else ()
        stays.append(Stay(step.activity, Span(since, step.at), waits))
        last = step.at
    return tuple(stays)
