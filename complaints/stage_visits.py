"""Stage visits: the history of a case as stays in stages, with the times in which people were waited for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints.event_log import Span, Stay
from complaints.events import StageClosed
from complaints.fact import Answer
from complaints.work_events import TaskAsked, TaskExpired, TaskRevoked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from complaints.chain import Entry
    from complaints.words import Exit, Stage


@dataclass(frozen=True)
class Visit:
    """One stay of a case in a stage that is over: how it was left, and when somebody was asked for something."""

    stage: Stage
    exit: Exit
    next: Stage | None
    span: Span
    waits: tuple[Span, ...]

    @property
    def stay(self) -> Stay:
        """The visit in the words of any event log."""
        return Stay(self.stage.value, self.span, self.waits)

    @property
    def step(self) -> str:
        """Stage and exit, as variants are told: `review/sent_back`; plainly `review` where it was simply done."""
        return self.stage.value if self.exit == "done" else f"{self.stage}/{self.exit}"


def visits_of(entries: Sequence[Entry]) -> tuple[Visit, ...]:
    """The visits that are over, in order; the stage in which an open case stands is not among them."""
    visits: list[Visit] = []
    pending: list[Entry] = []
    entered = entries[0].at if entries else None
    for entry in entries:
        pending.append(entry)
        if not isinstance(entry.fact, StageClosed) or entered is None:
            continue
        span = Span(entered, entry.at)
        visits.append(Visit(entry.fact.stage, entry.fact.exit, entry.fact.next, span, waits_in(pending, span)))
        pending, entered = [], entry.at
    return tuple(visits)


def waits_in(entries: Iterable[Entry], span: Span) -> tuple[Span, ...]:
    """When at least one piece of work was open: what people were asked in between counts once."""
    open_tasks: set[str] = set()
    since: datetime | None = None
    found: list[Span] = []
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, TaskAsked):
            since = since if open_tasks else entry.at
            open_tasks.add(fact.task_id)
        elif isinstance(fact, Answer | TaskExpired | TaskRevoked) and fact.task_id in open_tasks:
            open_tasks.discard(fact.task_id)
            if not open_tasks and since:
                found.append(Span(since, entry.at))
    if open_tasks and since:
        found.append(Span(since, span.end))
    return tuple(wait for wait in found if wait.end > wait.start)
