"""House letters: those to staff that are about no case. They wait in the same outbox as all others."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select, update

from complaints import clocks
from models.tables import LETTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from complaints.letters import LetterOrder
    from complaints.policy import Policy

NO_CASE: Final = ""
"""What stands for the case number of such a letter; the outbox sends each of them by itself, in no order."""
MORE: Final = "more"
"""The detail of a gathered letter that counts what it has no line for."""
_MOST_LINES: Final = 50
"""(house) Nobody reads more in a mail, and a row must not grow without end."""


async def order_house_letter(
    session: AsyncSession, order: LetterOrder, *, at: datetime, leaves_at: datetime | None = None
) -> int:
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
        "next_try_at": leaves_at or at,
        "ordered_at": at,
        "message_id": f"<house.{digest}@redress>",
    }
    ordered = await session.execute(insert(LETTERS).values(row).returning(LETTERS.c.id))
    return int(ordered.scalar_one())


async def gather_house_letters(
    session: AsyncSession, orders: Iterable[LetterOrder], *, at: datetime, policy: Policy
) -> None:
    """Order letters whose details are lines, so that whoever does one thing to many cases causes one mail.

    The first to a reader waits as long as the policy gathers notices; what comes meanwhile joins it.
    """
    # In one order for all: two transactions that wait for each other's letters would never end.
    for order in sorted(orders, key=lambda one: (one.kind, one.to)):
        if not await _join(session, order):
            leaves_at = clocks.due(at, policy.escalation.storm.gather, policy.calendar)
            await order_house_letter(session, order, at=at, leaves_at=leaves_at)


async def _join(session: AsyncSession, order: LetterOrder) -> bool:
    """Add lines to a letter that nobody has tried to send; False when there is none."""
    told = LETTERS.c
    # Locked: a post room that is about to claim it passes it by, and one that claimed it just now has changed `tries`.
    query = (
        select(told.id, told.details)
        .where(told.recipient == order.to, told.sent_at.is_(None), told.kind == order.kind.value)
        .where(told.case_no == NO_CASE, told.status == "waiting", told.tries == 0)
        .order_by(told.id.desc())
        .limit(1)
        .with_for_update()
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        return False
    details = _with_lines(found.details, dict(order.details))
    await session.execute(update(LETTERS).where(told.id == found.id).values(details=details))
    return True


def _with_lines(known: Mapping[str, str], fresh: Mapping[str, str]) -> dict[str, str]:
    """Both; beyond what a letter holds they are only counted."""
    lines = dict(known)
    for name, said in fresh.items():
        if name in lines or len(lines.keys() - {MORE}) < _MOST_LINES:
            lines[name] = said
        else:
            lines[MORE] = str(int(lines.get(MORE, "0")) + 1)
    return lines
