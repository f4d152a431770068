"""The window: what the process owner sees of a case in the Prefect UI. It shows; it never decides, and may fail."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    TaskRunFilter,
    TaskRunFilterFlowRunId,
)
from prefect.client.schemas.objects import TERMINAL_STATES, State, StateType
from prefect.events import emit_event
from prefect.exceptions import ObjectNotFound, Pause, PrefectException
from prefect.states import Paused

from adapters.bars import Bars
from adapters.gate import Turn
from complaints import escalation_events as x
from complaints import events as e
from complaints import work_events as w
from complaints.fact import Fact
from complaints.overview import awaited, markdown, state_name, tags, whose

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from adapters.gate import Gate
    from complaints.briefing import Briefing
    from complaints.chain import Entry

log = logging.getLogger("redress.window")

ANNOUNCED: dict[type[Fact], str] = {
    e.ComplaintReceived: "redress.case.received",
    e.CaseClassified: "redress.case.classified",
    e.CaseRegraded: "redress.case.regraded",
    e.CaseAssigned: "redress.case.assigned",
    w.TaskAsked: "redress.task.asked",
    w.TaskEscalated: "redress.case.escalated",
    x.CaseEscalated: "redress.case.raised",
    x.IncidentJoined: "redress.incident.joined",
    x.IncidentGrew: "redress.incident.grew",
    x.HelpGiven: "redress.help.given",
    w.TaskReminded: "redress.task.reminded",
    w.TaskExpired: "redress.task.expired",
    e.ClockMissed: "redress.clock.missed",
    e.ComplaintWithdrawn: "redress.case.withdrawn",
    e.StageClosed: "redress.stage.closed",
    e.CaseArchived: "redress.case.archived",
    e.RunInterrupted: "redress.run.interrupted",
}
"""Facts that the event feed hears of, by the name it hears; codes only."""


_PATIENCE_SECONDS = 10
_BLACKOUT_SECONDS = 5
_FRESH_SECONDS = 1.0
"""Nobody cancels a run within a second after it showed something new."""

FLOW = "flow"
"""The origin of entries that the flow wrote: it announced everything up to its own last one."""


class RunDeleted(Pause):  # the engine's family of signals, which pass through tasks and flows
    """The owner deleted the run: it ends here, and the case goes on in a new one."""


@dataclass
class Blackout:
    """The engine was away a moment ago: nobody tries again before a while, or each case would wait for it in turn."""

    until: float = -inf

    def begin(self) -> None:
        """The engine does not answer."""
        self.until = monotonic() + _BLACKOUT_SECONDS

    @property
    def is_on(self) -> bool:
        """Whether it is too early to try again."""
        return monotonic() < self.until


def _ended(run_id: UUID) -> FlowRunFilter:
    """Finds the run if it is over or somebody wants it to be."""
    over = FlowRunFilterStateType(any_=[*TERMINAL_STATES, StateType.CANCELLING])
    return FlowRunFilter(id=FlowRunFilterId(any_=[run_id]), state=FlowRunFilterState(type=over))


@dataclass
class Window:
    """One run's window: remembers what it shows, so that nothing is shown twice."""

    run_id: UUID
    case_no: str
    wait: str = ""
    tags: list[str] = field(default_factory=list)
    announced: int | None = None
    seen_at: float = -inf
    """When the run was last seen alive, by the clock that never jumps."""
    picture: tuple[Briefing, Sequence[Entry]] | None = None
    """What tags and artifact are still to say of this wait."""
    painting: asyncio.Task[None] | None = None
    is_painted: bool = False
    """Whether the painting has begun."""
    painted: int = 0
    """How far the history had come when a painting began last."""
    blackout: Blackout = field(default_factory=Blackout)
    """Shared by all windows of a process."""
    is_dark: bool = False
    """The engine was away when something was to be shown: it must be shown later."""
    is_gone: bool = False
    """The owner deleted the run."""

    def __post_init__(self) -> None:
        self.bars = Bars(self.run_id)

    async def open(self, entries: Sequence[Entry]) -> None:
        """Begin after what the last execution announced, before this one adds to it; no more than once."""
        if self.announced is not None:
            return
        told = max((entry.seq for entry in entries if entry.origin == FLOW), default=0)
        self.announced = 0
        if told:
            await self._attempt("bars", lambda: self._recall(entries, told))

    async def _recall(self, entries: Sequence[Entry], told: int) -> None:
        of_run = TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[self.run_id]))
        async with get_client() as client:
            drawn = await client.read_task_runs(task_run_filter=of_run)
        # A run that lacks a bar may lack events too; told twice they are one, since their ids follow from the case.
        self.announced = told if self.bars.recall(drawn, entries) else 0

    def announce(self, briefing: Briefing, entries: Sequence[Entry]) -> None:
        """Custom events for what is new in the history, and a bar for every human step that began or ended."""
        try:
            for entry in entries[self.announced or 0 :]:
                if name := ANNOUNCED.get(type(entry.fact)):
                    self._emit(name, entry)
            self.announced = len(entries)
            for task in briefing.case.tasks.values():
                self.bars.draw(task, entries, lies_with=whose(task, briefing))
        except Exception:
            # The edge of the engine: whatever is wrong with the picture, the case itself goes on.
            log.exception("window.broken", extra={"case_no": self.case_no})

    async def show_wait(self, briefing: Briefing, entries: Sequence[Entry]) -> State[Any]:
        """The named wait state with its message. Returns the state."""
        message = awaited(briefing)
        state: State[None] = Paused(
            name=state_name(briefing.case), message=message, reschedule=True, pause_key=str(uuid4())
        )
        # A pause that expires would fail the run without asking us; deadlines are the business database's.
        state.state_details.pause_timeout = None
        wait = f"{state.name} {message}"
        is_new = wait != self.wait or self.is_dark
        if is_new or briefing.case.seq != self.painted:
            # People are still awaited as before, but there is more to tell: an incident joined, a word of the customer.
            self.picture = (briefing, entries)
        if is_new:
            self.wait, self.is_dark = wait, False
            await self._attempt("wait", lambda: self._set_state(state))
        return state

    def paint_aside(self, pictures: Gate, *, when_troubled: Callable[[], object]) -> None:
        """Paint the tags and the case's page for this wait, once, while the flow goes on to wait for people."""
        if self.picture is None:
            return
        (briefing, entries), self.picture = self.picture, None

        async def paint() -> None:
            async with pictures.passage(Turn.PICTURE, self.case_no):
                self.is_painted, self.painted = True, briefing.case.seq
                await self._paint(briefing, entries)
            if self.is_dark or self.is_gone:
                when_troubled()

        self.is_painted = False
        self.painting = asyncio.create_task(paint())

    async def settle(self, *, at_once: bool) -> None:
        """Wait until what is being painted is done: pictures follow one another in order.

        `at_once`: what has not begun yet is left out, since another picture follows or the process ends.
        """
        if self.painting is None:
            return
        if at_once and not self.is_painted:
            self.painting.cancel()
        await asyncio.wait({self.painting})
        painting, self.painting = self.painting, None
        if not painting.cancelled():
            painting.result()

    async def _paint(self, briefing: Briefing, entries: Sequence[Entry]) -> None:
        await self._show_tags(briefing)
        await self._attempt("artifact", lambda: self._write_artifact(markdown(briefing, entries)))

    async def show_end(self, briefing: Briefing, entries: Sequence[Entry]) -> None:
        """The case is archived: its last tags and artifact. The engine completes the run from its last wait."""
        await self.settle(at_once=True)
        self.is_dark = False
        await self._paint(briefing, entries)

    async def _show_tags(self, briefing: Briefing) -> None:
        wanted = tags(briefing.case)
        if wanted != self.tags:
            await self._attempt("tags", lambda: self._set_tags(wanted))

    async def _set_state(self, state: State[Any]) -> None:
        async with get_client() as client:
            # From one wait to the next only force leads; over a cancelled run it would bring that to life again.
            is_fresh = monotonic() - self.seen_at <= _FRESH_SECONDS
            # Counted rather than read: reading a run takes the engine four queries and a third of what a state takes.
            if not is_fresh and await client.count_flow_runs(flow_run_filter=_ended(self.run_id)):
                log.info("window.run_ended", extra={"case_no": self.case_no})
                return
            await client.set_flow_run_state(self.run_id, state, force=True)
            self.seen_at = monotonic()

    async def _set_tags(self, wanted: list[str]) -> None:
        async with get_client() as client:
            await client.update_flow_run(self.run_id, tags=wanted)
        self.tags = wanted

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
        """The engine may be away: the case goes on without its window, and what failed is shown when it is back."""
        if self.is_dark or self.is_gone:
            return
        if self.blackout.is_on:
            self.is_dark = True
            return
        try:
            # The engine's client alone would try for a minute, and the case's next step wait as long.
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await show()
        except ObjectNotFound:
            self.is_gone = True
        except (httpx.HTTPError, PrefectException, OSError) as trouble:
            self.is_dark = True
            if isinstance(trouble, httpx.TransportError | OSError):
                self.blackout.begin()
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
            "incident",
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
