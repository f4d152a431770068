"""The database: writes are whole or nothing, writers queue, and one that is busy or away may be tried again."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from asyncpg.exceptions import CannotConnectNowError, ConnectionDoesNotExistError, TooManyConnectionsError
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from adapters import database as room
from adapters.database import Database
from complaints.errors import TryAgain
from models.tables import CaseCounterRow, PolicyRow

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgres import Postgres

HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


async def add(database: Database, day: str = "20261123") -> None:
    async with database.writing() as session:
        session.add(CaseCounterRow(day=day, last=1))


async def days(database: Database) -> list[str]:
    async with database.reading() as session:
        return sorted((await session.execute(select(CaseCounterRow.day))).scalars())


# --- whole or nothing ---------------------------------------------------------------


async def test_what_was_written_is_there_for_the_next_reader(database: Database) -> None:
    await add(database)
    assert await days(database) == ["20261123"]


@pytest.mark.parametrize("trouble", [ValueError, asyncio.CancelledError, KeyboardInterrupt])
async def test_a_block_that_ends_badly_leaves_nothing(database: Database, trouble: type[BaseException]) -> None:
    async def fail() -> None:
        async with database.writing() as session:
            session.add(CaseCounterRow(day="20261123", last=1))
            await session.flush()
            raise trouble

    with pytest.raises(trouble):
        await fail()
    assert await days(database) == []


async def test_a_reader_cannot_write_by_accident(database: Database) -> None:
    # PostgreSQL refuses at once, SQLite forgets at the end.
    with suppress(DBAPIError):
        async with database.reading() as session:
            session.add(CaseCounterRow(day="20261123", last=1))
            await session.flush()
    assert await days(database) == []


async def test_a_broken_rule_of_the_tables_stays_what_it_is_and_is_not_tried_again(database: Database) -> None:
    await add(database)
    with pytest.raises(IntegrityError):
        await add(database)


# --- many at once ---------------------------------------------------------------------


async def test_writers_on_sqlite_queue_and_never_overwrite_or_lock_each_other_out(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await add(database)

    async def count_up() -> None:
        async with database.writing() as session:
            row = (await session.execute(select(CaseCounterRow))).scalar_one()
            await asyncio.sleep(0.001)
            row.last += 1

    await asyncio.gather(*(count_up() for _ in range(30)))
    async with database.reading() as session:
        assert (await session.execute(select(CaseCounterRow.last))).scalar_one() == 31
    await database.close()


async def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    async with database.writing() as session:
        session.add(CaseCounterRow(day="20261123", last=1))
        await session.flush()
        assert await asyncio.wait_for(days(database), 5) == []


async def test_sqlite_keeps_its_promises(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    assert database.is_sqlite
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1, "busy_timeout": 30_000}
    async with database.reading() as session:
        found = {name: (await session.execute(text(f"PRAGMA {name}"))).scalar_one() for name in wanted}
    assert found == wanted
    await database.close()


# --- busy or away ----------------------------------------------------------------------


async def test_a_sqlite_file_that_somebody_keeps_locked_may_be_tried_again(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_BUSY_MS", 50)
    database = Database(sqlite_url)
    somebody = sqlite3.connect(tmp_path / "redress.db", isolation_level=None)
    somebody.execute("BEGIN IMMEDIATE")
    with pytest.raises(TryAgain, match="the business database does not answer"):
        await add(database)
    somebody.execute("ROLLBACK")
    somebody.close()
    await add(database)
    assert await days(database) == ["20261123"]
    await database.close()


@pytest.mark.parametrize(
    "url",
    ["sqlite+aiosqlite:////nowhere/at/all/redress.db", "postgresql+asyncpg://postgres@127.0.0.1:1/redress"],
    ids=["sqlite", "postgresql"],
)
async def test_a_database_that_is_away_may_be_tried_again(url: str) -> None:
    database = Database(url)
    for open_ in (database.reading, database.writing):
        with pytest.raises(TryAgain, match="the business database does not answer"):
            async with open_() as session:
                await session.execute(text("SELECT 1"))
    await database.close()
    # aiosqlite's threads tell this loop that they end, a moment after they failed: it must still be there.
    while any("_connection_worker_thread" in thread.name for thread in threading.enumerate()):  # noqa: ASYNC110  threads
        await asyncio.sleep(0.01)


async def test_a_server_that_hangs_up_in_the_middle_may_be_tried_again_and_then_answers(
    postgres_url: str, postgres: Postgres
) -> None:
    database = Database(postgres_url)

    async def write() -> None:
        async with database.writing() as session:
            session.add(CaseCounterRow(day="20261123", last=1))
            await session.flush()
            await postgres.execute(HANG_UP, postgres_url.rpartition("/")[2])
            await session.execute(text("SELECT 1"))

    with pytest.raises(TryAgain):
        await write()
    assert await days(database) == []
    await add(database)
    assert await days(database) == ["20261123"]
    await database.close()


async def test_a_server_that_restarted_while_nobody_looked_is_not_even_noticed(
    postgres_url: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if it had rested long enough to be asked whether it still stands.
    monkeypatch.setattr(room, "_REST_SECONDS", 0)
    database = Database(postgres_url)
    await add(database)
    assert await days(database) == ["20261123"]
    await postgres.execute(HANG_UP, postgres_url.rpartition("/")[2])
    assert await days(database) == ["20261123"]
    await database.close()


# --- moments -----------------------------------------------------------------------------


@pytest.mark.parametrize("offset", [-11, 0, 8])
async def test_a_moment_comes_back_as_the_same_moment_in_utc(database: Database, offset: int) -> None:
    told = NOON.astimezone(timezone(timedelta(hours=offset))) + timedelta(microseconds=1)
    async with database.writing() as session:
        session.add(PolicyRow(version="v1", name="default", texts={"default.toml": "标题"}, stored_at=told))
    async with database.reading() as session:
        row = await session.get(PolicyRow, "v1")
    assert row is not None
    assert row.stored_at == told
    assert row.stored_at.utcoffset() == timedelta(0)
    assert row.texts == {"default.toml": "标题"}


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="a moment without a zone cannot be stored"):
        async with database.writing() as session:
            session.add(PolicyRow(version="v1", name="default", texts={}, stored_at=NOON.replace(tzinfo=None)))


@pytest.mark.parametrize(
    "said",
    [
        CannotConnectNowError("the database system is shutting down"),
        TooManyConnectionsError("sorry, too many clients already"),
        ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    ],
)
async def test_what_postgresql_says_while_it_stops_or_is_full_may_be_tried_again(
    database: Database, monkeypatch: pytest.MonkeyPatch, said: Exception
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise said

    monkeypatch.setattr(AsyncSession, "execute", refuse)
    monkeypatch.setattr(AsyncSession, "connection", refuse)
    with pytest.raises(TryAgain):
        await days(database)
    with pytest.raises(TryAgain):
        async with database.writing() as session:
            await session.execute(text("SELECT 1"))


@pytest.mark.parametrize("state", ["57P01", "57P02", "57P03", "08006"])
async def test_what_it_says_in_the_middle_of_a_query_may_be_tried_again_too(postgres_url: str, state: str) -> None:
    database = Database(postgres_url)
    with pytest.raises(TryAgain):
        async with database.writing() as session:
            await session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'going' USING ERRCODE = '{state}'; END $$"))
    await add(database)
    assert await days(database) == ["20261123"]
    await database.close()


# --- one statement ------------------------------------------------------------------


async def test_a_single_statement_is_its_own_transaction(database: Database) -> None:
    async with database.writing_once() as session:
        await session.execute(insert(CaseCounterRow).values(day="20261123", last=1))
    assert await days(database) == ["20261123"]
    # The connection that it used begins transactions again for whoever takes it next.
    with pytest.raises(ValueError, match="halfway"):
        await _fail_halfway(database)
    assert await days(database) == ["20261123"]


async def _fail_halfway(database: Database) -> None:
    async with database.writing() as session:
        await session.execute(insert(CaseCounterRow).values(day="20261124", last=1))
        message = "halfway"
        raise ValueError(message)
