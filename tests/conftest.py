"""What every test may ask for: databases of its own on both engines, a clock that stands still, a house to live in."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from adapters import library
from adapters.database import Database
from adapters.house import open_house
from adapters.migrations import migrate
from adapters.settings import Settings
from complaints.policy_file import parse_policy
from tests.builders import Hands
from tests.postgres import Postgres, started_postgres

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from adapters.house import House
    from complaints.policy import Policy

# How long an example takes says something about the machine, not about the house.
settings.register_profile("house", deadline=None, max_examples=60)
settings.load_profile("house")

pytest_plugins = ("tests.engine.fixtures", "tests.posting")

ENGINES = ("sqlite", "postgresql")
_TEMPLATE = "redress_template"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL 15 instance of this test run's own.

    Not below pytest's folder: a second run that starts meanwhile closes that to all but root, which PostgreSQL is not.
    """
    with tempfile.TemporaryDirectory(prefix="redress-postgres-") as folder, started_postgres(Path(folder)) as instance:
        yield instance


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> Postgres:
    """The instance, with a database built by the migrations that others are copied from."""
    asyncio.run(postgres.execute(f"CREATE DATABASE {_TEMPLATE}"))
    asyncio.run(_migrate(postgres.url(_TEMPLATE)))
    return postgres


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file built by the migrations that others are copied from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(_migrate(_sqlite_url(path)))
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite database."""
    path = tmp_path / "redress.db"
    shutil.copyfile(migrated_sqlite, path)
    return _sqlite_url(path)


@pytest.fixture
async def postgres_url(migrated_postgres: Postgres) -> AsyncIterator[str]:
    """The address of a fresh PostgreSQL database."""
    name = migrated_postgres.next_name()
    await migrated_postgres.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    yield migrated_postgres.url(name)
    await migrated_postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database, once on each engine."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database, once on each engine."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def hands() -> Hands:
    """The hands of the house's clock, on a Monday morning."""
    return Hands()


@pytest.fixture(scope="session", autouse=True)
def parsed_once() -> Iterator[None]:
    """Hundreds of houses open under the same texts of one policy: each text is parsed once."""
    remembered: dict[tuple[str, ...], Policy] = {}

    def parse(name: str, texts: Mapping[str, str]) -> Policy:
        key = (name, *(part for item in sorted(texts.items()) for part in item))
        if key not in remembered:
            remembered[key] = parse_policy(name, texts)
        return remembered[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "parse_policy", parse)
        yield


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path, hands: Hands) -> AsyncIterator[House]:
    """A house on SQLite with the default policy, whose clock stands until a test moves `hands`."""
    opened = await _open(tmp_path, hands, sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def either_house(database_url: str, tmp_path: Path, hands: Hands) -> AsyncIterator[House]:
    """The same, once on each engine."""
    opened = await _open(tmp_path, hands, database_url)
    yield opened
    await opened.close()


async def _open(home: Path, hands: Hands, url: str) -> House:
    """The database is a copy of a migrated one, so nothing is left to migrate."""
    return await open_house(Settings(home=home, database_url=url), clock=hands.clock)


def _sqlite_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def _migrate(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.close()


@pytest.fixture
def operators_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an operator keeps her house, and her environment: nothing else of ours is set, and her terminal is wide."""
    for name in list(os.environ):
        if name.startswith("REDRESS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "220")
    return tmp_path / "home"
