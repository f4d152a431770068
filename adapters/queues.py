"""Queues: whose open tasks there are and which cases somebody handles, by when; without anybody's personal data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, func
from sqlmodel import col, select

from complaints.words import TaskKind
from models.tables import IS_OPEN, CaseRow, ManualTaskRow

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from adapters.database import Database


@dataclass(frozen=True)
class QueueLine:
    """One open task of somebody's, with what its case is about in codes."""

    case_no: str
    task_id: str
    kind: TaskKind
    assignee: str
    escalation: int
    """The level of the escalation path that it has reached; 0 for none."""
    asked_at: datetime
    due_at: datetime
    category: str
    level: str
    language: str


async def open_tasks(
    database: Database, assignees: Collection[str], *, most: int, due_by: datetime | None = None
) -> Sequence[QueueLine]:
    """The open tasks of these people, the most urgent first, so the overdue ones on top; all, or those due by then."""
    query = (
        select(ManualTaskRow, CaseRow)
        .join(CaseRow, col(CaseRow.case_no) == col(ManualTaskRow.case_no))
        .where(IS_OPEN, col(ManualTaskRow.assignee).in_(list(assignees)))
        .where(*(() if due_by is None else (col(ManualTaskRow.due_at) <= due_by,)))
        .order_by(col(ManualTaskRow.due_at), col(ManualTaskRow.case_no), col(ManualTaskRow.task_id))
        .limit(most)
    )
    async with database.reading() as session:
        rows = (await session.execute(query)).tuples().all()
    return [_line(task, about) for task, about in rows]


async def cases_handled_by(database: Database, staff_id: str, *, most: int) -> Sequence[CaseRow]:
    """The open cases that somebody answers for, the oldest first."""
    query = (
        select(CaseRow)
        .where(col(CaseRow.handler) == staff_id, col(CaseRow.stage).is_not(None))
        .order_by(col(CaseRow.received_at), col(CaseRow.case_no))
        .limit(most)
    )
    async with database.reading() as session:
        return (await session.execute(query)).scalars().all()


def _line(task: ManualTaskRow, about: CaseRow) -> QueueLine:
    return QueueLine(
        case_no=task.case_no,
        task_id=task.task_id,
        kind=TaskKind(task.kind),
        assignee=task.assignee,
        escalation=task.level,
        asked_at=task.asked_at,
        due_at=task.due_at,
        category=about.category,
        level=about.level,
        language=about.language,
    )


@dataclass(frozen=True)
class Busy:
    """How much somebody has open, and how much of it is overdue."""

    open: int
    late: int


async def busyness(database: Database, *, now: datetime) -> Mapping[str, Busy]:
    """Everybody who has open work."""
    is_late = case((col(ManualTaskRow.due_at) <= now, 1), else_=0)
    query = (
        select(col(ManualTaskRow.assignee), func.count(), func.sum(is_late))
        .where(IS_OPEN)
        .group_by(col(ManualTaskRow.assignee))
    )
    async with database.reading() as session:
        rows = (await session.execute(query)).tuples().all()
    return {assignee: Busy(count, int(late)) for assignee, count, late in rows}


async def cases_in_hands_of(database: Database, staff_id: str) -> tuple[str, ...]:
    """The open cases in which somebody has open work, or which she answers for."""
    asked = select(ManualTaskRow.case_no).where(col(ManualTaskRow.assignee) == staff_id, IS_OPEN)
    handled = select(CaseRow.case_no).where(col(CaseRow.handler) == staff_id, col(CaseRow.stage).is_not(None))
    async with database.reading() as session:
        return tuple(sorted((await session.execute(asked.union(handled))).scalars()))
