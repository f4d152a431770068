"""Letters put into the outbox, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from adapters import ledger
from complaints.letters import LetterKind, LetterOrder
from complaints.words import CUSTOMER
from models.tables import LetterRow

if TYPE_CHECKING:
    from email.message import EmailMessage

    from adapters.house import House


async def letters_of(house: House, *case_nos: str) -> list[LetterRow]:
    async with house.database.reading() as session:
        query = select(LetterRow).where(col(LetterRow.case_no).in_(case_nos)).order_by(col(LetterRow.id))
        return list((await session.execute(query)).scalars())


async def order(house: House, case_no: str, *orders: LetterOrder) -> None:
    """Put letters into the outbox as the casebook does."""
    briefing = await house.casebook.brief(case_no)
    async with house.database.writing() as session:
        await ledger.order_letters(session, briefing.case, orders, at=house.clock.now())


def progress(number: int, to: str = CUSTOMER) -> LetterOrder:
    return LetterOrder(kind=LetterKind.PROGRESS, to=to, key=f"progress/{number}")


def ids(mails: list[EmailMessage]) -> list[str]:
    return [str(mail["Message-ID"]) for mail in mails]
