"""The bars: what the engine's timeline shows of a case, one task run for each visit of a stage and each person asked.

Their ids follow from the run and the case, so a bar told twice is one. Stages draw their own while they work; what
a crash left undrawn, and what ended while nobody was there to see, is drawn from the history.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from prefect.client.schemas.objects import State, TaskRun
from prefect.states import Completed, Running
from prefect.types._datetime import create_datetime_instance
from prefect.utilities.engine import emit_task_run_state_change_event

from complaints.events import StageClosed
from complaints.work_events import TaskAsked, TaskEscalated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from complaints.case import ManualTask
    from complaints.chain import Entry
    from complaints.words import Stage


@dataclass(frozen=True)
class Span:
    """From when to when a bar reaches; without an end it grows on."""

    began: datetime
    ended: datetime | None = None
    ending: str = "Completed"
    note: str = ""


_ENDINGS = {"answered": "Answered", "expired": "TimedOut", "revoked": "Revoked", "passed": "TimedOut"}


@dataclass
class Bars:
    """The bars of one run, as far as the engine was told of them."""

    run_id: UUID
    shown: dict[UUID, str] = field(default_factory=dict)

    def stage(self, stage: Stage, visit: int) -> TaskRun:
        """The bar of a visit of a stage: the same one in every execution of the flow."""
        # All stages share one function; the engine tells their runs apart by the dynamic key.
        return self._bar("stage", f"{stage}/{visit}", name=str(stage) if visit == 1 else f"{stage} ({visit})")

    def recall(self, drawn: Iterable[TaskRun], entries: Sequence[Entry]) -> bool:
        """Take up the bars that the engine knows, and draw the stages that ended without its knowledge.

        False when a bar is missing that was told once: the process that told it was killed before it was sent.
        """
        known = {bar.id: "open" if bar.end_time is None else "ended" for bar in drawn}
        self.shown |= known
        is_whole = {self._person(asked).id for asked in _asked(entries)} <= known.keys()
        for stage, visit, span in _visits(entries):
            bar = self.stage(stage, visit)
            is_whole = is_whole and bar.id in known
            if known.get(bar.id) != "ended":
                self._tell(bar, span)
        return is_whole

    def draw(self, task: ManualTask, entries: Iterable[Entry], *, lies_with: str) -> None:
        """One bar for each person the task lay with: closed when it goes up, is answered or falls away."""
        rises = [(0, task.asked_at), *_rises(task, entries)]
        for nth, (level, began) in enumerate(rises):
            # A path may pass levels by.
            next_began = rises[nth + 1][1] if nth + 1 < len(rises) else None
            name = f"{task.id} · {lies_with}" if level == 0 else f"{task.id} · escalation {level}"
            bar = self._person(f"{task.id}/{level}", name=name)
            status = "passed" if next_began else task.status
            if self.shown.get(bar.id) in {status, "ended"}:
                continue
            ended = None if status == "open" else next_began or task.closed_at or began
            note = f"due {task.due_at:%Y-%m-%d %H:%M} UTC"
            self._tell(bar, Span(began, ended, ending=_ENDINGS.get(status, status), note=note))
            self.shown[bar.id] = status

    def _tell(self, bar: TaskRun, span: Span) -> None:
        began: Any = create_datetime_instance(span.began)
        bar.start_time, bar.run_count = began, 1
        if bar.id not in self.shown:
            _say(bar, Running(timestamp=began, message=span.note))
        if span.ended is not None:
            # The engine keeps one state per moment: levels passed at once after a downtime need two.
            ended: Any = create_datetime_instance(max(span.ended, span.began + timedelta(milliseconds=1)))
            bar.end_time = ended
            _say(bar, Completed(name=span.ending, timestamp=ended))

    def _person(self, key: str, *, name: str = "") -> TaskRun:
        return self._bar("manual-task", key, name=name)

    def _bar(self, task_key: str, key: str, *, name: str) -> TaskRun:
        return TaskRun.model_validate(
            {
                "id": uuid5(self.run_id, key),
                "name": name,
                "flow_run_id": self.run_id,
                "task_key": task_key,
                "dynamic_key": key,
            }
        )


def _visits(entries: Sequence[Entry]) -> list[tuple[Stage, int, Span]]:
    """The visits of stages that are over: stage, which visit of it, and from when to when."""
    visits: Counter[Stage] = Counter()
    found, began = [], entries[0].at
    for entry in entries:
        if isinstance(entry.fact, StageClosed):
            visits[entry.fact.stage] += 1
            found.append((entry.fact.stage, visits[entry.fact.stage], Span(began, entry.at)))
            began = entry.at
    return found


def _asked(entries: Iterable[Entry]) -> set[str]:
    """The keys of the bars that were begun, people's ones."""
    asked = {f"{entry.fact.task_id}/0" for entry in entries if isinstance(entry.fact, TaskAsked)}
    risen = {f"{entry.fact.task_id}/{entry.fact.level}" for entry in entries if isinstance(entry.fact, TaskEscalated)}
    return asked | risen


def _rises(task: ManualTask, entries: Iterable[Entry]) -> list[tuple[int, datetime]]:
    """When the task went up, and to which level."""
    return [
        (entry.fact.level, entry.at)
        for entry in entries
        if isinstance(entry.fact, TaskEscalated) and entry.fact.task_id == task.id
    ]


def _say(bar: TaskRun, state: State[Any]) -> None:
    """Tell the engine of a bar's state, as its own task runs do. Said twice it is one: the id follows from the bar."""
    state.id = uuid5(bar.id, state.name or "")
    state.state_details.task_run_id = bar.id
    state.state_details.flow_run_id = bar.flow_run_id
    bar.state, bar.state_id, bar.state_type, bar.state_name = state, state.id, state.type, state.name
    emit_task_run_state_change_event(task_run=bar, initial_state=None, validated_state=state)
