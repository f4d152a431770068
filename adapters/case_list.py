"""The case list: which cases there are, how they stand and what is due, without anybody's personal data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func
from sqlmodel import col, select

from models.tables import IS_OPEN, CaseRow, ManualTaskRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ScalarSelect

    from adapters.database import Database
    from complaints.words import Stage


@dataclass(frozen=True)
class Wanted:
    """Which cases; None and False ask for no restriction."""

    stage: Stage | None = None
    is_archived: bool | None = None
    level: str | None = None
    is_overdue: bool = False
    most: int = 50


@dataclass(frozen=True)
class CaseLine:
    """One case of the list; `due_at` is the next deadline of its open tasks."""

    row: CaseRow
    due_at: datetime | None


async def list_cases(database: Database, wanted: Wanted, *, now: datetime) -> Sequence[CaseLine]:
    """The newest cases first; overdue ones, if those are wanted, by how long they wait."""
    due_at = _next_due()
    query = select(CaseRow, due_at.label("due_at")).limit(wanted.most)
    if wanted.stage is not None:
        query = query.where(col(CaseRow.stage) == wanted.stage.value)
    if wanted.is_archived is not None:
        query = query.where(col(CaseRow.stage).is_(None) if wanted.is_archived else col(CaseRow.stage).is_not(None))
    if wanted.level is not None:
        query = query.where(col(CaseRow.level) == wanted.level)
    if wanted.is_overdue:
        # Only among cases with such work: to ask every case that ever was for its next deadline takes seconds.
        late = select(ManualTaskRow.case_no).where(IS_OPEN, col(ManualTaskRow.due_at) < now)
        query = query.where(col(CaseRow.case_no).in_(late)).order_by(due_at)
    query = query.order_by(col(CaseRow.received_at).desc(), col(CaseRow.case_no).desc())
    async with database.reading() as session:
        found = (await session.execute(query)).all()
    return [CaseLine(row=row, due_at=due) for row, due in found]


async def open_cases(database: Database) -> list[str]:
    """The numbers of all open cases, oldest first."""
    query = select(CaseRow.case_no).where(col(CaseRow.stage).is_not(None)).order_by(col(CaseRow.case_no))
    async with database.reading() as session:
        return list((await session.execute(query)).scalars())


def _next_due() -> ScalarSelect[datetime]:
    return (
        select(func.min(ManualTaskRow.due_at))
        .where(col(ManualTaskRow.case_no) == col(CaseRow.case_no), IS_OPEN)
        .correlate(CaseRow)
        .scalar_subquery()
    )
