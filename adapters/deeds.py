"""Deeds: what a member of staff did, across all cases, as their histories tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from complaints.events import read_fact
from models.tables import BY_STAFF, EVENTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from adapters.database import Database
    from complaints.fact import Fact


@dataclass(frozen=True)
class Deed:
    """One entry of a history that somebody caused."""

    case_no: str
    at: datetime
    fact: Fact


async def deeds_of(database: Database, staff_id: str, *, skip: int, most: int) -> Sequence[Deed]:
    """The newest first; `skip` of them are left out."""
    query = (
        select(EVENTS.c.case_no, EVENTS.c.at, EVENTS.c.type, EVENTS.c.version, EVENTS.c.data)
        .where(EVENTS.c.actor == staff_id, text(BY_STAFF))
        .order_by(EVENTS.c.at.desc(), EVENTS.c.case_no.desc(), EVENTS.c.seq.desc())
        .offset(skip)
        .limit(most)
    )
    async with database.reading() as session:
        rows = (await session.execute(query)).all()
    return [Deed(row.case_no, row.at, read_fact(row.type, row.version, row.data)) for row in rows]
