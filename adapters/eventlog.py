"""The event log as it lies in the database: raw rows past all objects, from one moment, in batches of constant size."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import text

from adapters.database import outages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from adapters.database import Database

Row: TypeAlias = "tuple[str, int, str, int, Any, str, str, str, str, str, str, str]"
"""case_no, seq, type, version, at, actor, origin, policy, data (as text), previous, method, hash.

`at` is a moment on PostgreSQL and a text on SQLite, as the drivers give it.
"""

_BATCH = 2000
_COLUMNS = "case_no, seq, type, version, at, actor, origin, policy, {data}, previous, method, hash"
_ORDER = "ORDER BY case_no, seq"


class Snapshot:
    """All tables as they stood at one moment, however long the reading takes and whoever writes meanwhile."""

    def __init__(self, connection: AsyncConnection, *, is_sqlite: bool) -> None:
        self.connection = connection
        self.is_sqlite = is_sqlite

    async def count(self, case_no: str = "") -> int:
        """How many entries there are."""
        where, told = ("WHERE case_no = :case_no", {"case_no": case_no}) if case_no else ("", {})
        found = await self.connection.execute(text(f"SELECT count(*) FROM events {where}"), told)  # noqa: S608  no data in it
        return int(found.scalar_one())

    async def rows(self, case_no: str = "") -> AsyncIterator[Sequence[Row]]:
        """The entries of a case, or of all, by case and number."""
        driver: Any = (await self.connection.get_raw_connection()).driver_connection
        batches = self._on_sqlite(driver, case_no) if self.is_sqlite else self._on_postgres(driver, case_no)
        async for batch in batches:
            yield batch

    async def _on_sqlite(self, driver: Any, case_no: str) -> AsyncIterator[Sequence[Row]]:  # noqa: ANN401  aiosqlite's
        where, told = ("WHERE case_no = ?", (case_no,)) if case_no else ("", ())
        query = f"SELECT {_COLUMNS.format(data='data')} FROM events {where} {_ORDER}"  # noqa: S608  no data in it
        async with driver.execute(query, told) as cursor:
            while batch := await cursor.fetchmany(_BATCH):
                yield batch

    async def _on_postgres(self, driver: Any, case_no: str) -> AsyncIterator[Sequence[Row]]:  # noqa: ANN401  asyncpg's
        where, told = ("WHERE case_no = $1", (case_no,)) if case_no else ("", ())
        query = f"SELECT {_COLUMNS.format(data='data::text')} FROM events {where} {_ORDER}"  # noqa: S608  no data in it
        cursor = await driver.cursor(query, *told)
        while batch := await cursor.fetch(_BATCH):
            yield batch


@asynccontextmanager
async def snapshot(database: Database) -> AsyncIterator[Snapshot]:
    """Read everything as it is now, and change nothing."""
    async with outages(), database.engine.connect() as connection:
        if not database.is_sqlite:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        async with connection.begin():
            # The first question fixes the moment; it also begins the transaction that SQLAlchemy only announced.
            await connection.execute(text("SELECT count(*) FROM seal_keys"))
            yield Snapshot(connection, is_sqlite=database.is_sqlite)
