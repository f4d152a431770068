"""The chain: each entry of a case's history carries the hash of the one before it, so that no change goes unseen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from complaints.canonical import canonical
from complaints.errors import HistoryBroken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from complaints.fact import Fact

METHOD = "sha256-json-1"
"""Named in every entry, so that a later method can live beside it."""

GENESIS = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One line of the history: who, when, what, from where, under which policy, chained."""

    case_no: str
    seq: int
    at: datetime
    actor: str
    origin: str
    policy: str
    fact: Fact
    previous: str
    method: str = METHOD
    hash: str = field(default="")

    def computed_hash(self) -> str:
        """sha256 over the canonical JSON of everything but the hash itself."""
        line = {
            "case_no": self.case_no,
            "seq": self.seq,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": self.actor,
            "origin": self.origin,
            "policy": self.policy,
            "type": self.fact.type,
            "version": self.fact.version,
            "data": self.fact.stated(),
            "previous": self.previous,
            "method": self.method,
        }
        return hashlib.sha256(canonical(line)).hexdigest()


@dataclass(frozen=True)
class Signature:
    """Who writes, from where, under which policy."""

    actor: str
    origin: str
    policy: str


@dataclass(frozen=True)
class Head:
    """Where a case's history ends: number of entries and the last hash."""

    case_no: str
    seq: int = 0
    hash: str = GENESIS


def link(head: Head, facts: Iterable[Fact], *, at: datetime, signature: Signature) -> tuple[Entry, ...]:
    """Chain new facts onto a head."""
    entries: list[Entry] = []
    for fact in facts:
        bare = Entry(
            case_no=head.case_no,
            seq=head.seq + 1,
            at=at,
            actor=signature.actor,
            origin=signature.origin,
            policy=signature.policy,
            fact=fact,
            previous=head.hash,
        )
        entry = Entry(**{**bare.__dict__, "hash": bare.computed_hash()})
        entries.append(entry)
        head = Head(case_no=head.case_no, seq=entry.seq, hash=entry.hash)
    return tuple(entries)


def verify(entries: Iterable[Entry]) -> Head:
    """Walk a whole history of one case; HistoryBroken names the first entry that does not fit."""
    head: Head | None = None
    for entry in entries:
        expected = head or Head(case_no=entry.case_no)
        if (entry.case_no, entry.seq, entry.previous) != (expected.case_no, expected.seq + 1, expected.hash):
            message = f"{entry.case_no} entry {entry.seq} does not follow entry {expected.seq}"
            raise HistoryBroken(message)
        if entry.method != METHOD or entry.computed_hash() != entry.hash:
            message = f"{entry.case_no} entry {entry.seq} was changed after it was written"
            raise HistoryBroken(message)
        head = Head(case_no=entry.case_no, seq=entry.seq, hash=entry.hash)
    return head or Head(case_no="")
