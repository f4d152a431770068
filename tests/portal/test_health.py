"""Health: what an operator's instruments are told, and who may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from complaints.errors import TryAgain
from portal import health
from portal.app import create_app
from tests.builders import build_house, complain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from adapters.house import House
    from tests.portal.visitor import Visitor


def asker(house: House, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """Somebody's Prometheus."""
    transport = httpx.ASGITransport(app=create_app(house), client=(address, 40000))
    return httpx.AsyncClient(transport=transport, base_url="http://portal.test")


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[House]:
    """A house that asks for a token."""
    opened = await build_house(tmp_path / "home", metrics_token="let me in")
    yield opened
    await opened.close()


def samples(text: str) -> Mapping[str, float]:
    """All numbers by name and labels."""
    families = text_string_to_metric_families(text)
    return {
        " ".join([sample.name, *sorted(sample.labels.values())]): sample.value
        for family in families
        for sample in family.samples
    }


async def test_the_figures_of_the_house_and_of_the_web_site_are_told(house: House) -> None:
    await complain(house)
    async with asker(house) as prometheus:
        await prometheus.get("/")
        await prometheus.get("/task/what-a-secret")
        answer = await prometheus.get("/metrics")
    told = samples(answer.text)
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert told["redress_database_up"] == 1
    assert told["redress_open_cases cold intake"] == 1
    assert told["redress_request_seconds_count / 200 GET"] == 1
    assert told["redress_request_seconds_count /task/{token} 404 GET"] == 1
    assert "what-a-secret" not in answer.text


async def test_an_invented_method_or_path_makes_no_series_of_its_own(house: House) -> None:
    async with asker(house) as prometheus:
        for number in range(3):
            await prometheus.request(f"SEEK{number}", f"/nowhere/{number}")
        told = samples((await prometheus.get("/metrics")).text)
    assert told["redress_request_seconds_count 404 other other"] == 3


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("10.0.0.7", {}),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", {"Forwarded": "for=10.0.0.7"}),
    ],
)
async def test_without_a_token_only_this_machine_may_ask(house: House, address: str, headers: dict[str, str]) -> None:
    async with asker(house, address) as prometheus:
        answer = await prometheus.get("/metrics", headers=headers)
    assert answer.status_code == 403
    assert "REDRESS_METRICS_TOKEN" in answer.text
    assert "redress_open_cases" not in answer.text


@pytest.mark.parametrize(
    ("told", "status"),
    [("Bearer let me in", 200), ("Bearer let me out", 403), ("bearer", 403), ("Bearer 让我进去", 403), ("", 403)],
)
async def test_with_a_token_whoever_shows_it_may_ask(guarded: House, told: str, status: int) -> None:
    async with asker(guarded, "10.0.0.7") as prometheus:
        answer = await prometheus.get("/metrics", headers={b"Authorization": told.encode()})
    assert answer.status_code == status


async def test_while_the_database_is_away_the_process_tells_what_it_counted(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> AbstractAsyncContextManager[None]:
        raise TryAgain("the business database does not answer")

    monkeypatch.setattr(health, "take_census", away)
    told = samples((await visitor.client.get("/metrics")).text)
    assert told["redress_database_up"] == 0
    assert any(name.startswith("process_cpu_seconds") for name in told)
