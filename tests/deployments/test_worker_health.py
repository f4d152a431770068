"""The worker's door: it tells how the worker is, and never stands in its way."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import httpx
import pytest

from adapters.alarms import Alarms
from adapters.database import Database
from deployments.worker_health import HealthSite
from tests.builders import build_house
from tests.engine.machinery import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from adapters.house import House
    from tests.builders import Hands


@pytest.fixture
async def house(tmp_path: Path, hands: Hands) -> AsyncIterator[House]:
    """A house whose worker has a door on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    opened = await build_house(tmp_path / "home", hands=hands, worker_port=port)
    yield opened
    await opened.close()


@asynccontextmanager
async def open_door(house: House, alarms: Alarms) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody at the door, once it stands open."""
    stop = asyncio.Event()
    standing = asyncio.create_task(HealthSite(house, alarms).stand_open(stop))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.settings.worker_port}") as client:
        await until(partial(_is_alive, client), "the door stands open")
        yield client
        stop.set()
        await asyncio.wait_for(standing, 10)


async def _is_alive(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/healthz")).is_success
    except httpx.ConnectError:
        return False


async def test_a_worker_is_ready_once_it_has_looked_and_not_when_it_looks_no_more(house: House, hands: Hands) -> None:
    alarms = Alarms(house.database, clock=house.clock)
    async with open_door(house, alarms) as client:
        early = await client.get("/readyz")
        await alarms.due()
        in_time = await client.get("/readyz")
        hands.move(seconds=31)
        late = await client.get("/readyz")
    assert (early.status_code, early.json()["reason"]) == (503, "Prefect's server has not answered yet")
    assert (in_time.status_code, in_time.json()) == (200, {"status": "ready"})
    assert (late.status_code, late.json()["reason"]) == (503, "nobody has looked for due cases for 31 seconds")
    assert late.headers["Retry-After"]


async def test_a_worker_without_its_database_lives_but_is_not_ready(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none")
    alarms = Alarms(house.database, clock=house.clock)
    await alarms.due()
    async with open_door(house, alarms) as client:
        monkeypatch.setattr(house.database, "engine", nowhere.engine)
        monkeypatch.setattr(house.database, "readers", nowhere.readers)
        answer = await client.get("/readyz")
        assert (await client.get("/healthz")).is_success
        assert (await client.get("/metrics")).is_success
    assert (answer.status_code, answer.json()["reason"]) == (503, "the business database does not answer")
    await nowhere.close()


async def test_the_meters_of_the_worker_are_told(house: House) -> None:
    house.doorbell.enter("TC20261123-0001")
    house.meters.wake.labels("answer").observe(0.02)
    async with open_door(house, Alarms(house.database, clock=house.clock)) as client:
        text = (await client.get("/metrics")).text
    for line in (
        "redress_hot_flows 0.0",
        "redress_flows 1.0",
        'redress_wake_seconds_bucket{cause="answer",le="0.025"} 1.0',
    ):
        assert line in text
    assert "TC20261123" not in text


async def test_a_taken_port_costs_the_door_and_not_the_worker(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", house.settings.worker_port))
        other.listen()
        await asyncio.wait_for(
            HealthSite(house, Alarms(house.database, clock=house.clock)).stand_open(asyncio.Event()), 10
        )
    assert "worker.door_taken" in caplog.text


async def test_without_a_port_there_is_no_door(tmp_path: Path) -> None:
    house = await build_house(tmp_path / "other", worker_port=0)
    await asyncio.wait_for(HealthSite(house, Alarms(house.database, clock=house.clock)).stand_open(asyncio.Event()), 10)
    await house.close()
    assert not house.settings.worker_port
