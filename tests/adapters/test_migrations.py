"""Migrations: from nothing to the tables that the code expects, on both engines, once, however many start at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlmodel import SQLModel

from adapters.database import Database
from adapters.migrations import is_current, migrate
from adapters.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.postgres import Postgres

SCRIPTS = ScriptDirectory(str(ROOT / "models" / "migrations"))


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database without a table, once on each engine."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    if request.param == "postgresql":
        instance: Postgres = request.getfixturevalue("postgres")
        name = instance.next_name()
        await instance.execute(f"CREATE DATABASE {name}")
        url = instance.url(name)
    database = Database(url)
    yield database
    await database.close()


async def tables(database: Database) -> set[str]:
    async with database.reading() as session:
        connection = await session.connection()
        return set(await connection.run_sync(lambda plain: inspect(plain).get_table_names()))


async def test_a_new_house_gets_every_table(empty: Database) -> None:
    assert not await is_current(empty)
    assert await migrate(empty) == SCRIPTS.get_current_head()
    assert await is_current(empty)
    assert await tables(empty) == {*SQLModel.metadata.tables, "alembic_version"}


async def test_migrating_again_changes_nothing(empty: Database) -> None:
    first = await migrate(empty)
    before = await tables(empty)
    assert await migrate(empty) == first
    assert await tables(empty) == before


async def test_processes_that_start_at_once_migrate_one_after_the_other(empty: Database) -> None:
    others = [Database(empty.engine.url.render_as_string(hide_password=False)) for _ in range(4)]
    done = await asyncio.gather(*(migrate(one) for one in others))
    assert set(done) == {SCRIPTS.get_current_head()}
    for one in others:
        await one.close()


def differences(plain: Connection) -> list[object]:
    """What the tables of the code have that those of the database lack, and the other way round."""
    context = MigrationContext.configure(plain, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, SQLModel.metadata))


async def test_the_migrations_build_exactly_the_tables_of_the_code(empty: Database) -> None:
    await migrate(empty)
    async with empty.reading() as session:
        connection = await session.connection()
        assert await connection.run_sync(differences) == []


async def test_a_migration_that_fails_half_way_leaves_nothing(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def upgrade_and_fail(*_arguments: object) -> None:
        upgrade(*_arguments)  # type: ignore[arg-type]
        raise RuntimeError("the lights went out")

    upgrade = command.upgrade
    monkeypatch.setattr(command, "upgrade", upgrade_and_fail)
    with pytest.raises(RuntimeError):
        await migrate(empty)
    assert await tables(empty) == set()
    monkeypatch.undo()
    await migrate(empty)
    assert await is_current(empty)


def test_the_migrations_are_one_line_from_the_first_to_the_newest() -> None:
    revisions = list(SCRIPTS.walk_revisions())
    assert len(SCRIPTS.get_heads()) == len(SCRIPTS.get_bases()) == 1
    assert all(revision.doc for revision in revisions)
    assert not [revision for revision in revisions if revision.is_merge_point or revision.is_branch_point]
