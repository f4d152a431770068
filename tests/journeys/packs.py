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


def write_pack(folder: Path, text: str) -> Path:
    """A pack in this folder that extends the default policy by a text."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(policies_folder() / "default.toml", folder / "default.toml")
    path = folder / "own.toml"
    path.write_text(f'extends = "default.toml"\n\n{text}', encoding="utf-8")
    return path


@pytest.fixture
async def house_under(sqlite_url: str, tmp_path: Path, hands: Hands) -> AsyncIterator[HouseUnder]:
    """A house on SQLite whose pack extends the default policy by the text that is given."""
    opened: list[House] = []

    async def build(pack: str) -> House:
        settings = Settings(home=tmp_path, database_url=sqlite_url, policy=str(write_pack(tmp_path, pack)))
        opened.append(await open_house(settings, clock=hands.clock))
        return opened[-1]

    yield build
    for house in opened:
        await house.close()
