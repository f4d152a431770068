"""House post: letters to staff that are about no case. They wait in the same outbox, and the post room sends them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert

from adapters.envelopes import Label, enclose
from adapters.letterpress import print_letter
from complaints.errors import GiveUp
from complaints.house_correspondence import SignIn, head_for
from complaints.letters import LetterKind
from models.tables import LETTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from email.message import EmailMessage

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.house import House
    from adapters.letterpress import Printed
    from adapters.outbox import Claim
    from complaints.correspondence import Letter
    from complaints.letters import LetterOrder
    from complaints.policy import Policy
    from complaints.staff import Staff

NO_CASE: Final = ""
"""What stands for the case number of such a letter; the outbox sends each of them by itself, in no order."""


async def order_house_letter(session: AsyncSession, order: LetterOrder, *, at: datetime) -> None:
    """Put a letter into the outbox, in the transaction of what causes it. `order.key` is unique among all of these."""
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
    await session.execute(insert(LETTERS), [row])


async def prepare(house: House, claim: Claim) -> tuple[EmailMessage, str, Printed]:
    """The message, its address, and the letter as it was printed; GiveUp when its reader has left the staff."""
    policy, roster = await house.library.current(), await house.directory.current()
    if not roster.works_here(claim.order.to):
        raise GiveUp("the recipient is not on the staff")
    person = roster.staff[claim.order.to]
    letter = _COMPOSERS[claim.order.kind](house, claim, policy, person)
    printed = print_letter(letter, zone=policy.calendar.timezone)
    label = Label(
        to=person.email,
        to_name=person.name,
        sender=house.settings.mail_from,
        sender_name=letter.head.house,
        reply_to=letter.head.email,
        message_id=claim.message_id,
        sent_at=letter.head.written_at,
        case_no=NO_CASE,
        kind=claim.order.kind.value,
        language=letter.head.language,
    )
    return enclose(printed, label), person.email, printed


def _sign_in(house: House, claim: Claim, policy: Policy, person: Staff) -> Letter:
    """The link is made when the letter leaves, so that its time does not run while a mail server is away."""
    return SignIn(
        head=head_for(person, house=policy.house, now=house.clock.now()),
        link=house.door.address(dict(claim.order.details)["sign_in"], claim.order.to),
        minutes=house.settings.sign_in_minutes,
    )


_COMPOSERS: Mapping[LetterKind, Callable[[House, Claim, Policy, Staff], Letter]] = {LetterKind.SIGN_IN: _sign_in}
