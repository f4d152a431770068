"""The buttons of a run's page in the engine's UI: what they send, and what is seen afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
from prefect.client.schemas.objects import StateType

if TYPE_CHECKING:
    from uuid import UUID

    from prefect.client.schemas.objects import FlowRun

    from tests.engine.plant import Plant


async def press_resume(plant: Plant, run_id: UUID) -> str:
    """What both of the engine's pages send; the answer's status."""
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{plant.engine.url}/flow_runs/{run_id}/resume")
    status: str = answer.raise_for_status().json()["status"]
    return status


async def press_cancel(plant: Plant, run_id: UUID) -> None:
    """What the engine's new pages send; the old ones leave `force` out."""
    wanted = {"state": {"type": "CANCELLING", "name": "Cancelling"}, "force": True}
    async with httpx.AsyncClient() as client:
        (await client.post(f"{plant.engine.url}/flow_runs/{run_id}/set_state", json=wanted)).raise_for_status()


async def is_shown_anew(plant: Plant, before: FlowRun) -> bool:
    run = await plant.api.read_flow_run(before.id)
    assert run.state is not None
    assert before.state is not None
    return run.state.name == before.state.name and run.state.id != before.state.id


async def is_cancelled(plant: Plant, run_id: UUID) -> bool:
    return (await plant.api.read_flow_run(run_id)).state_type is StateType.CANCELLED
