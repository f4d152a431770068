"""Sent letters: every letter of a case as it left, and those that did not; read with the case's key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from adapters.cipher import open_paper
from models.tables import LETTERS, PAPERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from adapters.database import Database


@dataclass(frozen=True)
class SentLetter:
    """One letter of a case."""

    kind: str
    recipient: str
    """A staff id, or the customer."""
    status: str
    ordered_at: datetime
    sent_at: datetime | None
    message_id: str
    trouble: str
    subject: str = ""
    text: str = ""
    to: str = ""
    """The address; '' of a letter that did not leave."""


async def letters_of(database: Database, case_no: str, *, key: bytes) -> Sequence[SentLetter]:
    """Every letter in the order in which they were ordered."""
    letters, papers = LETTERS.c, PAPERS.c
    query = (
        select(LETTERS, papers.sealed)
        .outerjoin(PAPERS, papers.id == letters.paper_id)
        .where(letters.case_no == case_no)
        .order_by(letters.id)
    )
    async with database.reading() as session:
        rows = (await session.execute(query)).all()
    return [_letter(row, key) for row in rows]


def _letter(row: Any, key: bytes) -> SentLetter:  # noqa: ANN401  a row of columns of two tables
    read = open_paper(key, paper_id=row.paper_id, kind="sent_letter", sealed=row.sealed).content if row.sealed else {}
    return SentLetter(
        kind=row.kind,
        recipient=row.recipient,
        status=row.status,
        ordered_at=row.ordered_at,
        sent_at=row.sent_at,
        message_id=row.message_id,
        trouble=row.trouble or "",
        subject=read.get("subject", ""),
        text=read.get("text", ""),
        to=read.get("to", ""),
    )
