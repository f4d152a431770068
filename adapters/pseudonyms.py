"""Pseudonyms: who a person is to those who may not know it; the same person is the same pseudonym within a house."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints.chain import GENESIS
from complaints.events import ComplaintReceived
from complaints.words import CUSTOMER, SYSTEM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.cipher import Cipher
    from complaints.chain import Entry

_SHOWN = 16
"""Hexadecimal digits, 64 bits: among a million people two share a pseudonym once in some thirty million houses."""


class Pseudonyms:
    """Keyed by the house's master key: nobody without it can try names until one fits."""

    def __init__(self, cipher: Cipher) -> None:
        self._key = cipher.derived("pseudonyms")

    def staff(self, staff_id: str) -> str:
        """A member of staff; '' and the rules themselves are nobody."""
        return staff_id if staff_id in {"", SYSTEM} else self._of("staff", staff_id)

    def customer(self, digest: str, *, case_no: str) -> str:
        """The customer by the digest of her contact; one without a contact is known in her own case only."""
        return self._of("customer", digest or f"of {case_no}")

    def resource(self, name: str) -> str:
        """Whoever an imported log says did something."""
        return self._of("resource", name) if name else ""

    def proof(self, digest: str) -> str:
        """A hash of a chain as it leaves beside masked content: equal for equal ones, and no help in guessing."""
        return hmac.new(self._key, f"proof:{digest}".encode(), hashlib.sha256).hexdigest()

    def _of(self, kind: str, name: str) -> str:
        return f"P-{hmac.new(self._key, f'{kind}:{name}'.encode(), hashlib.sha256).hexdigest()[:_SHOWN]}"


@dataclass(frozen=True)
class CaseMask:
    """How the persons of one case are called in what leaves the house.

    Its customer is a pseudonym always, since no event log holds a customer's name; staff keep their ids when named.
    """

    pseudonyms: Pseudonyms
    customer: str
    is_named: bool

    def __call__(self, person: str) -> str:
        """A member of staff, the customer or the rules, by the name she has there."""
        if person == CUSTOMER:
            return self.customer
        return person if self.is_named else self.pseudonyms.staff(person)

    def proof(self, digest: str) -> str:
        """A hash of the chain, as it is only where the content is whole too."""
        return digest if self.is_named or digest == GENESIS else self.pseudonyms.proof(digest)


def mask_of(pseudonyms: Pseudonyms, history: Sequence[Entry], *, is_named: bool) -> CaseMask:
    """The mask of a case by its history."""
    digests = (entry.fact.customer for entry in history if isinstance(entry.fact, ComplaintReceived))
    return CaseMask(pseudonyms, pseudonyms.customer(next(digests, ""), case_no=history[0].case_no), is_named)
