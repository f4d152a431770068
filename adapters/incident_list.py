"""The list of incidents: how many cases each has, since when, what they are about; without anybody's personal data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select
from sqlmodel import col

from complaints.escalation_events import CaseEscalated, IncidentJoined
from complaints.events import read_fact
from complaints.incidents import first_of
from complaints.words import Trigger
from models.tables import EVENTS, CaseRow, ManualTaskRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.database import Database


@dataclass(frozen=True)
class IncidentLine:
    """One incident, in numbers and codes."""

    number: str
    cases: int
    open: int
    since: datetime
    """When its first case was received."""
    latest: datetime
    """When its newest case was received."""
    categories: tuple[tuple[str, int], ...]
    """What its cases are about, the most frequent first, with how many they are; '' for those not classified yet."""
    levels: tuple[str, ...]
    """The levels that its open cases have, or all of its cases when none is open."""
    told: tuple[str, ...] = ()
    """The emergency team: who was told of it, whoever leads first."""


@dataclass(frozen=True)
class MemberLine:
    """One case of an incident, and whose open work it is."""

    row: CaseRow
    holders: tuple[str, ...]


async def incidents(database: Database, *, most: int) -> Sequence[IncidentLine]:
    """Those with open cases first, the newest before the older ones."""
    still_open = func.sum(_is_open())
    query = (
        _counted()
        .where(col(CaseRow.incident) != "")
        .order_by(case((still_open > 0, 0), else_=1), func.max(col(CaseRow.received_at)).desc(), col(CaseRow.incident))
        .limit(most)
    )
    async with database.reading() as session:
        return await _lines(session, (await session.execute(query)).all())


async def incident(database: Database, number: str) -> IncidentLine | None:
    """One of them; None when no case belongs to such a one."""
    async with database.reading() as session:
        found = await _lines(session, (await session.execute(_counted().where(col(CaseRow.incident) == number))).all())
    return found[0] if found else None


async def members(database: Database, number: str) -> Sequence[MemberLine]:
    """The cases of an incident, open ones first, in the order in which they came."""
    query = (
        select(CaseRow)
        .where(col(CaseRow.incident) == number)
        .order_by(case((col(CaseRow.stage).is_not(None), 0), else_=1), col(CaseRow.received_at), col(CaseRow.case_no))
    )
    asked = (
        select(col(ManualTaskRow.case_no), col(ManualTaskRow.assignee))
        .join(CaseRow, col(CaseRow.case_no) == col(ManualTaskRow.case_no))
        .where(col(CaseRow.incident) == number, col(ManualTaskRow.status) == "open")
    )
    async with database.reading() as session:
        rows = (await session.execute(query)).scalars().all()
        held = (await session.execute(asked)).tuples().all()
    return [MemberLine(row, tuple(who for case_no, who in held if case_no == row.case_no)) for row in rows]


async def least_alike(database: Database, number: str) -> float | None:
    """The least that any of its cases was found to resemble another one; None when that is not told."""
    query = (
        select(EVENTS.c.type, EVENTS.c.version, EVENTS.c.data)
        .join(CaseRow, col(CaseRow.case_no) == EVENTS.c.case_no)
        .where(col(CaseRow.incident) == number, EVENTS.c.type == IncidentJoined.type)
    )
    async with database.reading() as session:
        facts = [read_fact(*row) for row in (await session.execute(query)).tuples()]
    return min((one for fact in facts if isinstance(fact, IncidentJoined) for one in fact.alike.values()), default=None)


def _is_open() -> Any:  # noqa: ANN401  an expression of SQL
    return case((col(CaseRow.stage).is_not(None), 1), else_=0)


def _counted() -> Any:  # noqa: ANN401  a question in SQL
    return select(
        col(CaseRow.incident),
        func.count(),
        func.sum(_is_open()),
        func.min(col(CaseRow.received_at)),
        func.max(col(CaseRow.received_at)),
    ).group_by(col(CaseRow.incident))


async def _lines(session: AsyncSession, rows: Sequence[Any]) -> Sequence[IncidentLine]:
    numbers = [row[0] for row in rows]
    about, told = await _about(session, numbers), await _told(session, numbers)
    return [
        IncidentLine(
            number=number,
            cases=cases,
            open=int(still_open),
            since=since,
            latest=latest,
            categories=about[number].categories,
            levels=about[number].levels,
            told=told.get(number, ()),
        )
        for number, cases, still_open, since, latest in rows
    ]


@dataclass(frozen=True)
class _About:
    categories: tuple[tuple[str, int], ...]
    levels: tuple[str, ...]


async def _about(session: AsyncSession, numbers: Collection[str]) -> Mapping[str, _About]:
    query = (
        select(col(CaseRow.incident), col(CaseRow.category), col(CaseRow.level), _is_open(), func.count())
        .where(col(CaseRow.incident).in_(list(numbers)))
        .group_by(col(CaseRow.incident), col(CaseRow.category), col(CaseRow.level), _is_open())
    )
    found = (await session.execute(query)).tuples().all()
    return {number: _summed([row[1:] for row in found if row[0] == number]) for number in numbers}


def _summed(rows: Sequence[tuple[str, str, int, int]]) -> _About:
    categories: Counter[str] = Counter()
    for category, _level, _is_open, count in rows:
        categories[category] += count
    of_open = {level for _category, level, is_open, _count in rows if is_open and level}
    levels = of_open or {level for _category, level, _is_open, _count in rows if level}
    return _About(tuple(categories.most_common()), tuple(sorted(levels)))


async def _told(session: AsyncSession, numbers: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Whom the first case of each told."""
    query = select(EVENTS.c.type, EVENTS.c.version, EVENTS.c.data).where(
        EVENTS.c.case_no.in_([first_of(number) for number in numbers]), EVENTS.c.type == CaseEscalated.type
    )
    return dict(_alarms([read_fact(*row) for row in (await session.execute(query)).tuples()]))


def _alarms(facts: Sequence[object]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for fact in facts:
        if isinstance(fact, CaseEscalated) and fact.trigger is Trigger.MASS_EVENT:
            yield fact.about, (fact.told, *fact.also_told)
