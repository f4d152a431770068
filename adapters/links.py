"""Links: signed, for one purpose and one person, expiring. A link opens a page; only a POST acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from complaints.errors import LinkExpired, LinkForged

if TYPE_CHECKING:
    from datetime import timedelta

    from adapters.cipher import Cipher

Purpose = Literal["task", "track", "view", "outbox"]
"""task: do a manual task; track: the customer follows her case; view: staff look at a case; outbox: the operator looks
after letters."""


@dataclass(frozen=True)
class Ticket:
    """What a link says: who may do what with which case ('' where it is about none)."""

    purpose: Purpose
    case_no: str
    holder: str
    """A staff id, CUSTOMER, or whoever operates the house."""
    task_id: str = ""


class Links:
    """Signs and reads the links of this house."""

    def __init__(self, cipher: Cipher, *, public_url: str, valid: timedelta) -> None:
        self._signer = URLSafeTimedSerializer(cipher.derived("links"), salt="redress-link")
        self._public_url = public_url
        self._valid = valid

    def address(self, ticket: Ticket) -> str:
        """The whole address to put into a mail."""
        return f"{self._public_url}/{ticket.purpose}/{self.token(ticket)}"

    def token(self, ticket: Ticket) -> str:
        """The signed part of a link."""
        signed = self._signer.dumps([ticket.purpose, ticket.case_no, ticket.holder, ticket.task_id])
        return str(signed)

    def read(self, token: str, purpose: Purpose) -> Ticket:
        """The ticket behind a token; LinkForged or LinkExpired when it is no good."""
        try:
            # A customer follows her case for as long as it exists; a piece of work is asked for a time.
            max_age = None if purpose == "track" else int(self._valid.total_seconds())
            said, case_no, holder, task_id = self._signer.loads(token, max_age=max_age)
        except SignatureExpired as late:
            message = "this link has expired"
            raise LinkExpired(message) from late
        except (BadSignature, ValueError) as forged:
            message = "this link was not made by this house"
            raise LinkForged(message) from forged
        if said != purpose:
            message = "this link is for something else"
            raise LinkForged(message)
        return Ticket(purpose=said, case_no=case_no, holder=holder, task_id=task_id)
