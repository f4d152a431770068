"""Alarms: which cases must be looked at now, and which worker carries which. One indexed query, many workers."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select, update

from models.tables import CASES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Update

    from adapters.clock import Clock
    from adapters.database import Database

RING_AGAIN = timedelta(seconds=5)
"""A ring that led to nothing in this time was lost and is repeated."""

LEASE = timedelta(seconds=15)
"""How long a worker's word that it carries a case holds without being renewed."""

STARTING = timedelta(seconds=60)
"""How long a worker may take to start a case that it claimed, on a machine that is busy."""

BATCH = 500
"""So many cases are looked at in one go."""

_LATEST = 50
_OLDEST_FIRST = CASES.c.wake_at.asc()


@dataclass(frozen=True)
class DueCase:
    """A case whose time has come, and where its flow stands."""

    case_no: str
    run_id: str | None
    run_no: int
    lease_owner: str | None
    lease_until: datetime | None


class Alarms:
    """What is due, as one worker sees it."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.looked_at: datetime | None = None
        """When this worker last saw which cases are due."""
        self.me = f"{socket.gethostname()}:{os.getpid()}"

    async def due(self, *, among: Collection[str] = ()) -> list[DueCase]:
        """Open cases whose wake time has passed and that nobody rang for just now, the longest waiting first.

        Looks `among` these only, when some are named.
        """
        now = self._clock.now()
        named = [CASES.c.case_no.in_(list(among))] if among else []
        found = await self._find(*_is_due(now), *named)
        self.looked_at = now
        return found

    async def latest(self) -> list[DueCase]:
        """The same from the other end: behind a mass of deadlines of one moment stand the answers given since."""
        return await self._find(*_is_due(self._clock.now()), order=CASES.c.wake_at.desc(), most=_LATEST)

    async def cut_off(self) -> list[DueCase]:
        """Archived cases whose worker was killed before it could complete their run: nobody carries them any more."""
        found = await self._find(CASES.c.stage.is_(None), CASES.c.lease_owner.is_not(None))
        return [case for case in found if not self.is_carried(case)]

    async def _find(
        self, *conditions: ColumnElement[bool], order: ColumnElement[Any] = _OLDEST_FIRST, most: int = BATCH
    ) -> list[DueCase]:
        query = (
            select(*(CASES.c[name] for name in DueCase.__dataclass_fields__))
            .where(*conditions)
            .order_by(order)
            .limit(most)
        )
        async with self._database.reading() as session:
            rows = (await session.execute(query)).all()
        return [DueCase(*row) for row in rows]

    async def rang(self, case_nos: Iterable[str]) -> None:
        """Note that flows in this process were told."""
        await self._update(case_nos, rung_at=self._clock.now())

    async def claim(self, case: DueCase) -> bool:
        """Take a case that no live worker carries; False when another worker was quicker."""
        now = self._clock.now()
        owner = CASES.c.lease_owner
        unchanged = owner.is_(None) if case.lease_owner is None else owner == case.lease_owner
        query = (
            update(CASES)
            .where(CASES.c.case_no == case.case_no, unchanged)
            .where(or_(CASES.c.rung_at.is_(None), CASES.c.rung_at < now - RING_AGAIN))
            .values(lease_owner=self.me, lease_until=now + STARTING, rung_at=now)
        )
        return await self._won(query)

    def is_carried(self, case: DueCase) -> bool:
        """Whether a live worker carries this case, or is about to: it will ring for it itself."""
        if case.lease_owner is None or case.lease_until is None:
            return False
        return case.lease_until > self._clock.now() and not _is_dead_neighbour(case.lease_owner)

    async def renew(self, case_nos: Iterable[str]) -> None:
        """Say again that these cases are carried here."""
        await self._update(case_nos, lease_owner=self.me, lease_until=self._clock.now() + LEASE)

    async def release(self, case_no: str) -> None:
        """A flow left this process: anybody may carry the case from now on."""
        query = (
            update(CASES)
            .where(and_(CASES.c.case_no == case_no, CASES.c.lease_owner == self.me))
            .values(lease_owner=None, lease_until=None)
        )
        async with self._database.writing_once() as session:
            await session.execute(query)

    async def hand_over(self, case_no: str) -> None:
        """A flow that no worker of ours carries leaves its process: whoever finds the case next may carry it on."""
        await self._update([case_no], lease_owner=None, lease_until=None)

    async def started(self, case_no: str, run_id: str) -> None:
        """Remember which run of the engine carries a case."""
        await self._update([case_no], run_id=run_id)

    async def runs_of_open_cases(self, run_ids: Iterable[str]) -> dict[str, str]:
        """Which of these runs belong to cases that are still open: run id to case number."""
        query = select(CASES.c.run_id, CASES.c.case_no).where(
            CASES.c.run_id.in_(list(run_ids)), CASES.c.stage.is_not(None)
        )
        async with self._database.reading() as session:
            return {str(run_id): case_no for run_id, case_no in (await session.execute(query)).all()}

    async def forget_run(self, case_no: str, run_id: str) -> bool:
        """Give up an ended run, so that the next wake starts a new one; False when somebody gave it up already."""
        query = (
            update(CASES)
            .where(CASES.c.case_no == case_no, CASES.c.run_id == run_id)
            .values(
                run_id=None,
                run_no=CASES.c.run_no + 1,
                lease_owner=None,
                lease_until=None,
                rung_at=None,
            )
        )
        return await self._won(query)

    async def wake_after(self, case_no: str, pause: timedelta | None) -> None:
        """Look at a case after this time; None waits for the next answer."""
        await self._update([case_no], wake_at=None if pause is None else self._clock.now() + pause)

    async def _won(self, query: Update) -> bool:
        """Whether a compare-and-set found its row as it expected."""
        async with self._database.writing_once() as session:
            result = await session.execute(query)
        return bool(getattr(result, "rowcount", 0))

    async def _update(self, case_nos: Iterable[str], **values: object) -> None:
        numbers = list(case_nos)
        for start in range(0, len(numbers), BATCH):
            batch = numbers[start : start + BATCH]
            async with self._database.writing_once() as session:
                await session.execute(update(CASES).where(CASES.c.case_no.in_(batch)).values(**values))


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        CASES.c.stage.is_not(None),
        CASES.c.wake_at <= now,
        or_(CASES.c.rung_at.is_(None), CASES.c.rung_at < now - RING_AGAIN),
    )


def _is_dead_neighbour(owner: str) -> bool:
    """Whether the owner is a process of this machine that is no more: its cases need not wait for the lease to end."""
    host, _, pid = owner.rpartition(":")
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
