"""Packs of one's own: a house under the default policy with a few keys changed, as an owner would write them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters.house import open_house
from adapters.policies import policies_folder
from adapters.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from adapters.house import House
    from tests.builders import Hands

    HouseUnder = Callable[[str], Awaitable[House]]


@pytest.fixture
async def house_under(sqlite_url: str, tmp_path: Path, hands: Hands) -> AsyncIterator[HouseUnder]:
    """A house on SQLite whose pack extends the default policy by the text that is given."""
    opened: list[House] = []

    async def build(pack: str) -> House:
        shutil.copy(policies_folder() / "default.toml", tmp_path / "default.toml")
        path = tmp_path / "own.toml"
        path.write_text(f'extends = "default.toml"\n\n{pack}', encoding="utf-8")
        settings = Settings(home=tmp_path, database_url=sqlite_url, policy=str(path))
        opened.append(await open_house(settings, clock=hands.clock))
        return opened[-1]

    yield build
    for house in opened:
        await house.close()
