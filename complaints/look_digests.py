"""Look digests: all looks of a published day in one number, so that a row which is taken away or changed is missed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from complaints.canonical import canonical


@dataclass(frozen=True)
class Looks:
    """How many looks there were, and their digest; of none at all too, which is not the same as not having counted."""

    number: int
    digest: str


@dataclass(frozen=True)
class NotedLook:
    """A row of the access log, but for what was stated in words: erasing a case blanks that."""

    id: int
    at: datetime
    by: str
    case_no: str
    page: str
    purpose: str

    @property
    def line(self) -> bytes:
        """As it is hashed."""
        return canonical({**self.__dict__, "at": self.at.astimezone(UTC).isoformat(timespec="microseconds")})


class LookDigest:
    """Takes looks one by one, in the order of their numbers."""

    def __init__(self) -> None:
        self._number = 0
        self._hash = hashlib.sha256(b"redress looks\n")

    def add(self, look: NotedLook) -> None:
        """One more."""
        self._hash.update(look.line + b"\n")
        self._number += 1

    @property
    def looks(self) -> Looks:
        """Those that were added."""
        return Looks(self._number, self._hash.hexdigest())
