"""A post office that a test holds, and the room of a house that brings letters there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.mailer import Mailer
from adapters.postroom import PostRoom
from tests.builders import build_house
from tests.post_office import PostOffice

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from adapters.house import House
    from tests.builders import Hands


@pytest.fixture
async def post_office() -> AsyncIterator[PostOffice]:
    office = PostOffice()
    await office.open()
    yield office
    await office.close()


@pytest.fixture
async def posting_house(
    database_url: str, tmp_path: Path, hands: Hands, post_office: PostOffice
) -> AsyncIterator[House]:
    """A house on either engine whose letters go to the post office."""
    opened = await build_house(
        tmp_path / "home", hands=hands, database_url=database_url, smtp_port=post_office.port, poll_seconds=0.01
    )
    yield opened
    await opened.close()


@pytest.fixture
async def mailer(house: House) -> AsyncIterator[Mailer]:
    mailer = Mailer(house.settings)
    yield mailer
    await mailer.close()


@pytest.fixture
def post_room(house: House, mailer: Mailer) -> PostRoom:
    """A post room that never shortens a wait."""
    return PostRoom(house, mailer, chance=lambda: 0.0)
