"""The auditor's search: which cases match, by codes, days and staff ids, and which of them deviate."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError
from sqlalchemy import func, or_, select
from sqlmodel import col

from adapters.ledger import entry_of
from complaints.chain import verify
from complaints.conformance import replay_moves
from complaints.errors import HistoryBroken, UnknownEvent
from complaints.sampling import Member
from models.tables import CASES, EVENTS, CaseRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.sql.elements import ColumnElement

    from adapters.database import Database

_AT_ONCE: Final = 100
BROKEN: Final = "history_changed"
"""The code of a history that is not as it was chained; beside those of complaints/conformance.py."""


@dataclass(frozen=True)
class Sought:
    """Which cases; '' and None are no restriction."""

    number: str = ""
    """The beginning of a case number."""
    since: datetime | None = None
    before: datetime | None = None
    """When they were received; `before` is not included."""
    closed_since: datetime | None = None
    closed_before: datetime | None = None
    category: str = ""
    """Of a whole category, or of one of its subcategories."""
    level: str = ""
    department: str = ""
    handler: str = ""
    outcome: str = ""
    is_open: bool | None = None
    was_escalated: bool | None = None


@dataclass(frozen=True)
class Found:
    """One page of the cases that match, the newest first, and how many there are in all."""

    rows: Sequence[CaseRow]
    total: int


async def find(database: Database, sought: Sought, *, skip: int, most: int) -> Found:
    """The cases that match."""
    conditions = _conditions(sought)
    query = select(CaseRow).where(*conditions).order_by(col(CaseRow.received_at).desc(), col(CaseRow.case_no).desc())
    async with database.reading() as session:
        rows = (await session.execute(query.offset(skip).limit(most))).scalars().all()
        total = (await session.execute(select(func.count()).select_from(CaseRow).where(*conditions))).scalar_one()
    return Found(rows, total)


async def members(database: Database, sought: Sought) -> tuple[Member, ...]:
    """The closed cases that match, as the population of a sample, by number."""
    columns = (CASES.c.case_no, CASES.c.level, CASES.c.category, CASES.c.department, CASES.c.outcome)
    query = select(*columns).where(*_conditions(sought), CASES.c.stage.is_(None)).order_by(CASES.c.case_no)
    async with database.reading() as session:
        rows = (await session.execute(query)).all()
    return tuple(
        Member(case_no, level=level, category=category.partition(".")[0], department=department, outcome=outcome or "")
        for case_no, level, category, department, outcome in rows
    )


async def deviations(database: Database, rows: Iterable[CaseRow]) -> Mapping[str, tuple[str, ...]]:
    """The codes of what is wrong with these cases' histories, by number; those that are right are left out."""
    heads = {row.case_no: row.head for row in rows}
    numbers, found = sorted(heads), dict[str, tuple[str, ...]]()
    for first in range(0, len(numbers), _AT_ONCE):
        async with database.reading() as session:
            histories = await _histories(session, numbers[first : first + _AT_ONCE])
        found |= {case_no: wrong for case_no, rows in histories.items() if (wrong := _wrong(rows, heads[case_no]))}
    return found


async def _histories(session: AsyncSession, numbers: Sequence[str]) -> dict[str, list[Row[Any]]]:
    query = select(EVENTS).where(EVENTS.c.case_no.in_(numbers)).order_by(EVENTS.c.case_no, EVENTS.c.seq)
    rows = (await session.execute(query)).all()
    there = {case_no: list(history) for case_no, history in groupby(rows, key=lambda row: str(row.case_no))}
    return {number: there.get(number, []) for number in numbers}


def _wrong(rows: Sequence[Row[Any]], head: str) -> tuple[str, ...]:
    """Codes, each once: departures from the table of moves, and a chain that does not hold or was cut."""
    try:
        entries = [entry_of(row) for row in rows]
        is_whole = verify(entries).hash == head
    except (HistoryBroken, UnknownEvent, ValidationError):
        return (BROKEN,)
    departures = dict.fromkeys(departure.code for departure in replay_moves(entries))
    return (*departures,) if is_whole else (BROKEN, *departures)


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    equal = {
        CaseRow.level: sought.level,
        CaseRow.department: sought.department,
        CaseRow.handler: sought.handler,
        CaseRow.outcome: sought.outcome,
    }
    found: list[ColumnElement[bool]] = [col(column) == wanted for column, wanted in equal.items() if wanted]
    if sought.number:
        found.append(col(CaseRow.case_no).startswith(sought.number, autoescape=True))
    if sought.category:
        inside = col(CaseRow.category).startswith(f"{sought.category}.", autoescape=True)
        found.append(or_(col(CaseRow.category) == sought.category, inside))
    if sought.was_escalated is not None:
        found.append(col(CaseRow.was_escalated).is_(sought.was_escalated))
    if sought.is_open is not None:
        found.append(col(CaseRow.stage).is_not(None) if sought.is_open else col(CaseRow.stage).is_(None))
    return found + _spans(sought)


def _spans(sought: Sought) -> list[ColumnElement[bool]]:
    bounds = (
        (CaseRow.received_at, sought.since, sought.before),
        (CaseRow.closed_at, sought.closed_since, sought.closed_before),
    )
    since = [col(column) >= first for column, first, _ in bounds if first]
    return since + [col(column) < last for column, _, last in bounds if last]
