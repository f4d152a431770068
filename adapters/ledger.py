"""The ledger: reads and writes the rows of histories, papers and projections, inside a session that others open."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, exists, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from adapters.cipher import open_paper, seal_paper
from complaints.briefing import Load
from complaints.chain import Entry
from complaints.errors import HistoryMoved, NoSuchCase
from complaints.events import read_fact
from models.tables import (
    CASE_KEYS,
    EVENTS,
    IS_OPEN,
    LETTERS,
    MANUAL_TASKS,
    PAPERS,
    CaseCounterRow,
    CaseKeyRow,
    ManualTaskRow,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncSession

    from complaints.case import Case, ManualTask
    from complaints.letters import LetterOrder
    from complaints.papers import Paper


async def read_entries(session: AsyncSession, case_no: str, *, after: int = 0) -> tuple[Entry, ...]:
    """The history of a case from entry `after` + 1 on, in order."""
    query = select(EVENTS).where(EVENTS.c.case_no == case_no, EVENTS.c.seq > after).order_by(EVENTS.c.seq)
    return tuple(entry_of(row) for row in await session.execute(query))


def entry_of(row: Row[Any]) -> Entry:
    """A row of `events` as the entry it stores."""
    return Entry(
        case_no=row.case_no,
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        origin=row.origin,
        policy=row.policy,
        fact=read_fact(row.type, row.version, row.data),
        previous=row.previous,
        method=row.method,
        hash=row.hash,
    )


@contextmanager
def unless_moved() -> Iterator[None]:
    """HistoryMoved when somebody else wrote first what must be there once."""
    try:
        yield
    except IntegrityError as race:
        message = "another entry was written first"
        raise HistoryMoved(message) from race


async def append_entries(session: AsyncSession, entries: Iterable[Entry]) -> None:
    """Add entries; HistoryMoved when somebody else wrote one of these numbers first."""
    rows = [
        {
            "case_no": entry.case_no,
            "seq": entry.seq,
            "type": entry.fact.type,
            "version": entry.fact.version,
            "at": entry.at,
            "actor": entry.actor,
            "origin": entry.origin,
            "policy": entry.policy,
            "data": entry.fact.stated(),
            "previous": entry.previous,
            "method": entry.method,
            "hash": entry.hash,
        }
        for entry in entries
    ]
    if rows:
        with unless_moved():
            await session.execute(insert(EVENTS), rows)


async def next_case_no(session: AsyncSession, day: str) -> str:
    """The next number of a day, as `TC20261121-0007`; without gaps: whatever fails later gives it back."""
    insert = upsert(session)(CaseCounterRow).values(day=day, last=1)
    query = insert.on_conflict_do_update(
        index_elements=[CaseCounterRow.day], set_={"last": CaseCounterRow.last + 1}
    ).returning(CaseCounterRow.last)
    number = (await session.execute(query)).scalar_one()
    return f"TC{day}-{number:04d}"


async def case_key(session: AsyncSession, case_no: str) -> bytes:
    """The wrapped key of a case; NoSuchCase when it has none (any more)."""
    found = await session.get(CaseKeyRow, case_no)
    if found is None:
        message = f"{case_no} does not exist, or its personal data was erased"
        raise NoSuchCase(message)
    return found.wrapped


async def read_papers(
    session: AsyncSession, case_no: str, *, key: bytes, known: Collection[str] = ()
) -> dict[str, Paper]:
    """All papers of a case, opened, by id; without those whose ids are known."""
    # Letters as sent are large and no rule reads them.
    query = select(PAPERS.c.id, PAPERS.c.kind, PAPERS.c.sealed).where(
        PAPERS.c.case_no == case_no, PAPERS.c.kind != "sent_letter", PAPERS.c.id.not_in(list(known))
    )
    rows = await session.execute(query)
    return {row.id: open_paper(key, paper_id=row.id, kind=row.kind, sealed=row.sealed) for row in rows}


@dataclass(frozen=True)
class Drawer:
    """Where a case's papers are filed, and the bare key that opens it."""

    case_no: str
    key: bytes = field(repr=False)


