"""The outbox: which letters are due, whose turn it is, and what became of each; rows of the table `letters`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Integer, and_, bindparam, exists, false, or_, select, update

from adapters.storm import is_digest_due, is_no_notice
from complaints.letters import LetterKind, LetterOrder
from models.tables import LETTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Row
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
    return (await session.execute(_ANY_DUE, {"now": now})).first() is not None or await is_digest_due(session, now=now)


async def claim_due(session: AsyncSession, *, now: datetime, most: int, with_notices: bool = True) -> Sequence[Claim]:
    """Claim the letters whose turn it is, at most one of each case: the oldest that is not sent or dead.

    A letter that is being sent or tried again holds back the later ones of its case. Of two processes that see the
    same letter only the one whose update finds it unchanged gets it. Notices are left to whoever has counted them.
    """
    if most < 1:
        return ()
    # Post rooms that look at the same moment see different letters (PostgreSQL; on SQLite they take turns anyway).
    turn = _TURN if with_notices else _TURN_BUT_NOTICES
    seen = (await session.execute(turn, {"now": now, "most": most})).all()
    if not seen:
        return ()
    # Nobody else has claimed any of them since: locked on PostgreSQL, and on SQLite this transaction is alone.
    ids = {"ids": [row.id for row in seen], "now": now, "until": now + LEASE}
    ours = set((await session.execute(_TAKE, ids)).scalars())
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


def _stands(letter_id: int | None, tries: int) -> ColumnElement[bool]:
    """The letter still waits, and nobody has claimed it since it had so many tries."""
    return and_(LETTERS.c.id == letter_id, LETTERS.c.status == "waiting", LETTERS.c.tries == tries)


_EARLIER = LETTERS.alias("earlier")
_IS_BEHIND = exists().where(
    # Letters about no case have nothing to do with each other.
    LETTERS.c.case_no != "",
    _EARLIER.c.case_no == LETTERS.c.case_no,
    _EARLIER.c.status == "waiting",
    _EARLIER.c.id < LETTERS.c.id,
)
_NOW = bindparam("now", type_=LETTERS.c.next_try_at.type)
_IS_DUE = and_(LETTERS.c.status == "waiting", LETTERS.c.next_try_at <= _NOW, ~_IS_BEHIND)
_ANY_DUE = select(LETTERS.c.id).where(_IS_DUE).limit(1)
_TURN = (
    select(LETTERS)
    .where(_IS_DUE)
    .order_by(LETTERS.c.next_try_at, LETTERS.c.id)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(skip_locked=True)
)
_TURN_BUT_NOTICES = _TURN.where(is_no_notice())
_TAKE = (
    update(LETTERS)
    .where(
        LETTERS.c.id.in_(bindparam("ids", expanding=True)), LETTERS.c.status == "waiting", LETTERS.c.next_try_at <= _NOW
    )
    .values(next_try_at=bindparam("until", type_=LETTERS.c.next_try_at.type), tries=LETTERS.c.tries + 1)
    .returning(LETTERS.c.id)
)
"""Built once: making and naming them anew for every letter took longer than asking them."""


def _claim(row: Row[Any]) -> Claim:
    order = LetterOrder(
        kind=LetterKind(row.kind),
        to=row.recipient,
        key=row.key,
        task_id=row.task_id,
        details=tuple(sorted(row.details.items())),
    )
    return Claim(
        letter_id=row.id,
        case_no=row.case_no,
        order=order,
        message_id=row.message_id,
        tries=row.tries + 1,
        ordered_at=row.ordered_at,
    )
