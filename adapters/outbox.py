"""The outbox: which letters are due, whose turn it is, and what became of each; rows of the table `letters`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy import and_, exists, false, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from adapters.storm import is_digest_due
from complaints.letters import LetterKind, LetterOrder
from models.tables import LETTERS, LetterRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession

LEASE = timedelta(seconds=15)
"""How long a claimed letter is left alone unless the claim is renewed: what a crash costs at most."""


@dataclass(frozen=True)
class Claim:
    """A letter that this process alone may send until the lease ends."""

    letter_id: int
    case_no: str
    order: LetterOrder
    message_id: str
    tries: int
    """This one included. It grows with every claim, so it also tells whose claim is the latest."""
    ordered_at: datetime


@dataclass(frozen=True)
class Fate:
    """What became of a claimed letter: it is out, will be tried again, or never will."""

    claim: Claim
    status: Literal["sent", "waiting", "dead"]
    at: datetime
    """When it was sent or given up, or when it is tried again."""
    trouble: str | None = None
    """Why it is not out, without anybody's data."""


async def is_any_due(session: AsyncSession, *, now: datetime) -> bool:
    """Whether some letter may be sent now; asked first, since claiming locks the database."""
    ready = select(col(LetterRow.id)).where(*_is_due(now)).limit(1)
    return (await session.execute(ready)).first() is not None or await is_digest_due(session, now=now)


async def claim_due(session: AsyncSession, *, now: datetime, most: int) -> Sequence[Claim]:
    """Claim the letters whose turn it is, at most one of each case: the oldest that is not sent or dead.

    A letter that is being sent or tried again holds back the later ones of its case. Of two processes that see the
    same letter only the one whose update finds it unchanged gets it.
    """
    query = select(LetterRow).where(*_is_due(now)).order_by(col(LetterRow.next_try_at), col(LetterRow.id)).limit(most)
    # Post rooms that look at the same moment see different letters (PostgreSQL; on SQLite they take turns anyway).
    seen = (await session.execute(query.with_for_update(skip_locked=True))).scalars().all()
    if not seen:
        return ()
    unchanged = or_(*(_stands(row.id, row.tries) for row in seen))
    taken = await session.execute(
        update(LETTERS)
        .where(unchanged, col(LetterRow.next_try_at) <= now)
        .values(next_try_at=now + LEASE, tries=col(LetterRow.tries) + 1)
        .returning(LETTERS.c.id)
    )
    ours = set(taken.scalars())
    return [_claim(row) for row in seen if row.id in ours]


async def renew(session: AsyncSession, claims: Iterable[Claim], *, now: datetime) -> None:
    """Keep claims that take long."""
    still_ours = or_(false(), *(_stands(claim.letter_id, claim.tries) for claim in claims))
    await session.execute(update(LETTERS).where(still_ours).values(next_try_at=now + LEASE))


async def note(session: AsyncSession, fate: Fate, *, paper_id: str | None = None) -> bool:
    """Write down what became of a letter; False when another process has claimed it since."""
    when = {"next_try_at": fate.at} if fate.status == "waiting" else {}
    sent = {"sent_at": fate.at, "paper_id": paper_id} if fate.status == "sent" else {}
    changed = await session.execute(
        update(LETTERS)
        .where(_stands(fate.claim.letter_id, fate.claim.tries))
        .values(status=fate.status, trouble=fate.trouble, **when, **sent)
        .returning(LETTERS.c.id)
    )
    return changed.first() is not None


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    earlier = aliased(LetterRow)
    # Letters about no case have nothing to do with each other.
    is_behind = exists().where(
        col(LetterRow.case_no) != "",
        col(earlier.case_no) == col(LetterRow.case_no),
        col(earlier.status) == "waiting",
        col(earlier.id) < col(LetterRow.id),
    )
    return col(LetterRow.status) == "waiting", col(LetterRow.next_try_at) <= now, ~is_behind


def _stands(letter_id: int | None, tries: int) -> ColumnElement[bool]:
    """The letter still waits, and nobody has claimed it since it had so many tries."""
    return and_(col(LetterRow.id) == letter_id, col(LetterRow.status) == "waiting", col(LetterRow.tries) == tries)


def _claim(row: LetterRow) -> Claim:
    order = LetterOrder(
        kind=LetterKind(row.kind),
        to=row.recipient,
        key=row.key,
        task_id=row.task_id,
        details=tuple(sorted(row.details.items())),
    )
    return Claim(
        letter_id=row.id or 0,
        case_no=row.case_no,
        order=order,
        message_id=row.message_id,
        tries=row.tries + 1,
        ordered_at=row.ordered_at,
    )
