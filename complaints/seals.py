"""Seals: what the signed head of an archived case says, and the succession of the keys that sign; no signing here."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from complaints.canonical import canonical
from complaints.errors import HistoryBroken

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

METHOD = "ed25519-json-1"
"""Named in every seal and every line, so that a later method can live beside it. Ed25519: RFC 8032."""

LEEWAY = timedelta(minutes=5)
"""(house) How far the clocks of two machines of one house may lie apart before it counts as backdating."""


def moment(at: datetime) -> str:
    """A moment as it is signed: UTC to the microsecond, as in the chain."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True)
class Seal:
    """The signed head of a case when it was archived, or when something was added to it after that."""

    case_no: str
    entries: int
    head: str
    sealed_at: datetime
    key_id: str
    heads: str
    """Digest of the last published line by then, so that published days cannot be taken back; empty when none was."""
    method: str = METHOD
    signature: str = field(default="")
    """Ed25519 over `signed`, in hex."""

    @property
    def signed(self) -> bytes:
        """The bytes under the signature; the first line keeps one kind of statement from passing for another."""
        told = {
            "case_no": self.case_no,
            "entries": self.entries,
            "head": self.head,
            "sealed_at": moment(self.sealed_at),
            "key_id": self.key_id,
            "heads": self.heads,
            "method": self.method,
        }
        return b"redress seal\n" + canonical(told)


@dataclass(frozen=True)
class SealKey:
    """A public key of the house: its place in the succession, and since when it signs.

    Each states the digest of the one before and signs that itself: so whoever knows the last key knows all before it.
    The one before signs too (`endorsement`): so whoever knows an old key knows all that came after.
    """

    number: int
    key_id: str
    public: str
    """32 bytes in hex."""
    valid_from: datetime
    previous: str
    """Digest of the key before; empty for the first."""
    signature: str = field(default="")
    endorsement: str = field(default="")
    """Empty for the first, and for a key that took the place of one that was lost."""

    @property
    def signed(self) -> bytes:
        """The bytes under both signatures."""
        told = {
            "number": self.number,
            "key_id": self.key_id,
            "public": self.public,
            "valid_from": moment(self.valid_from),
            "previous": self.previous,
        }
        return b"redress seal key\n" + canonical(told)

    @property
    def digest(self) -> str:
        """What the next key states of this one."""
        return hashlib.sha256(self.signed).hexdigest()


def key_id_of(public: bytes) -> str:
    """The name of a key: the first eight bytes of the SHA-256 of its public half, in hex."""
    return hashlib.sha256(public).hexdigest()[:16]


def period_of(keys: Sequence[SealKey], key_id: str) -> tuple[datetime, datetime | None] | None:
    """From when until when a key signed; no end for the present one, None for a key that is not ours."""
    for place, key in enumerate(keys):
        if key.key_id == key_id:
            return key.valid_from, keys[place + 1].valid_from if place + 1 < len(keys) else None
    return None


def was_valid(period: tuple[datetime, datetime | None], at: datetime) -> bool:
    """Whether a key signed at a moment, give or take what clocks of one house differ by."""
    begin, end = period
    return begin - LEEWAY <= at and (end is None or at <= end + LEEWAY)


def key_named(keys: Iterable[SealKey], key_id: str) -> SealKey | None:
    """The key of this name."""
    return next((key for key in keys if key.key_id == key_id), None)


def keys_as_data(keys: Sequence[SealKey]) -> list[dict[str, Any]]:
    """The public keys for an auditor outside the house, each with its time."""
    data = []
    for key in keys:
        _, until = period_of(keys, key.key_id) or (None, None)
        times = {"valid_from": moment(key.valid_from), "valid_until": moment(until) if until else None}
        data.append({**key.__dict__, **times})
    return data


def read_key_list(text: str) -> tuple[SealKey, ...]:
    """Public keys from a file, as `keys_as_data` told them; HistoryBroken when it holds none."""
    try:
        told = [
            {name: value for name, value in one.items() if name != "valid_until"} for one in json.loads(text)["keys"]
        ]
        keys = tuple(SealKey(**{**one, "valid_from": datetime.fromisoformat(one["valid_from"])}) for one in told)
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        message = "this is no list of the public keys of a house"
        raise HistoryBroken(message) from wrong
    return keys
