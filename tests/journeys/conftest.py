"""Whole complaints: what a journey says it covers, its history must show (docs/journeys.md); houses under any pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.house import open_house
from adapters.settings import Settings
from tests.builders import complain
from tests.journeys.journey import BEGUN, Journey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from adapters.house import House
    from tests.builders import Hands
    from tests.journeys.houses import Begin, Register


@pytest.fixture(autouse=True)
def claims(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold the `covers` marks of a journey, and what people were asked for, against what was shown of it."""
    BEGUN.clear()
    yield
    claimed = {what for mark in request.node.iter_markers("covers") for what in mark.args}
    lived = {what for journey in BEGUN for what in journey.lived}
    assert claimed <= lived, f"claims {sorted(claimed - lived)}, but its histories show only {sorted(lived)}"
    for journey in BEGUN:
        assert journey.awaited <= set(journey.states), f"{journey.case_no} was shown in Prefect as {journey.states}"


@pytest.fixture
async def register(sqlite_url: str, tmp_path: Path, hands: Hands) -> AsyncIterator[Register]:
    """A complaint reaches the house of this pack at this moment, and nothing there runs yet."""
    opened: list[House] = []

    async def reach(pack: str, moment: datetime, **told: Any) -> Journey:  # noqa: ANN401  what a customer tells
        hands.at = moment
        settings = Settings(home=tmp_path, database_url=sqlite_url, policy=pack)
        opened.append(await open_house(settings, clock=hands.clock))
        return Journey(opened[-1], hands, await complain(opened[-1], **told))

    yield reach
    for house in opened:
        await house.close()


@pytest.fixture
def begin(register: Register) -> Begin:
    """A customer complains to the house of this pack, at this moment; `told` replaces parts of what she tells."""

    async def complain_to(pack: str, moment: datetime, **told: Any) -> Journey:  # noqa: ANN401  what a customer tells
        journey = await register(pack, moment, **told)
        await journey.case()
        return journey

    return complain_to
