"""The business database: SQLite or PostgreSQL, one way to read and one way to write."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from asyncpg.exceptions import OperatorInterventionError, PostgresConnectionError, TooManyConnectionsError
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from complaints.errors import TryAgain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_BUSY_MS = 30_000
_REST_SECONDS = 1.0
_POOL: Final = {"pool_size": 12, "max_overflow": 0, "pool_use_lifo": True}
"""Waiting a moment for a connection is cheaper than making one that is thrown away: that costs PostgreSQL 10 ms.

The one used last is used next: it needs no ping and knows the statements; taken in turns, all would rest between.
"""


class Database:
    """Sessions on one engine. Writes on SQLite begin IMMEDIATE, so that two writers queue and never deadlock.

    Writers of this process queue before they reach SQLite. In its busy loop a writer's thread holds its connection, and
    the garbage collector, clearing a cursor of that connection in the event loop's thread, would wait for it there,
    while the writer waits for another one that only the loop can bring to its commit.
    """

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _engine(url)
        self.readers = self.engine if self.is_sqlite else _readers(url)
        self._single = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that changes nothing. On PostgreSQL each question sees what is committed by then."""
        async with outages(), AsyncSession(self.readers, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A session that commits when its block ends well, in one transaction."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(outages())
            if self.is_sqlite:
                await stack.enter_async_context(self._turn)
            session = await stack.enter_async_context(AsyncSession(self.engine, expire_on_commit=False))
            if self.is_sqlite:
                await session.connection(execution_options={"begin": "IMMEDIATE"})
            async with _committed(session):
                yield session

    @asynccontextmanager
    async def writing_once(self) -> AsyncIterator[AsyncSession]:
        """A session for one statement: on PostgreSQL that is its own transaction, and BEGIN and COMMIT are spared."""
        if self.is_sqlite:
            async with self.writing() as session:
                yield session
            return
        async with outages(), AsyncSession(self._single, expire_on_commit=False) as session:
            yield session

    async def close(self) -> None:
        """Let go of all connections."""
        await self.engine.dispose()
        await self.readers.dispose()


@asynccontextmanager
async def _committed(session: AsyncSession) -> AsyncIterator[None]:
    try:
        yield
        await session.commit()
    except BaseException:
        await session.rollback()
        raise


_AT_THE_DOOR: Final = (OperatorInterventionError, PostgresConnectionError, TooManyConnectionsError)
"""What PostgreSQL says while it stops, starts or is full; SQLAlchemy passes on as it is what comes while connecting."""


def _is_at_the_door(trouble: DBAPIError) -> bool:
    """The same, said in the middle of a query: codes of connections (08) and of operators who intervene (57P)."""
    return str(getattr(trouble.orig, "sqlstate", "")).startswith(("08", "57P"))


@asynccontextmanager
async def outages() -> AsyncIterator[None]:
    """A database that is away or busy is TryAgain; everything else stays what it is."""
    try:
        yield
    except (OperationalError, ConnectionError, TimeoutError, *_AT_THE_DOOR) as trouble:
        message = "the business database does not answer"
        raise TryAgain(message) from trouble
    except DBAPIError as trouble:
        if not (trouble.connection_invalidated or _is_at_the_door(trouble)):
            raise
        message = "the business database went away"
        raise TryAgain(message) from trouble


def _engine(url: str) -> AsyncEngine:
    if not url.startswith("sqlite"):
        return ping_after_a_rest(create_async_engine(url, **_POOL))
    engine = create_async_engine(url, connect_args={"timeout": _BUSY_MS / 1000})

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:  # noqa: ANN401  the driver's own
        # pysqlite's own transaction control is off, so that the BEGIN below is the only one.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:  # noqa: ANN401  the driver's own
        kind = connection.get_execution_options().get("begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {kind}")

    return engine


def _readers(url: str) -> AsyncEngine:
    """PostgreSQL for questions only: a transaction around each would cost two more round trips."""
    read_only = {"server_settings": {"default_transaction_read_only": "on"}}
    return ping_after_a_rest(create_async_engine(url, isolation_level="AUTOCOMMIT", connect_args=read_only, **_POOL))


def ping_after_a_rest(engine: AsyncEngine) -> AsyncEngine:
    """Ask a connection that nobody used for a while whether it still stands: SQLAlchemy's own way asks every time."""
    dialect = engine.sync_engine.dialect

    @event.listens_for(engine.sync_engine, "checkin")
    def note(_connection: Any, record: Any) -> None:  # noqa: ANN401  the pool's own
        record.info["used_at"] = monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def ping(connection: Any, record: Any, _proxy: Any) -> None:  # noqa: ANN401  as above
        if monotonic() - record.info.get("used_at", monotonic()) < _REST_SECONDS:
            return
        try:
            dialect.do_ping(connection)
        except Exception as away:
            # Whatever it says, the connection is gone, and all that rested with it are as old.
            raise InvalidatePoolError from away

    return engine
