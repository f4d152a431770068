"""The analysis space: stores event logs from elsewhere and reads them case by case."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import col

from complaints.errors import GiveUp
from complaints.event_log import Step, Trace
from models.analysis import ANALYSIS_EVENTS, AnalysisEventRow, AnalysisLogRow

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.database import Database
    from adapters.logfile import LoggedEvent
    from adapters.pseudonyms import Pseudonyms

_ROWS_AT_ONCE = 2000
_CASES_AT_ONCE = 500


@dataclass(frozen=True)
class Imported:
    """A log of the analysis space, and whether it was there before."""

    log: AnalysisLogRow
    is_new: bool


class AnalysisSpace:
    """Event logs that are not ours; read-only once they are in."""

    def __init__(self, database: Database, pseudonyms: Pseudonyms) -> None:
        self._database = database
        self._pseudonyms = pseudonyms

    async def logs(self) -> Sequence[AnalysisLogRow]:
        """Every log, by name."""
        async with self._database.reading() as session:
            return (await session.execute(select(AnalysisLogRow).order_by(col(AnalysisLogRow.name)))).scalars().all()

    async def log(self, name: str) -> AnalysisLogRow:
        """One log; GiveUp names those there are."""
        known = {row.name: row for row in await self.logs()}
        if name not in known:
            named = ", ".join(known) or "none yet: `redress import-log FILE` reads one in"
            raise GiveUp(f"There is no log {name!r}; there are: {named}.")
        return known[name]

    async def store(self, name: str, *, file: Path, events: Iterable[LoggedEvent], now: datetime) -> Imported:
        """Read a log in, whole or not at all. The same file again is known; another of that name is refused."""
        digest = _sha256(file)
        row = AnalysisLogRow(name=name, file=file.name, sha256=digest, events=0, cases=0, imported_at=now)
        async with self._database.writing() as session:
            known = await session.get(AnalysisLogRow, name)
            if known is not None:
                if known.sha256 == digest:
                    return Imported(known, is_new=False)
                raise GiveUp(f"There is a log {name!r} already, of another file: give this one another --name.")
            session.add(row)
            await session.flush()
            row.events = await self._add(session, name, events)
            row.cases = await _count_cases(session, name)
            if not row.events:
                raise GiveUp(f"{file.name} holds no event.")
            counted = update(AnalysisLogRow).where(col(AnalysisLogRow.name) == name)
            await session.execute(counted.values(events=row.events, cases=row.cases))
        return Imported(row, is_new=True)

    async def _add(self, session: AsyncSession, name: str, events: Iterable[LoggedEvent]) -> int:
        coming, added = iter(events), 0
        while some := list(islice(coming, _ROWS_AT_ONCE)):
            resources = {event.resource: self._pseudonyms.resource(event.resource) for event in some}
            rows = [{**event.__dict__, "log": name, "resource": resources[event.resource]} for event in some]
            await session.execute(insert(ANALYSIS_EVENTS), rows)
            added += len(rows)
        return added

    async def remove(self, name: str) -> None:
        """Forget a log."""
        await self.log(name)
        async with self._database.writing() as session:
            await session.execute(delete(AnalysisEventRow).where(col(AnalysisEventRow.log) == name))
            await session.execute(delete(AnalysisLogRow).where(col(AnalysisLogRow.name) == name))

    async def traces(self, name: str) -> AsyncIterator[Trace]:
        """The cases of a log, one at a time, each in the order of time; memory holds some hundred of them."""
        after = ""
        while True:
            async with self._database.reading() as session:
                cases = await _cases_after(session, name, after)
                if not cases:
                    return
                rows = await _rows_of(session, name, first=cases[0], last=cases[-1])
            for case_id, steps in groupby(rows, key=lambda row: row[0]):
                yield Trace(case_id, tuple(Step(*step) for _, *step in steps))
            after = cases[-1]


async def _cases_after(session: AsyncSession, name: str, after: str) -> Sequence[str]:
    query = (
        select(col(AnalysisEventRow.case_id))
        .where(col(AnalysisEventRow.log) == name, col(AnalysisEventRow.case_id) > after)
        .distinct()
        .order_by(col(AnalysisEventRow.case_id))
        .limit(_CASES_AT_ONCE)
    )
    return (await session.execute(query)).scalars().all()


async def _rows_of(session: AsyncSession, name: str, *, first: str, last: str) -> Sequence[Row[Any]]:
    columns = ANALYSIS_EVENTS.c
    query = (
        select(columns.case_id, columns.activity, columns.at, columns.resource, columns.lifecycle)
        .where(columns.log == name, columns.case_id.between(first, last))
        .order_by(columns.case_id, columns.at, columns.number)
    )
    return (await session.execute(query)).all()


async def _count_cases(session: AsyncSession, name: str) -> int:
    query = select(func.count(func.distinct(ANALYSIS_EVENTS.c.case_id))).where(ANALYSIS_EVENTS.c.log == name)
    return int((await session.execute(query)).scalar_one())


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
