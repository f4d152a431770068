"""House letters: those to staff that are about no case. They wait in the same outbox as all others."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert

from models.tables import LETTERS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from complaints.letters import LetterOrder

NO_CASE: Final = ""
"""What stands for the case number of such a letter; the outbox sends each of them by itself, in no order."""


async def order_house_letter(session: AsyncSession, order: LetterOrder, *, at: datetime) -> int:
    """Put a letter into the outbox, in the transaction of what causes it, and return its number.

    `order.key` is unique among all of these.
    """
    digest = hashlib.sha256(order.key.encode()).hexdigest()[:32]
    row = {
        "case_no": NO_CASE,
        "seq": 0,
        "kind": order.kind.value,
        "recipient": order.to,
        "key": order.key,
        "task_id": None,
        "details": dict(order.details),
        "status": "waiting",
        "tries": 0,
        "next_try_at": at,
        "ordered_at": at,
        "message_id": f"<house.{digest}@redress>",
    }
    ordered = await session.execute(insert(LETTERS).values(row).returning(LETTERS.c.id))
    return int(ordered.scalar_one())
