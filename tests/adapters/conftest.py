"""A house with a past for the tests that tamper with it."""

from __future__ import annotations

import asyncio
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters.database import Database
from adapters.house import open_house
from adapters.migrations import migrate
from adapters.settings import Settings
from tests.audited import live
from tests.builders import Hands

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from adapters.house import House
    from tests.postgres import Postgres


@pytest.fixture(scope="session")
def lived_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a house with a past."""
    home = tmp_path_factory.mktemp("lived") / "home"
    asyncio.run(_live(home, f"sqlite+aiosqlite:///{home / 'redress.db'}"))
    return home


@pytest.fixture(scope="session")
def lived_postgres(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> tuple[Path, str]:
    """The same on PostgreSQL, and the name of its database."""
    home, name = tmp_path_factory.mktemp("lived") / "home", postgres.next_name()
    asyncio.run(postgres.execute(f"CREATE DATABASE {name}"))
    asyncio.run(_live(home, postgres.url(name)))
    return home, name


async def _live(home: Path, url: str) -> None:
    home.mkdir()  # noqa: ASYNC240  nothing else runs yet
    database = Database(url)
    await migrate(database)
    await database.close()
    hands = Hands()
    house = await open_house(Settings(home=home, database_url=url), clock=hands.clock)
    await live(house, hands)
    await house.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def copied(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """A copy of the house with a past; once on each engine."""
    home = tmp_path / "home"
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("lived_sqlite"), home)
        yield Settings(home=home, database_url=f"sqlite+aiosqlite:///{home / 'redress.db'}")
        return
    lived, template = request.getfixturevalue("lived_postgres")
    instance: Postgres = request.getfixturevalue("postgres")
    shutil.copytree(lived, home)
    name = instance.next_name()
    asyncio.run(instance.execute(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield Settings(home=home, database_url=instance.url(name))
    asyncio.run(instance.execute(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def copied_house(copied: Settings) -> AsyncIterator[House]:
    """The copy, on Wednesday."""
    hands = Hands()
    hands.at += timedelta(days=2)
    opened = await open_house(copied, clock=hands.clock)
    yield opened
    await opened.close()
