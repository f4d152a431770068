"""Submitting: one complaint from the command line becomes a case."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.charsets import find_encoding
from adapters.cipher import stationery
from adapters.links import Ticket
from complaints.chain import Signature
from complaints.errors import AnswerWrong, GiveUp
from complaints.words import CUSTOMER, SYSTEM
from portal.recording import FIELDS, Bounds, write_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adapters.casebook import Registered
    from adapters.house import House
    from complaints.record import Complaint

OPERATOR = "operator"
"""The actor of what is typed at the command line."""

_LONGEST_ID = 200
"""What the record shows of an external id; the lookup goes by all of it."""


@dataclass(frozen=True)
class Receipt:
    """What the operator is told: the number, where the customer follows her case, whether it was known before."""

    case_no: str
    tracking: str
    is_new: bool

    @property
    def in_words(self) -> str:
        """What the operator reads."""
        known = "" if self.is_new else " (known already by its external id)"
        return f"{self.case_no}{known}\n{self.tracking}"


def piped_text(content: bytes) -> str:
    """What was piped in, in whichever encoding proves itself; AnswerWrong when none does."""
    try:
        return content.decode(find_encoding(lambda: iter((content,))))
    except (GiveUp, UnicodeDecodeError):
        raise AnswerWrong({"detail": "what was piped in is no text in UTF-8, GB18030 or UTF-16"}) from None


def _with_others(typed: Mapping[str, str], others: Iterable[str]) -> dict[str, str]:
    """The fields that have an option of their own, and `field=value` for the rest; AnswerWrong when one is unknown."""
    told = dict(typed)
    for word in others:
        name, sign, value = (part.strip() for part in word.partition("="))
        name = name.replace("-", "_")
        if not sign or name not in FIELDS:
            raise AnswerWrong({f"--field {word}": f"write field=value, the fields are: {', '.join(FIELDS)}"})
        told[name] = value
    return told


async def submit_typed(house: House, typed: Mapping[str, str], others: Iterable[str] = ()) -> Receipt:
    """Register a complaint as it was typed; AnswerWrong says what is wrong with each field."""
    policy = await house.library.current()
    bounds = Bounds(policy, house.clock.now(), takes_test_addresses=house.settings.catch_mail)
    record = write_record(_with_others(typed, others), bounds)
    registered = await register_typed(house, record, external_id=record.external_id, origin="redress submit")
    ticket = Ticket(purpose="track", case_no=registered.case_no, holder=CUSTOMER)
    return Receipt(registered.case_no, tracking=house.links.address(ticket), is_new=registered.is_new)


async def register_typed(house: House, record: Complaint, *, external_id: str, origin: str) -> Registered:
    """Open a case for what an operator brought; the same external id again, from wherever, finds the case it opened."""
    policy = await house.library.current()
    kept = {
        "received_by": record.received_by if record.received_by != SYSTEM else OPERATOR,
        "external_id": external_id[:_LONGEST_ID],
    }
    return await house.casebook.register(
        record.model_copy(update=kept),
        signature=Signature(actor=OPERATOR, origin=origin, policy=policy.version),
        stationery=stationery(),
        # Hashed, so that ids which differ only in case or spaces stay different in the keyed lookup.
        external_id=hashlib.sha256(external_id.encode()).hexdigest() if external_id else "",
    )
