"""The outbox: which letters are due, whose turn it is, and what became of each; rows of the table `letters`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import CursorResult, exists, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from complaints.letters import LetterKind, LetterOrder
from models.tables import LetterRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select, Update
    from sqlalchemy.ext.asyncio import AsyncSession

LEASE = timedelta(seconds=60)
"""How long a claimed letter is left alone: longer than sending it may take, short enough to wait out a crash."""


@dataclass(frozen=True)
class Claim:
    """A letter that this process alone may send until the lease ends."""

    letter_id: int
    case_no: str
    order: LetterOrder
    message_id: str
    tries: int
    """This one included."""
    ordered_at: datetime
    leased_until: datetime


async def is_any_due(session: AsyncSession, *, now: datetime) -> bool:
    """Whether some letter may be sent now; asked first, since claiming locks the database."""
    return (await session.execute(_due(now).limit(1))).first() is not None


async def claim_due(session: AsyncSession, *, now: datetime, most: int) -> Sequence[Claim]:
    """Claim the letters whose turn it is, at most one of each case: the oldest that is not sent or dead.

    A letter that is being sent or tried again holds back the later ones of its case. Of two processes that see the
    same letter only the one whose update finds it unchanged gets it.
    """
    rows = (await session.execute(_due(now).limit(most))).scalars().all()
    return [_claim(row, now) for row in rows if await _is_ours(session, row, now)]


async def note_sent(session: AsyncSession, claim: Claim, *, at: datetime, paper_id: str) -> bool:
    """The letter is out; False when another process took it over meanwhile."""
    return await _close(session, claim, status="sent", sent_at=at, paper_id=paper_id, trouble=None)


async def note_retry(session: AsyncSession, claim: Claim, *, at: datetime, trouble: str) -> bool:
    """The letter will be tried again at this moment."""
    return await _close(session, claim, next_try_at=at, trouble=trouble)


async def note_dead(session: AsyncSession, claim: Claim, *, trouble: str) -> bool:
    """The letter will not be tried again; `trouble` says why, without anybody's data."""
    return await _close(session, claim, status="dead", trouble=trouble)


def _due(now: datetime) -> Select[LetterRow]:
    earlier = aliased(LetterRow)
    is_behind = exists().where(
        col(earlier.case_no) == col(LetterRow.case_no),
        col(earlier.status) == "waiting",
        col(earlier.id) < col(LetterRow.id),
    )
    is_due = (col(LetterRow.status) == "waiting", col(LetterRow.next_try_at) <= now)
    return select(LetterRow).where(*is_due, ~is_behind).order_by(col(LetterRow.next_try_at), col(LetterRow.id))


def _as_seen(letter_id: int | None, next_try_at: datetime) -> Update:
    """A change that happens only while nobody else has sent, claimed or put off the letter."""
    return update(LetterRow).where(
        col(LetterRow.id) == letter_id,
        col(LetterRow.status) == "waiting",
        col(LetterRow.next_try_at) == next_try_at,
    )


async def _is_ours(session: AsyncSession, row: LetterRow, now: datetime) -> bool:
    claim = _as_seen(row.id, row.next_try_at).values(next_try_at=now + LEASE, tries=col(LetterRow.tries) + 1)
    return await _changed(session, claim)


async def _close(session: AsyncSession, claim: Claim, **values: object) -> bool:
    return await _changed(session, _as_seen(claim.letter_id, claim.leased_until).values(**values))


async def _changed(session: AsyncSession, change: Update) -> bool:
    # The rows in memory are thrown away: nothing needs to be brought up to date.
    result = await session.execute(change.execution_options(synchronize_session=False))
    return isinstance(result, CursorResult) and result.rowcount == 1


def _claim(row: LetterRow, now: datetime) -> Claim:
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
        leased_until=now + LEASE,
    )
