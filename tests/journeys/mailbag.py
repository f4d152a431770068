"""The mailbag: how a letter of a journey reads, printed as the post room would print it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, select

from adapters.letterpress import print_letter
from complaints.composing import compose
from complaints.drafting import Addresses
from complaints.letters import LetterKind, LetterOrder
from models.tables import LetterRow

if TYPE_CHECKING:
    from tests.journeys.journey import Journey

NOWHERE = Addresses(task="https://portal.test/task", track="https://portal.test/track", view="https://portal.test/view")


async def read_letter(journey: Journey, kind: LetterKind, to: str) -> str:
    """The newest letter of a kind to somebody, subject first, as one line."""
    async with journey.house.database.reading() as session:
        query = (
            select(LetterRow)
            .where(LetterRow.case_no == journey.case_no, LetterRow.kind == kind.value, LetterRow.recipient == to)
            .order_by(col(LetterRow.id).desc())
        )
        row = (await session.execute(query)).scalars().first()
    assert row is not None, f"nobody wrote {kind} to {to}"
    details = tuple(sorted((name, str(value)) for name, value in row.details.items()))
    order = LetterOrder(kind=kind, to=to, key=row.key, task_id=row.task_id, details=details)
    briefing = await journey.house.casebook.brief(journey.case_no)
    printed = print_letter(compose(briefing, order, addresses=NOWHERE), zone=briefing.policy.calendar.timezone)
    return " ".join(f"{printed.subject} {printed.text}".split())
