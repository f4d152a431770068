"""The pages of the complaint on stock Prefect: they start runs of its deployment and resume them."""

from __future__ import annotations

import os
from uuid import UUID

import uvicorn
from prefect.client.orchestration import get_client

from benchmarks.peers.desk import Desk, site

_runs: dict[str, UUID] = {}


async def start(case_no: str) -> None:
    """A new run of the deployment."""
    async with get_client() as client:
        deployment = await client.read_deployment_by_name("peer/peer")
        run = await client.create_flow_run_from_deployment(deployment.id, parameters={"case_no": case_no}, name=case_no)
    _runs[case_no] = run.id


async def answer(case_no: str, stage: str) -> bool:
    """Resume the run; False while it is not yet suspended at this stage."""
    async with get_client() as client:
        run = await client.read_flow_run(_runs[case_no])
        if run.state is None or not run.state.is_paused() or run.state.state_details.pause_key != stage:
            return False
        told = await client.resume_flow_run(run.id)
    return told.status.value == "ACCEPT"


if __name__ == "__main__":
    pages = site(Desk(), start=start, answer=answer)
    uvicorn.run(pages, port=int(os.environ["PEER_PORT"]), log_level="error", access_log=False)
