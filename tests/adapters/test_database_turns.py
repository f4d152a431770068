"""Writers of one process take turns before they reach SQLite."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from adapters.database import Database

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_writer_that_waits_for_another_holds_no_connection_meanwhile(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'turns.db'}")
    written = asyncio.Event()

    async def write() -> None:
        async with database.writing():
            written.set()

    async with database.writing():
        second = asyncio.create_task(write())
        await asyncio.sleep(0.05)
        assert not written.is_set()
        assert "Connections in pool: 0" in database.engine.pool.status()
        assert "Current Checked out connections: 1" in database.engine.pool.status()
    await second
    assert written.is_set()
    await database.close()
