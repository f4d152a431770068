"""Linking: when a case says that it belongs to another one, the other's history says so too, in one transaction."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlmodel import col

from adapters import ledger
from adapters.sealing import add_seal
from complaints.answer_events import BACKWARDS, CaseLinked
from complaints.case import Case
from complaints.chain import Head, Signature, link
from complaints.errors import NoSuchCase
from models.tables import CASES, CaseRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.casebook import CaseBook
    from adapters.signet import Signet
    from complaints.chain import Entry


async def find(book: CaseBook, case_no: str) -> Case | None:
    """The case that somebody names as belonging to another one, None when there is none."""
    with suppress(NoSuchCase):
        return await book.case(case_no)
    return None


async def point_back(session: AsyncSession, entries: Iterable[Entry], *, signet: Signet) -> None:
    """Append what these entries mean for other cases; HistoryMoved when somebody wrote there at the same time.

    A case that is not ours has no history to write to. A sealed one stays sealed: its seal goes on holding, and a
    second one covers the pointer.
    """
    for entry in entries:
        if isinstance(entry.fact, CaseLinked) and entry.fact.relation in BACKWARDS:
            await _point(session, entry.fact, because=entry, signet=signet)


async def _point(session: AsyncSession, linked: CaseLinked, *, because: Entry, signet: Signet) -> None:
    case_no, pointer = linked.other, CaseLinked(other=because.case_no, relation=BACKWARDS[linked.relation])
    query = select(col(CaseRow.seq), col(CaseRow.head), col(CaseRow.policy), col(CaseRow.stage)).where(
        col(CaseRow.case_no) == case_no
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return
    signature = Signature(actor=because.actor, origin=because.origin, policy=row.policy)
    entries = link(Head(case_no, row.seq, row.head), (pointer,), at=because.at, signature=signature)
    await ledger.append_entries(session, entries)
    changes: dict[str, Any] = {"seq": entries[-1].seq, "head": entries[-1].hash}
    if row.stage is not None:
        # A customer who complains again may raise the case: its flow must look.
        changes |= {"wake_at": because.at, "rung_at": None}
    await session.execute(update(CASES).where(col(CaseRow.case_no) == case_no).values(**changes))
    if row.stage is None:
        end = Case(case_no=case_no, seq=entries[-1].seq, head=entries[-1].hash)
        await add_seal(session, end, signet=signet, at=because.at)
