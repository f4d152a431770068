"""The waker: tells flows that something came for their case, starts runs for new cases, and revives what was lost."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Pending
from prefect.types._datetime import create_datetime_instance

from adapters.alarms import BATCH, LEASE
from adapters.gate import Gate, Turn
from complaints.briefing import Verdict
from complaints.chain import Signature
from complaints.errors import HistoryMoved, TryAgain
from complaints.events import RunInterrupted
from complaints.words import SYSTEM
from deployments.rhythm import OUTAGES, every

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prefect.client.schemas.objects import FlowRun

    from adapters.alarms import Alarms, DueCase
    from adapters.house import House

log = logging.getLogger("redress.waker")

ENDED = (StateType.CANCELLED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLING)
_OVER = (StateType.CANCELLED, StateType.FAILED, StateType.CRASHED)
_LOOK_FOR_ENDED = 2.0
_STARTS_AT_ONCE = 20
_LOOK_BACK = timedelta(minutes=10)
_LONG_AGO = timedelta(days=365)


class Runner(Protocol):
    """What executes a run: the resident worker."""

    def take(self, run: FlowRun) -> None:
        """Execute this run in this process."""


class Waker:
    """One loop for answers, deadlines, new cases and lost ones: they all are cases whose wake time has passed."""

    def __init__(self, house: House, *, alarms: Alarms, runner: Runner, deployment_id: UUID) -> None:
        self._house = house
        self._alarms = alarms
        self._runner = runner
        self._deployment_id = deployment_id
        self._first_look = True
        self._heard: set[str] = set()
        self._news = asyncio.Event()
        self._starting: dict[str, asyncio.Task[None]] = {}
        self._doors = Gate(_STARTS_AT_ONCE)

    async def run(self, stop: asyncio.Event) -> None:
        """Ring until told to stop; an outage of database or engine is waited out."""
        await asyncio.gather(
            every(self._house.settings.poll_seconds, self.ring_due, stop, sooner=self._news),
            every(LEASE.total_seconds() / 3, self.renew_leases, stop),
            every(_LOOK_FOR_ENDED, self.revive_ended, stop),
            every(LEASE.total_seconds(), self.finish_archived, stop),
        )
        starting = list(self._starting.values())
        for task in starting:
            task.cancel()
        await asyncio.gather(*starting, return_exceptions=True)

    async def renew_leases(self) -> None:
        """Say that the flows in this process are carried here."""
        await self._alarms.renew(self._house.doorbell.inside)

    def hear(self, case_no: str) -> None:
        """Somebody on this machine says that something came for a case: a flow that waits here is rung at once."""
        if not self._house.doorbell.ring(case_no, for_answer=True):
            self._heard.add(case_no)
            self._news.set()
        self._hurry(case_no)

    def _hurry(self, case_no: str) -> None:
        """Whatever this case queues for, a deadline of its own brought it there: now somebody waits for it."""
        for gate in (self._house.gate, self._house.pictures, self._doors):
            gate.hurry(case_no)

    async def ring_due(self) -> int:
        """Ring for every case whose time has come, those we heard of first. Returns how many were due."""
        heard, self._heard = self._heard, set()
        answered = await self._alarms.due(among=heard) if heard else []
        due = await self._alarms.due()
        if len(due) == BATCH:
            answered += await self._alarms.latest()
        first = {case.case_no: case for case in answered}
        rest = {case.case_no: case for case in due if case.case_no not in first}
        await self._ring_or_start(first, Turn.ANSWER)
        for case_no in first:
            self._hurry(case_no)
        await self._ring_or_start(rest, Turn.DEADLINE)
        return len(first) + len(rest)

    async def _ring_or_start(self, due: Mapping[str, DueCase], turn: Turn) -> None:
        doorbell = self._house.doorbell
        here = {case_no for case_no in due if doorbell.ring(case_no, for_answer=turn is Turn.ANSWER)}
        if here:
            await self._alarms.rang(here)
        for case_no, case in due.items():
            if case_no not in here and not self._alarms.is_carried(case):
                self._start_soon(case, turn)

    def _start_soon(self, case: DueCase, turn: Turn) -> None:
        """Not awaited: an engine that is away must not keep the flows in this process from being rung."""
        if case.case_no not in self._starting:
            starting = asyncio.create_task(self._start_or_release(case, turn), name=case.case_no)
            self._starting[case.case_no] = starting
            starting.add_done_callback(lambda done: self._starting.pop(done.get_name()))

    async def _start_or_release(self, case: DueCase, turn: Turn) -> None:
        try:
            async with self._doors.passage(turn, case.case_no):
                await self._start(case)
        except OUTAGES as trouble:
            # Not started: whoever finds the case next may try, without waiting for the lease to end.
            log.warning("case.not_started", extra={"case_no": case.case_no, "trouble": type(trouble).__name__})
            with suppress(TryAgain):
                await self._alarms.release(case.case_no)

    async def _start(self, case: DueCase) -> None:
        if not await self._alarms.claim(case):
            return
        async with get_client() as client:
            run = await self._existing_run(case)
            if run is None:
                run = await client.create_flow_run_from_deployment(
                    self._deployment_id,
                    parameters={"case_no": case.case_no},
                    name=case.case_no,
                    idempotency_key=f"{case.case_no}/{case.run_no}",
                    # Not scheduled, or the poll for runs that the owner started would find it too.
                    state=Pending(),
                )
                await self._alarms.started(case.case_no, str(run.id))
            elif run.state and run.state.type in ENDED:
                await self._revive(case.case_no, run)
                return
            else:
                # Paused: a cold wait is over. Anything else: its worker was killed and left it so.
                await client.set_flow_run_state(run.id, Pending(name="Resuming"), force=True)
        self._runner.take(run)

    async def _existing_run(self, case: DueCase) -> FlowRun | None:
        if case.run_id is None:
            return None
        async with get_client() as client:
            try:
                return await client.read_flow_run(UUID(case.run_id))
            except ObjectNotFound:
                # Deleted in the UI: the case is open all the same and gets a new run.
                await self._alarms.forget_run(case.case_no, case.run_id)
                return None

    async def finish_archived(self) -> None:
        """Complete the runs of archived cases whose worker was killed before it could."""
        for case in await self._alarms.cut_off():
            if not await self._alarms.claim(case):
                continue
            run = await self._existing_run(case)
            if run is None or run.state is None or run.state.is_final():
                await self._alarms.release(case.case_no)
                continue
            async with get_client() as client:
                await client.set_flow_run_state(run.id, Pending(name="Resuming"), force=True)
            self._runner.take(run)

    async def revive_ended(self) -> None:
        """Find runs that were cancelled, failed or crashed while their case is open."""
        back = _LONG_AGO if self._first_look else _LOOK_BACK
        since: Any = create_datetime_instance(self._house.clock.now() - back)
        over = FlowRunFilter(state=_in_state(*_OVER), end_time=FlowRunFilterEndTime(after_=since))
        # A run cancelled while it worked: the server leaves it to whoever executes it to say that it is over.
        cancelling = FlowRunFilter(state=_in_state(StateType.CANCELLING))
        async with get_client() as client:
            runs = await client.read_flow_runs(flow_run_filter=over, limit=200)
            runs += await client.read_flow_runs(flow_run_filter=cancelling, limit=200)
        self._first_look = False
        mine = await self._alarms.runs_of_open_cases(str(run.id) for run in runs)
        for run in runs:
            if str(run.id) in mine:
                await self._revive(mine[str(run.id)], run)

    async def _revive(self, case_no: str, run: FlowRun) -> None:
        """Record the interruption; the policy says whether the case goes on by itself or waits for somebody."""
        self._house.doorbell.dismiss(case_no)
        casebook = self._house.casebook
        briefing = await casebook.brief(case_no)
        if briefing.case.stage is None:
            return
        reopen = briefing.policy.engine.on_interrupted == "reopen"
        if run.state and run.state.is_cancelling():
            # First of all: whatever is cut off after this, a cancelled run is found again.
            await _say_cancelled(run.id)
        if not await self._alarms.forget_run(case_no, str(run.id)):
            return
        state = run.state.name if run.state and run.state.name else "unknown"
        fact = RunInterrupted(run_no=briefing.case.interruptions + 1, state=state, reopened=reopen)
        signature = Signature(actor=SYSTEM, origin="waker", policy=briefing.policy.version)
        with suppress(HistoryMoved):
            # Not woken here: a case that shall rest, or pause first, must not be found in between.
            await casebook.record(briefing, Verdict(facts=(fact,)), signature=signature, wake=False)
        await self._alarms.wake_after(case_no, _pause_before(briefing.case.interruptions) if reopen else None)
        log.warning("run.interrupted", extra={"case_no": case_no, "state": state, "reopened": reopen})


def _in_state(*types: StateType) -> FlowRunFilterState:
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types)))


async def _say_cancelled(run_id: UUID) -> None:
    async with get_client() as client:
        await client.set_flow_run_state(run_id, Cancelled(), force=True)


def _pause_before(interruptions: int) -> timedelta:
    """None after the first interruption, then longer and longer: a run that always fails must not fill the UI."""
    return timedelta(seconds=min(5 * (2 ** min(interruptions, 10) - 1), 600))
