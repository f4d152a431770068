"""What a house stands on is away for a while: Prefect's server, then PostgreSQL. People notice as little as can be."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import TYPE_CHECKING

import httpx

from adapters.house import open_house
from benchmarks.house import running_house, until
from complaints.chain import verify
from tests.engine.whole import repeated_facts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.house import BenchHouse

_WITHIN = 180
_AWAY_SECONDS = 20
_NONCE = re.compile(r'name="nonce" value="([^"]+)"')
_DETAIL = "The kettle leaks, and this sentence must not be lost."


async def test_while_the_engine_is_away_people_go_on_and_it_catches_up(ground: Path) -> None:
    async with running_house(ground / "house") as house:
        await house.crowd.order("behave", silent=True)
        old = (await house.crowd.order("file", cases=3))["case_nos"]
        assert await until(lambda: _wait_for_findings(house, old), within=_WITHIN)
        engine = next(part for part in house.parts if part.name == "prefect")
        await engine.stop()
        await house.crowd.order("behave", silent=False)
        await house.crowd.order("release")
        new = (await house.crowd.order("file", cases=3))["case_nos"]
        # Cases in memory go on to their end, mail by mail, with nobody to show them to; new ones wait for the engine.
        assert await until(lambda: _are_archived(house, old), within=_WITHIN)
        assert await house.archived(new) == 0
        await engine.start()
        assert await until(lambda: house.are_over([*old, *new]), within=_WITHIN), _logs(house)
        await _assert_whole(house, [*old, *new])


async def test_while_the_database_is_away_nothing_typed_is_lost_and_everything_goes_on_after(ground: Path) -> None:
    async with running_house(ground / "house") as house:
        cases = (await house.crowd.order("file", cases=3))["case_nos"]
        async with httpx.AsyncClient(base_url=house.settings.public_url, timeout=60) as visitor:
            nonce = _NONCE.findall((await visitor.get("/")).text)[0]
            await house.postgres.stop()
            typed = {"detail": _DETAIL, "name": "Ann Lee", "email": "ann@customers.example", "nonce": nonce}
            refused = await visitor.post("/", data=typed)
            asked = await visitor.get("/readyz")
            told = await visitor.post(
                "/api/complaints", json={"detail": _DETAIL, "name": "Ann Lee", "email": "ann@customers.example"}
            )
        for answer in (refused, asked, told):
            assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE, _logs(house)
            assert int(answer.headers["Retry-After"]) > 0
        assert _DETAIL in refused.text
        await asyncio.sleep(_AWAY_SECONDS)
        await house.postgres.start()
        assert await until(lambda: house.are_over(cases), within=_WITHIN), _logs(house)
        await _assert_whole(house, cases)


async def _wait_for_findings(house: BenchHouse, cases: Sequence[str]) -> bool:
    held: int = (await house.crowd.order("tell"))["held"]
    return held == len(cases)


async def _are_archived(house: BenchHouse, cases: Sequence[str]) -> bool:
    waiting = "SELECT count(*) FROM letters WHERE status = 'waiting' AND case_no = ANY($1::text[])"
    return await house.archived(list(cases)) == len(cases) and not await house.count(waiting, list(cases))


async def _assert_whole(house: BenchHouse, cases: Sequence[str]) -> None:
    opened = await open_house(house.settings)
    try:
        for case_no in cases:
            history = await opened.casebook.history(case_no)
            assert verify(history).seq == len(history)
            assert repeated_facts(history) == []
    finally:
        await opened.close()


def _logs(house: BenchHouse) -> str:
    """The ends of all logs, for whoever reads the failure."""
    return "\n".join(part.log_file.read_text(errors="replace")[-3000:] for part in house.parts)
