"""The access log: every look at a case by staff, auditor or operator is a row, written before she sees anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert
from sqlmodel import col, select

from models.confidentiality import ACCESSES, AccessRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.clock import Clock
    from adapters.database import Database
    from complaints.access import Access


class AccessBook:
    """Who looked at which case, when and why."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def note(self, *accesses: Access) -> None:
        """Write looks down; TryAgain when that cannot be done, and then nothing may be shown."""
        if not accesses:
            return
        now = self._clock.now()
        rows = [{**look.__dict__, "at": now} for look in accesses]
        writing = self._database.writing_once if len(rows) == 1 else self._database.writing
        async with writing() as session:
            await session.execute(insert(ACCESSES).inline(), rows)

    async def of_case(self, case_no: str) -> Sequence[AccessRow]:
        """Who looked at a case, the first first."""
        query = select(AccessRow).where(col(AccessRow.case_no) == case_no).order_by(col(AccessRow.id))
        async with self._database.reading() as session:
            return (await session.execute(query)).scalars().all()

    async def by(self, who: str, *, most: int) -> Sequence[AccessRow]:
        """What somebody looked at, the newest first."""
        query = select(AccessRow).where(col(AccessRow.by) == who).order_by(col(AccessRow.id).desc()).limit(most)
        async with self._database.reading() as session:
            return (await session.execute(query)).scalars().all()
