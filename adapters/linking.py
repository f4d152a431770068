"""Linking: when a case says that it belongs to another one, the other's history says so too, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlmodel import col

from adapters import ledger
from complaints.answer_events import BACKWARDS, CaseLinked
from complaints.chain import Head, Signature, link
from models.tables import CASES, CaseRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncSession

    from complaints.chain import Entry


async def point_back(session: AsyncSession, entries: Iterable[Entry]) -> None:
    """Append what these entries mean for other cases; HistoryMoved when somebody wrote there at the same time.

    A case that is not ours has no history to write to. A sealed one stays sealed: its seal counts the entries before
    it, and a pointer after it changes nothing that it seals.
    """
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, CaseLinked) and fact.relation in BACKWARDS:
            pointer = CaseLinked(other=entry.case_no, relation=BACKWARDS[fact.relation])
            await _point(session, fact.other, pointer, because=entry)


async def _point(session: AsyncSession, case_no: str, pointer: CaseLinked, *, because: Entry) -> None:
    query = select(col(CaseRow.seq), col(CaseRow.head), col(CaseRow.policy)).where(col(CaseRow.case_no) == case_no)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return
    signature = Signature(actor=because.actor, origin=because.origin, policy=row.policy)
    entries = link(Head(case_no, row.seq, row.head), (pointer,), at=because.at, signature=signature)
    await ledger.append_entries(session, entries)
    moved = update(CASES).where(col(CaseRow.case_no) == case_no).values(seq=entries[-1].seq, head=entries[-1].hash)
    await session.execute(moved)
