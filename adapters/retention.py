"""Retention in lists: which cases are past their date, asked to be erased, held, and which were erased lately."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from adapters.erasing import cases_past_their_date
from complaints.erasure_events import CaseErased, ErasureRequested, HoldPlaced
from complaints.events import read_fact
from models.tables import BY_STAFF, CASE_KEYS, EVENTS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from adapters.house import House
    from complaints.case import Case
    from complaints.fact import Fact

_BY_STAFF = text(BY_STAFF)
"""Nobody but staff holds or erases, and the rest of a history is long."""


@dataclass(frozen=True)
class Erased:
    """A case that was erased, and by whom."""

    case_no: str
    at: datetime
    requested_by: str
    approved_by: str


async def past_their_date(house: House) -> AsyncIterator[Case]:
    """Cases past their date that are not held, also those that somebody asked to erase; the longest overdue first."""
    for case_no in await cases_past_their_date(house.database, now=house.clock.now()):
        case = await house.casebook.case(case_no)
        if not case.held_since:
            yield case


async def cases_due(house: House, *, most: int) -> tuple[tuple[Case, ...], bool]:
    """Cases past their date that are neither held nor asked for, the longest overdue first; and whether more are."""
    found: list[Case] = []
    async for case in past_their_date(house):
        if case.erasure:
            continue
        if len(found) == most:
            return tuple(found), True
        found.append(case)
    return tuple(found), False


async def cases_asked(house: House) -> tuple[Case, ...]:
    """Cases that wait for another person's word, also before their date."""
    return tuple(case for case in await _with_fact(house, ErasureRequested) if case.erasure)


async def cases_held(house: House) -> tuple[Case, ...]:
    """Cases that must not be erased, open ones too."""
    return tuple(case for case in await _with_fact(house, HoldPlaced) if case.held_since)


async def _with_fact(house: House, kind: type[Fact]) -> Sequence[Case]:
    """The cases that can still be read and in whose history such a fact stands."""
    query = (
        select(EVENTS.c.case_no)
        .join(CASE_KEYS, CASE_KEYS.c.case_no == EVENTS.c.case_no)
        .where(EVENTS.c.type == kind.type, _BY_STAFF)
        .distinct()
        .order_by(EVENTS.c.case_no)
    )
    async with house.database.reading() as session:
        numbers = (await session.execute(query)).scalars().all()
    return [await house.casebook.case(case_no) for case_no in numbers]


async def cases_erased(house: House, *, most: int) -> tuple[Erased, ...]:
    """What was erased, the newest first."""
    told = EVENTS.c
    query = (
        select(told.case_no, told.at, told.actor, told.type, told.version, told.data)
        .where(told.type == CaseErased.type, _BY_STAFF)
        .order_by(told.at.desc(), told.case_no)
        .limit(most)
    )
    async with house.database.reading() as session:
        rows = (await session.execute(query)).all()
    facts = [(row, read_fact(row.type, row.version, row.data)) for row in rows]
    return tuple(
        Erased(row.case_no, row.at, fact.requested_by, row.actor) for row, fact in facts if isinstance(fact, CaseErased)
    )
