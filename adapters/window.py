"""The window: what the process owner sees of a case in the Prefect UI. It shows; it never decides, and may fail."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.client.schemas.objects import State, TaskRun
from prefect.events import emit_event
from prefect.exceptions import PrefectException
from prefect.states import Completed, Paused, Running
from prefect.types._datetime import create_datetime_instance
from prefect.utilities.engine import emit_task_run_state_change_event

from complaints import events as e
from complaints import work_events as w
from complaints.fact import Fact
from complaints.overview import awaited, markdown, tags, whose

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from complaints.briefing import Briefing
    from complaints.case import ManualTask
    from complaints.chain import Entry

log = logging.getLogger("redress.window")

ANNOUNCED: dict[type[Fact], str] = {
    e.ComplaintReceived: "redress.case.received",
    e.CaseClassified: "redress.case.classified",
    e.CaseAssigned: "redress.case.assigned",
    w.TaskAsked: "redress.task.asked",
    w.TaskEscalated: "redress.case.escalated",
    w.TaskReminded: "redress.task.reminded",
    w.TaskExpired: "redress.task.expired",
    e.ClockMissed: "redress.clock.missed",
    e.ComplaintWithdrawn: "redress.case.withdrawn",
    e.StageClosed: "redress.stage.closed",
    e.CaseArchived: "redress.case.archived",
    e.RunInterrupted: "redress.run.interrupted",
}
"""Facts that the event feed hears of, by the name it hears; codes only."""


FLOW = "flow"
"""The origin of entries that the flow wrote: it announced everything up to its own last one."""


@dataclass
class Window:
    """One run's window: remembers what it shows, so that nothing is shown twice."""

    run_id: UUID
    case_no: str
    is_new: bool = True
    wait: str = ""
    tags: list[str] = field(default_factory=list)
    bars: dict[str, str] = field(default_factory=dict)
    announced: int | None = None

    def announce(self, briefing: Briefing, entries: Sequence[Entry]) -> None:
        """Custom events for what is new in the history, and a bar for every human step that began or ended."""
        try:
            self._announce(briefing, entries)
        except Exception:
            # The edge of the engine: whatever is wrong with the picture, the case itself goes on.
            log.exception("window.broken", extra={"case_no": self.case_no})

    def _announce(self, briefing: Briefing, entries: Sequence[Entry]) -> None:
        if self.announced is None:
            self.announced = 0 if self.is_new else self._resume(briefing, entries)
        for entry in entries[self.announced :]:
            name = ANNOUNCED.get(type(entry.fact))
            if name:
                self._emit(name, entry)
        self.announced = len(entries)
        for task in briefing.case.tasks.values():
            self._draw(task, briefing, rises=[(0, task.asked_at), *_rises(task, entries)])

    async def show_wait(self, briefing: Briefing, entries: Sequence[Entry]) -> State[Any]:
        """The named wait state with its message, the tags and the case's artifact. Returns the state."""
        message = awaited(briefing)
        state: State[None] = Paused(
            name=f"Awaiting {briefing.case.stage}", message=message, reschedule=True, pause_key=str(uuid4())
        )
        # A pause that expires would fail the run without asking us; deadlines are the business database's.
        state.state_details.pause_timeout = None
        wait = f"{state.name} {message}"
        if wait != self.wait:
            self.wait = wait
            await self._attempt("wait", lambda: self._set_state(state))
            await self._show_tags(briefing)
            await self._attempt("artifact", lambda: self._write_artifact(markdown(briefing, entries)))
        return state

    async def show_end(self, briefing: Briefing, entries: Sequence[Entry]) -> None:
        """The case is archived: back to running, so that the engine can complete the run, with the final artifact."""
        await self._show_tags(briefing)
        await self._attempt("artifact", lambda: self._write_artifact(markdown(briefing, entries)))
        if self.wait:
            await self._attempt("running", lambda: self._set_state(Running()))

    def _resume(self, briefing: Briefing, entries: Sequence[Entry]) -> int:
        """A second execution begins after the flow's own last entry; bars of earlier stages are drawn already."""
        for task in briefing.case.tasks.values():
            if not task.is_open and task.stage is not briefing.case.stage:
                self.bars |= {f"{task.id}/{level}": "passed" for level in range(task.level)}
                self.bars[f"{task.id}/{task.level}"] = task.status
        return max((entry.seq for entry in entries if entry.origin == FLOW), default=0)

    async def _show_tags(self, briefing: Briefing) -> None:
        wanted = tags(briefing.case)
        if wanted != self.tags:
            self.tags = wanted
            await self._attempt("tags", lambda: self._set_tags(wanted))

    async def _set_state(self, state: State[Any]) -> None:
        async with get_client() as client:
            # From one wait to the next only force leads; over a cancelled run it would bring that to life again.
            now = (await client.read_flow_run(self.run_id)).state
            if now is not None and (now.is_final() or now.is_cancelling()):
                log.info("window.run_ended", extra={"case_no": self.case_no, "state": now.name})
                return
            await client.set_flow_run_state(self.run_id, state, force=True)

    async def _set_tags(self, wanted: list[str]) -> None:
        async with get_client() as client:
            await client.update_flow_run(self.run_id, tags=wanted)

    async def _write_artifact(self, text: str) -> None:
        artifact = ArtifactCreate(
            key=self.case_no.lower(),
            type="markdown",
            description=f"Case {self.case_no}",
            data=text,
            flow_run_id=self.run_id,
        )
        async with get_client() as client:
            await client.create_artifact(artifact)

    async def _attempt(self, what: str, show: Callable[[], Awaitable[None]]) -> None:
        """The engine may be away: the case goes on without its window, which shows the next thing when it is back."""
        try:
            await show()
        except (httpx.HTTPError, PrefectException, OSError) as trouble:
            self.wait = ""
            log.warning("window.dark", extra={"case_no": self.case_no, "what": what, "trouble": type(trouble).__name__})

    def _emit(self, name: str, entry: Entry) -> None:
        shown = (
            "stage",
            "exit",
            "next",
            "kind",
            "task_id",
            "level",
            "trigger",
            "role",
            "outcome",
            "name",
            "department",
        )
        data = entry.fact.model_dump(mode="json")
        emit_event(
            event=name,
            resource={"prefect.resource.id": f"redress.case.{self.case_no}", "prefect.resource.name": self.case_no},
            # The feed is ordered by time alone, and facts of one decision share theirs: their numbers part them.
            occurred=entry.at + timedelta(microseconds=entry.seq),
            payload={key: data[key] for key in shown if key in data} | {"seq": entry.seq},
            id=uuid5(NAMESPACE_URL, f"{self.case_no}/{entry.seq}"),
        )

    def _draw(self, task: ManualTask, briefing: Briefing, *, rises: Sequence[tuple[int, datetime]]) -> None:
        """One bar for each person the task lay with: closed when it goes up, is answered or falls away.

        `rises` are the levels that the task reached, with the moment of each; a path may pass levels by.
        """
        for nth, (level, start) in enumerate(rises):
            next_start = rises[nth + 1][1] if nth + 1 < len(rises) else None
            key, shown = f"{task.id}/{level}", "passed" if next_start else task.status
            if self.bars.get(key) == shown:
                continue
            bar = self._bar(task, whose(task, briefing), level=level, start=start)
            if key not in self.bars:
                _say(bar, Running(timestamp=bar.start_time, message=f"due {task.due_at:%Y-%m-%d %H:%M} UTC"))
            if shown != "open":
                # The engine keeps one state per moment: levels passed at once after a downtime need two.
                end = max(next_start or task.closed_at or start, start + timedelta(milliseconds=1))
                ended: Any = create_datetime_instance(end)
                bar.end_time = ended
                _say(bar, Completed(name=_ENDINGS[shown], timestamp=bar.end_time))
            self.bars[key] = shown

    def _bar(self, task: ManualTask, lies_with: str, *, level: int, start: datetime) -> TaskRun:
        return TaskRun.model_validate(
            {
                "id": uuid5(self.run_id, f"{task.id}/{level}"),
                "name": f"{task.id} · {lies_with}" if level == 0 else f"{task.id} · escalation {level}",
                "flow_run_id": self.run_id,
                "task_key": "manual-task",
                "dynamic_key": f"{task.id}/{level}",
                "start_time": start,
                "run_count": 1,
            }
        )


def _rises(task: ManualTask, entries: Sequence[Entry]) -> list[tuple[int, datetime]]:
    """When the task went up, and to which level."""
    return [
        (entry.fact.level, entry.at)
        for entry in entries
        if isinstance(entry.fact, w.TaskEscalated) and entry.fact.task_id == task.id
    ]


_ENDINGS = {"answered": "Answered", "expired": "TimedOut", "revoked": "Revoked", "passed": "TimedOut"}


def _say(bar: TaskRun, state: State[Any]) -> None:
    """Tell the engine of a bar's state, as its own task runs do. Said twice it is one: the id follows from the bar."""
    state.id = uuid5(bar.id, state.name or "")
    state.state_details.task_run_id = bar.id
    state.state_details.flow_run_id = bar.flow_run_id
    bar.state, bar.state_id, bar.state_type, bar.state_name = state, state.id, state.type, state.name
    emit_task_run_state_change_event(task_run=bar, initial_state=None, validated_state=state)
