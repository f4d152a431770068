"""The resident worker: a Prefect worker that runs complaint flows in its own event loop and keeps those that wait."""

from __future__ import annotations

import asyncio
import copy
import logging
import os
import signal
import threading
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from prefect import results
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.context import AsyncClientContext
from prefect.exceptions import ObjectAlreadyExists, Pause
from prefect.flow_engine import run_flow_async
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.workers.base import BaseJobConfiguration, BaseWorker, BaseWorkerResult

from adapters.alarms import Alarms
from adapters.ambient import look_again, move_in
from adapters.doorbell import Doorbell
from adapters.findings import Findings
from adapters.house import open_house
from adapters.housekeeping import Housekeeper
from adapters.leavers import Leavers
from adapters.mailer import Mailer
from adapters.postroom import PostRoom
from adapters.publisher import Publisher
from adapters.window import RunDeleted
from deployments.rhythm import OUTAGES, every, until_done
from deployments.waker import Waker
from deployments.worker_health import HealthSite
from flows.complaint import complaint

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from uuid import UUID

    from prefect.client.schemas.objects import FlowRun

    from adapters.house import House
    from adapters.settings import Settings

log = logging.getLogger("redress.worker")

POOL = "redress"
DEPLOYMENT = "complaint"
"""Never renamed: a new name would strand the open cases of the old one."""

_LEAVE_SECONDS = 8
_POLL_SECONDS = 1.0
_PUBLISH_SECONDS = 600.0
_REMIND_SECONDS = 600.0
"""Whether a day is over is asked this often; whoever asks first publishes it."""

_LEAVERS_SECONDS = 60.0
"""Work of somebody who is gone has nobody who could do it, and its clocks run."""

_NAMED = copy.copy(complaint)
_NAMED.flow_run_name = None
"""The waker creates runs with their names; with the template the engine would tell the server once more."""


class ResidentResult(BaseWorkerResult):
    """How an execution ended, as Prefect's worker wants it."""


class ResidentWorker(BaseWorker[BaseJobConfiguration, Any, ResidentResult]):
    """Runs each flow as a coroutine of this process. Set up with `of(house)`."""

    type = "redress"
    job_configuration = BaseJobConfiguration
    _description = "Executes complaint flows in one process and keeps the waiting ones in memory."

    house: House
    alarms: Alarms

    @classmethod
    def of(cls, house: House, alarms: Alarms) -> ResidentWorker:
        """A worker for this house."""
        worker = cls(work_pool_name=POOL, name=f"resident {alarms.me}")
        worker.house, worker.alarms = house, alarms
        return worker

    def take(self, run: FlowRun) -> None:
        """Execute a pending run now, without waiting for the next poll to find it.

        Past Prefect's `_submit_run`: the lease says already that the run is ours, and a coroutine of this process
        needs none of the job variables, labels and states that it asks the server for, eight requests a run.
        """
        if self._runs_task_group is not None:
            self._runs_task_group.start_soon(self._carry, _apart(run))

    async def _carry(self, flow_run: FlowRun) -> None:
        try:
            await self.run(flow_run, BaseJobConfiguration())
        except Exception:
            # The edge: what one case meets must not end the worker with all the others.
            log.exception("run.broken", extra={"case_no": flow_run.name})
        await self._let_go(flow_run.name)

    async def _let_go(self, case_no: str) -> None:
        """Anybody may carry a case that is not here; while the database is away its lease ends by itself."""
        if case_no not in self.house.doorbell.inside:
            with suppress(*OUTAGES):
                await self.alarms.release(case_no)

    async def _submit_run(self, flow_run: FlowRun) -> None:
        """Prefect's own, but an engine that is away ends one attempt and not the worker: the waker tries again."""
        try:
            await super()._submit_run(flow_run)
        except OUTAGES as trouble:
            log.warning("run.not_started", extra={"case_no": flow_run.name, "trouble": type(trouble).__name__})
            self._submitting_flow_run_ids.discard(flow_run.id)
        await self._let_go(flow_run.name)

    async def run(
        self,
        flow_run: FlowRun,
        configuration: BaseJobConfiguration,
        task_status: Any = None,  # noqa: ANN401  anyio's, whatever its parameter
    ) -> ResidentResult:
        """Carry one case until it is archived or its wait goes cold."""
        del configuration
        case_no = str(flow_run.parameters["case_no"])
        is_here_already = not self.house.doorbell.enter(case_no)
        if task_status:
            # Without an infrastructure id the server cancels a waiting run at once when the owner asks.
            task_status.started(None)
        if is_here_already:
            # The owner pressed Resume on a case that waits in memory: it looks again and shows its wait anew.
            look_again(flow_run.id)
            self.house.doorbell.ring(case_no)
            return ResidentResult(status_code=0, identifier=case_no)
        try:
            await self.alarms.renew([case_no])
            await self._execute(flow_run)
        except OUTAGES as trouble:
            # The lease is kept until it ends: by it a case that was cut off is found again, also when it is archived.
            log.warning("run.cut_off", extra={"case_no": case_no, "trouble": type(trouble).__name__})
            return ResidentResult(status_code=0, identifier=case_no)
        finally:
            self.house.doorbell.leave(case_no)
        await self.alarms.release(case_no)
        return ResidentResult(status_code=0, identifier=case_no)

    async def start_loops(self, stop: asyncio.Event) -> None:
        """Be seen online, and find runs that were resumed or started in the UI."""
        await asyncio.gather(
            every(_POLL_SECONDS, self.look_for_runs, stop),
            every(self.heartbeat_interval_seconds, self.sync_with_backend, stop),
        )

    async def look_for_runs(self) -> None:
        """Submit runs that the owner started or resumed."""
        await self.get_and_submit_flow_runs()
        self.house.meters.engine_seen.set_to_current_time()

    async def _execute(self, flow_run: FlowRun) -> None:
        try:
            told = dict(flow_run.parameters)
            await run_flow_async(_NAMED, flow_run=_apart(flow_run), parameters=told, return_type="state")
        except RunDeleted:
            log.warning("run.deleted", extra={"case_no": flow_run.name})
            if await self.alarms.forget_run(flow_run.name, str(flow_run.id)):
                await self.alarms.wake_after(flow_run.name, timedelta())
        except Pause:
            log.debug("flow.cold", extra={"case_no": flow_run.name})


