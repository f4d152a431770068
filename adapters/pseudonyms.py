"""Pseudonyms: who a person is to those who may not know it; the same person is the same pseudonym within a house."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from complaints.words import CUSTOMER, SYSTEM

if TYPE_CHECKING:
    from adapters.cipher import Cipher

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

    def actor(self, actor: str, *, customer: str, case_no: str) -> str:
        """Whoever acted in a case: its customer, a member of staff or the rules."""
        return self.customer(customer, case_no=case_no) if actor == CUSTOMER else self.staff(actor)

    def resource(self, name: str) -> str:
        """Whoever an imported log says did something."""
        return self._of("resource", name) if name else ""

    def _of(self, kind: str, name: str) -> str:
        return f"P-{hmac.new(self._key, f'{kind}:{name}'.encode(), hashlib.sha256).hexdigest()[:_SHOWN]}"
