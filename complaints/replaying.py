"""Replaying: a case as it was known at an earlier moment, and its course as bars and marks, from history alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from complaints.escalation_events import CaseEscalated
from complaints.event_log import Span
from complaints.fold import fold
from complaints.recorded import papers_in
from complaints.stage_visits import visits_of, waits_in
from complaints.work_events import TaskEscalated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from complaints.case import Case, RunningClock
    from complaints.chain import Entry
    from complaints.words import Stage


@dataclass(frozen=True)
class Moment:
    """A case as it was known just after one of its entries, and the entries that were there."""

    entries: tuple[Entry, ...]
    of: int
    """How many entries its history has today."""
    now: datetime
    """The moment that is looked at: that of the last entry, or the one that was asked for, if later."""

    @property
    def case(self) -> Case:
        """The case as it stood."""
        return fold(self.entries)

    @property
    def seq(self) -> int:
        """The number of the last entry that was known."""
        return self.entries[-1].seq

    @property
    def papers(self) -> frozenset[str]:
        """The ids of the papers that were on file."""
        return papers_in(self.entries)


def rewind(entries: Sequence[Entry], *, seq: int | None = None, at: datetime | None = None) -> Moment | None:
    """The case after entry `seq`, or as it was known `at` a moment; today's without either. None before it began."""
    known = entries
    if seq is not None:
        known = [entry for entry in entries if entry.seq <= seq]
    elif at is not None:
        # What came first is known first: clocks of a house differ a little, and half a history would not fold.
        known = list(takewhile(lambda entry: entry.at <= at, entries))
    if not known:
        return None
    return Moment(tuple(known), of=len(entries), now=at or known[-1].at)


def stands(running: RunningClock, now: datetime) -> str:
    """How a clock stood at a moment: met, met_late, missed, paused, overdue, extended or running."""
    if running.met:
        return "met_late" if running.late or running.missed else "met"
    if running.missed:
        return "missed"
    if running.paused:
        return "paused"
    if running.is_late(now):
        return "overdue"
    return "extended" if running.extended else "running"


@dataclass(frozen=True)
class Bar:
    """A stay in a stage, and when somebody was waited for in it; `seq` is its last entry by now."""

    stage: Stage
    span: Span
    waits: tuple[Span, ...]
    seq: int
    is_over: bool


@dataclass(frozen=True)
class Mark:
    """A point of the timeline, in a code: escalation, letter or view, and what it was in another."""

    kind: str
    at: datetime
    code: str
    seq: int


@dataclass(frozen=True)
class Timeline:
    """The course of a case from receipt to its last entry."""

    span: Span
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]

    def share(self, at: datetime) -> float:
        """Where on the line a moment lies, from 0 to 1."""
        whole = (self.span.end - self.span.start).total_seconds()
        gone = (at - self.span.start).total_seconds()
        return min(max(gone / whole, 0.0), 1.0) if whole else 0.0


def timeline(entries: Sequence[Entry], marks: Sequence[Mark] = ()) -> Timeline:
    """The whole course; `marks` are what the history itself does not tell, e.g. when letters were sent."""
    span = Span(entries[0].at, entries[-1].at)
    raised = tuple(
        Mark("escalation", entry.at, f"level {entry.fact.level}", entry.seq)
        for entry in entries
        if isinstance(entry.fact, TaskEscalated | CaseEscalated)
    )
    every = sorted((*raised, *marks), key=lambda mark: (mark.at, mark.seq))
    return Timeline(span, _bars(entries, span), tuple(every))


def _bars(entries: Sequence[Entry], span: Span) -> tuple[Bar, ...]:
    ends = [entry.seq for entry in entries if entry.fact.type == "stage.closed"]
    over = visits_of(entries)
    bars = [Bar(visit.stage, visit.span, visit.waits, seq, is_over=True) for visit, seq in zip(over, ends, strict=True)]
    here = fold(entries).stage
    if here is not None:
        since = over[-1].span.end if over else span.start
        rest = [entry for entry in entries if not ends or entry.seq > ends[-1]]
        still = Span(since, span.end)
        bars.append(Bar(here, still, waits_in(rest, still), entries[-1].seq, is_over=False))
    return tuple(bars)
