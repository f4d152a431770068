"""Histories: many cases read one after the other for exports and figures, with memory for a few hundred of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import select

from adapters.ledger import entry_of
from adapters.ocel import LetterLine
from complaints.errors import NoSuchCase
from models.tables import CASES, EVENTS, LETTERS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.database import Database
    from complaints.chain import Entry

_CASES_AT_ONCE = 200


@dataclass(frozen=True)
class Scope:
    """Which cases; always with their whole histories, since half of one proves and shows nothing."""

    cases: tuple[str, ...] = ()
    """Numbers; none asks for all."""
    since: datetime | None = None
    """Received at this moment or later."""
    before: datetime | None = None
    """Received earlier than this."""


async def read_histories(database: Database, scope: Scope) -> AsyncIterator[tuple[Entry, ...]]:
    """The histories of all cases of a scope, by number; NoSuchCase when a case that was named is not there."""
    wanted = {number.strip().upper() for number in scope.cases}
    after = ""
    while True:
        async with database.reading() as session:
            numbers = await _numbers_after(session, scope, wanted, after)
            rows = await _rows_of(session, numbers)
        for case_no, history in groupby(rows, key=lambda row: row.case_no):
            wanted.discard(case_no)
            yield tuple(entry_of(row) for row in history)
        if len(numbers) < _CASES_AT_ONCE:
            break
        after = numbers[-1]
    if wanted:
        raise NoSuchCase(f"there is no case {', '.join(sorted(wanted))}")


async def _numbers_after(session: AsyncSession, scope: Scope, wanted: set[str], after: str) -> Sequence[str]:
    query = select(CASES.c.case_no).where(CASES.c.case_no > after).order_by(CASES.c.case_no).limit(_CASES_AT_ONCE)
    if scope.cases:
        query = query.where(CASES.c.case_no.in_(wanted))
    if scope.since:
        query = query.where(CASES.c.received_at >= scope.since)
    if scope.before:
        query = query.where(CASES.c.received_at < scope.before)
    return (await session.execute(query)).scalars().all()


async def _rows_of(session: AsyncSession, numbers: Sequence[str]) -> Sequence[Row[tuple[object, ...]]]:
    if not numbers:
        return ()
    query = select(EVENTS).where(EVENTS.c.case_no.in_(numbers)).order_by(EVENTS.c.case_no, EVENTS.c.seq)
    return (await session.execute(query)).all()


async def read_letters(database: Database, case_no: str) -> Sequence[LetterLine]:
    """The letters of a case as an event log may tell of them."""
    names = ("id", "seq", "kind", "recipient", "status", "task_id", "ordered_at", "sent_at")
    query = select(*(LETTERS.c[name] for name in names)).where(LETTERS.c.case_no == case_no).order_by(LETTERS.c.id)
    async with database.reading() as session:
        return [LetterLine(*row) for row in await session.execute(query)]
