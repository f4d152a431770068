"""The letter list: what of the outbox waits or died, as an operator sees it, and another try for a dead letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select, update
from sqlmodel import col

from complaints.errors import GiveUp
from models.tables import LETTERS, LetterRow

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from adapters.database import Database


_UNSENT: Final = ("dead", "held", "waiting")
"""What readers did not get yet; what they got grows without end and is not looked at."""


async def list_unsent(database: Database, *, most: int) -> Sequence[LetterRow]:
    """Dead letters first, then those held for a digest, then the waiting ones, each by age."""
    query = (
        select(LetterRow).where(col(LetterRow.status).in_(_UNSENT)).order_by(col(LetterRow.status), col(LetterRow.id))
    )
    async with database.reading() as session:
        return (await session.execute(query.limit(most))).scalars().all()


async def count_unsent(database: Database) -> Mapping[str, int]:
    """How many letters are `dead`, how many `held` for a digest, and how many are `waiting`."""
    query = select(col(LetterRow.status), func.count()).where(col(LetterRow.status).in_(_UNSENT))
    async with database.reading() as session:
        counted = (await session.execute(query.group_by(col(LetterRow.status)))).tuples().all()
    return {"dead": 0, "held": 0, "waiting": 0, **dict(counted)}


async def revive(database: Database, letter_ids: Collection[int] | None, *, now: datetime) -> int:
    """Hand these letters, or all, to the post room once more, as far as they are dead; how many were."""
    query = update(LETTERS).where(col(LetterRow.status) == "dead")
    if letter_ids is not None:
        query = query.where(col(LetterRow.id).in_(list(letter_ids)))
    async with database.writing() as session:
        result = await session.execute(query.values(status="waiting", tries=0, next_try_at=now, trouble=None))
    return int(getattr(result, "rowcount", 0))


async def try_again(database: Database, letter_id: int, *, now: datetime) -> LetterRow:
    """Hand a dead letter to the post room once more; GiveUp when there is no such letter or it is not dead."""
    async with database.writing() as session:
        letter = await session.get(LetterRow, letter_id)
        if letter is None:
            raise GiveUp(f"there is no letter {letter_id}")
        if letter.status not in _UNSENT:
            raise GiveUp(f"letter {letter_id} was sent already: its receiver would get it twice")
        if letter.status == "held":
            raise GiveUp(f"letter {letter_id} is not dead: it leaves with the digest that stands for it")
        if letter.status == "waiting":
            raise GiveUp(f"letter {letter_id} is not dead: the post room tries it again by itself")
        letter.status, letter.tries, letter.next_try_at, letter.trouble = "waiting", 0, now, None
    return letter


async def letters_of(database: Database, case_no: str) -> Sequence[LetterRow]:
    """Every letter of a case, in the order in which they were ordered."""
    query = select(LetterRow).where(col(LetterRow.case_no) == case_no).order_by(col(LetterRow.id))
    async with database.reading() as session:
        return (await session.execute(query)).scalars().all()