def _apart(run: FlowRun) -> FlowRun:
    """The run without its deployment.

    With that the engine would start a thread and a websocket per run to watch for suspensions, and block this loop on
    them (prefect/flow_engine.py, observe_flow_run_suspension).
    """
    return run if run.deployment_id is None else run.model_copy(update={"deployment_id": None})


async def ensure_deployment() -> UUID:
    """The work pool and the deployment, made if they are missing. Returns the deployment's id."""
    async with get_client() as client:
        try:
            await client.create_work_pool(WorkPoolCreate(name=POOL, type=ResidentWorker.type))
        except ObjectAlreadyExists:
            log.debug("pool.exists")
        flow_id = await client.create_flow(complaint)
        return await client.create_deployment(
            flow_id=flow_id,
            name=DEPLOYMENT,
            work_pool_name=POOL,
            # A module, not a file: a stock process worker starts its runs in an empty folder.
            entrypoint="flows.complaint.complaint",
            description="One run is one complaint, from intake to archive.",
            tags=["redress"],
        )


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """Run worker, waker and post room until told to stop; then let running steps end and leave the rest cold."""
    house = await open_house(settings, doorbell=Doorbell(settings.worker_hot_limit))
    move_in(house)
    alarms = Alarms(house.database, clock=house.clock)
    house.meters.count_troubles()
    _ask_for_no_result_storage()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(house.close)
        stack.enter_context(temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}))
        await stack.enter_async_context(AsyncClientContext.get_or_create())
        mailer = Mailer(settings)
        stack.push_async_callback(mailer.close)
        health = asyncio.create_task(HealthSite(house, alarms).stand_open(stop))
        postroom = asyncio.create_task(PostRoom(house, mailer).run(stop))
        heads = asyncio.create_task(every(_PUBLISH_SECONDS, Publisher(house).publish_due, stop))
        tidying = asyncio.create_task(every(_PUBLISH_SECONDS, Housekeeper(house).tidy_daily, stop))
        findings = asyncio.create_task(every(_REMIND_SECONDS, Findings(house).remind_due, stop))
        leavers = asyncio.create_task(every(_LEAVERS_SECONDS, Leavers(house).hand_over_rest, stop))
        deployment_id = await until_done(ensure_deployment, stop)
        if deployment_id is not None:
            await _serve(house, alarms, deployment_id=deployment_id, stop=stop)
        await asyncio.gather(postroom, health, heads, tidying, findings, leavers)


def _ask_for_no_result_storage() -> None:
    """Every flow run would ask the server where results are stored, through a new client and on this very loop.

    Redress stores none (deployments/server.py), and a synchronous request here stops all flows while the server thinks.
    """
    results._read_server_default_result_storage_block_id = lambda: None  # noqa: SLF001  Prefect has no seam here


async def _serve(house: House, alarms: Alarms, *, deployment_id: UUID, stop: asyncio.Event) -> None:
    async with ResidentWorker.of(house, alarms) as worker:
        waker = Waker(house, alarms=alarms, runner=worker, deployment_id=deployment_id)
        loops = asyncio.create_task(worker.start_loops(stop))
        wire = asyncio.create_task(house.wire.listen(waker.hear))
        log.info("worker.ready", extra={"worker": worker.name})
        await waker.run(stop)
        house.doorbell.close()
        wire.cancel()
        await asyncio.gather(loops, wire, return_exceptions=True)


def run_worker(settings: Settings) -> int:
    """Run the resident worker until SIGTERM or Ctrl-C; it leaves within ten seconds.

    The loop lives in a thread of its own: in the main thread every flow would put a SIGTERM handler of Prefect's over
    ours (prefect/utilities/engine, capture_sigterm), and a stop would strike the loop wherever it stands.
    """
    loop, stop, outcome = asyncio.new_event_loop(), asyncio.Event(), _Outcome()
    thread = threading.Thread(target=_run_loop, args=(loop, work(settings, stop), outcome), name="worker")
    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, lambda *_: loop.call_soon_threadsafe(stop.set))
    thread.start()
    while thread.is_alive() and not stop.is_set():
        thread.join(0.2)
    thread.join(_LEAVE_SECONDS)
    if thread.is_alive():
        log.error("worker.left_hard")
        # Steps that hang must not keep the machine from stopping: what they did not record is done again.
        os._exit(1)
    if outcome.trouble:
        raise outcome.trouble
    return 0


@dataclass
class _Outcome:
    trouble: BaseException | None = None


def _run_loop(loop: asyncio.AbstractEventLoop, working: Coroutine[Any, Any, None], outcome: _Outcome) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(working)
    except BaseException as trouble:  # noqa: BLE001  carried to the main thread, which raises it
        outcome.trouble = trouble
    finally:
        loop.close()