async def add_unless_erased(session: AsyncSession, drawer: Drawer, paper: Paper, *, at: datetime) -> None:
    """File a paper, encrypted, while the case has its key."""
    row = _paper_row(drawer, paper, at=at)
    await session.execute(_ADD_UNLESS_ERASED, {f"new_{name}": value for name, value in row.items()})


_PAPER = ("id", "case_no", "kind", "sealed", "digest", "created_at")
_ADD_UNLESS_ERASED = insert(PAPERS).from_select(
    _PAPER,
    select(*(bindparam(f"new_{name}", type_=PAPERS.c[name].type) for name in _PAPER)).where(
        exists().where(CASE_KEYS.c.case_no == bindparam("new_case_no", type_=CASE_KEYS.c.case_no.type))
    ),
)


async def add_papers(session: AsyncSession, drawer: Drawer, papers: Iterable[Paper], *, at: datetime) -> None:
    """File papers, encrypted."""
    rows = [_paper_row(drawer, paper, at=at) for paper in papers]
    if rows:
        await session.execute(insert(PAPERS), rows)


def _paper_row(drawer: Drawer, paper: Paper, *, at: datetime) -> dict[str, Any]:
    return {
        "id": paper.id,
        "case_no": drawer.case_no,
        "kind": paper.kind,
        "sealed": seal_paper(drawer.key, paper),
        "digest": paper.ref.digest,
        "created_at": at,
    }


async def order_letters(session: AsyncSession, case: Case, orders: Iterable[LetterOrder], *, at: datetime) -> None:
    """Put letters into the outbox; an order that stands there already is the same letter and changes nothing."""
    rows = [
        {
            "case_no": case.case_no,
            "seq": case.seq,
            "kind": order.kind.value,
            "recipient": order.to,
            "key": order.key,
            "task_id": order.task_id,
            "details": dict(order.details),
            "status": "waiting",
            "tries": 0,
            "next_try_at": at,
            "ordered_at": at,
            "message_id": message_id_of(case.case_no, order.key),
        }
        for order in orders
    ]
    if rows:
        await session.execute(upsert(session)(LETTERS).on_conflict_do_nothing(), rows)


async def project_tasks(session: AsyncSession, before: Case | None, after: Case) -> None:
    """Bring the task rows of a case up to its history."""
    known = before.tasks if before else {}
    rows = [task_row(after.case_no, task) for task in after.tasks.values() if known.get(task.id) != task]
    if not rows:
        return
    adding = upsert(session)(MANUAL_TASKS)
    told = {name: adding.excluded[name] for name in rows[0] if name not in {"case_no", "task_id"}}
    await session.execute(adding.on_conflict_do_update(index_elements=["case_no", "task_id"], set_=told), rows)


def task_row(case_no: str, task: ManualTask) -> dict[str, Any]:
    """The row that restates a task."""
    return {
        "case_no": case_no,
        "task_id": task.id,
        "kind": task.kind.value,
        "stage": task.stage.value,
        "assignee": task.assignee,
        "status": task.status,
        "level": task.level,
        "asked_at": task.asked_at,
        "due_at": task.due_at,
        "closed_at": task.closed_at,
    }


async def read_loads(session: AsyncSession) -> dict[str, Load]:
    """How busy everybody is: open tasks and when last asked."""
    query = (
        select(col(ManualTaskRow.assignee), func.count(), func.max(col(ManualTaskRow.asked_at)))
        .where(IS_OPEN)
        .group_by(col(ManualTaskRow.assignee))
    )
    rows = (await session.execute(query)).all()
    return {assignee: Load(open_tasks=count, last_asked_at=asked) for assignee, count, asked in rows}


def message_id_of(case_no: str, key: str) -> str:
    """Stable per letter, so that a receiver can drop the copy of a letter sent twice."""
    digest = hashlib.sha256(f"{case_no}/{key}".encode()).hexdigest()[:32]
    return f"<{case_no.lower()}.{digest}@redress>"


def upsert(session: AsyncSession):  # type: ignore[no-untyped-def]  # noqa: ANN201  the two dialects share no type
    """The dialect's insert, which knows what to do when a row stands there already."""
    dialect = session.get_bind().dialect.name
    return sqlite.insert if dialect == "sqlite" else postgresql.insert
