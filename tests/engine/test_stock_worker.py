"""Prefect's own process worker runs the same deployment: a process for every piece between two waits, only slower."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from prefect.settings import PREFECT_API_URL, temporary_settings

from adapters.alarms import Alarms
from deployments.server import client_environment
from deployments.supervisor import house_environment
from deployments.worker import POOL, ensure_deployment
from tests.engine.buttons import press_resume
from tests.engine.machinery import Machine, until
from tests.engine.whole import assert_whole

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

    from tests.engine.plant import Plant


async def test_a_stock_process_worker_carries_a_case_from_wait_to_wait_to_its_end(plant: Plant) -> None:
    with temporary_settings({PREFECT_API_URL: plant.engine.url}):
        deployment_id = await ensure_deployment()
    worker = _stock_worker(plant)
    plant.workers.append(worker)
    worker.start()
    case_no = await plant.complain()
    # What the owner's Run button does, with a case number typed in.
    run = await plant.api.create_flow_run_from_deployment(deployment_id, parameters={"case_no": case_no}, name=case_no)
    while not await _is_over(plant, run):
        await plant.everybody_answers(case_no)
        # The survey is asked a second after the remedy: nobody answers that, only time.
        await until(lambda: _is_due(plant, case_no), "there is something to do for the flow")
        assert await press_resume(plant, run.id) == "ACCEPT"
    # There is no post room in a stock worker: letters wait for a resident one.
    await plant.hire()
    await assert_whole(plant, [case_no])


def _stock_worker(plant: Plant) -> Machine:
    settings = plant.house.settings
    return Machine(
        command=[sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process"],
        environment={
            **client_environment(home=settings.home, port=plant.engine.port),
            "PREFECT_API_URL": plant.engine.url,
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "PREFECT_WORKER_PREFETCH_SECONDS": "1",
            **house_environment(settings),
        },
        log_file=settings.home / "stock-worker.log",
    )


async def _is_due(plant: Plant, case_no: str) -> bool:
    return [case.case_no for case in await Alarms(plant.house.database, clock=plant.house.clock).due()] == [case_no]


async def _is_over(plant: Plant, run: FlowRun) -> bool:
    """Wait until the run is at its end, or waits for people; which of the two."""

    async def at_rest() -> FlowRun | None:
        now = await plant.api.read_flow_run(run.id)
        return now if now.state and (now.state.is_final() or now.state.is_paused()) else None

    now = await until(at_rest, "the run is at rest")
    assert now is not None
    assert now.state is not None
    assert now.state.is_paused() or now.state.is_completed(), now.state
    return now.state.is_completed()
