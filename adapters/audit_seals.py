"""The auditor on seals: the succession of keys, each seal's signature, and that every archived case has one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.signet import is_signed
from complaints.flaws import Flaw, Report
from complaints.seals import METHOD, SealKey, key_id_of, key_named, moment, period_of, was_valid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from adapters.chainwalk import Trail
    from complaints.heads import Line
    from complaints.seals import Seal

_UNENDORSED = "seal keys that the key before did not vouch for (it was lost, or replaced in the environment)"


def check_keys(
    report: Report, stored: Sequence[SealKey], *, trusted: Sequence[SealKey], own: str
) -> tuple[SealKey, ...]:
    """The keys to check with. The table's succession must end in a key we know: the house's own, or the auditor's."""
    for place, key in enumerate(stored):
        if what := _fault_of(key, stored[place - 1] if place else None):
            report.blame(_of_key(key, what))
        if place and not key.endorsement:
            report.note(_UNENDORSED)
    if trusted:
        _compare_with(report, stored, trusted)
    elif stored and stored[-1].key_id != own:
        found = stored[-1].key_id
        report.blame(Flaw("", 0, "seal key", "the last key is not the one that this house signs with", own, found))
    report.count("seal keys", len(stored))
    return tuple(trusted) + tuple(stored[len(trusted) :])


@dataclass(frozen=True)
class Known:
    """What seals are held against."""

    keys: tuple[SealKey, ...]
    published: frozenset[str]
    """Digests of all published lines."""


def check_seals(report: Report, trail: Trail, seals: Sequence[Seal], *, known: Known) -> None:
    """Each seal is ours and fits the history; a case that is closed is sealed where its history ends."""
    report.count("seals", len(seals))
    for seal in seals:
        if flaw := _fault_in(seal, trail, known):
            report.blame(flaw)
    # No archived case is excused: a house seals from its first day, and whoever could empty the tables of seals and
    # keys would make every case one that was archived before there were any.
    if trail.closed_at is not None and not any(seal.entries == trail.last for seal in seals):
        found = f"{seals[-1].entries}" if seals else ""
        what = "the case is archived, but its last entry is not sealed"
        report.blame(Flaw(trail.case_no, trail.last, "seal", what, f"a seal over {trail.last} entries", found))


def signature_fault(statement: Seal | Line, at: datetime, *, keys: Sequence[SealKey]) -> str:
    """What is wrong with the signature of a statement that was made at a moment; empty when nothing is."""
    key_id = statement.key_id
    key, period = key_named(keys, key_id), period_of(keys, key_id)
    if key is None or period is None:
        return f"is signed by {key_id}, which is no key of this house"
    if not is_signed(statement.signed, statement.signature, key.public):
        return "does not carry the signature of its key"
    if not was_valid(period, at):
        return f"is signed by {key_id} outside the time of that key"
    return ""


def _fault_in(seal: Seal, trail: Trail, known: Known) -> Flaw | None:
    place = (trail.case_no, seal.entries, "seal")
    if seal.method != METHOD:
        return Flaw(*place, "the seal is made by a method that is not known", METHOD, seal.method)
    if fault := signature_fault(seal, seal.sealed_at, keys=known.keys):
        return Flaw(*place, f"the seal {fault}")
    found = trail.hashes.get(seal.entries, "")
    if found != seal.head:
        what = "the history is not the one that was sealed" if found else "the sealed end of the history is missing"
        return Flaw(*place, what, seal.head, found)
    if seal.heads and seal.heads not in known.published:
        what = "the seal names a published day that is not there any more, or is another one"
        return Flaw(trail.case_no, seal.entries, "heads", what, seal.heads)
    return None


def _fault_of(key: SealKey, before: SealKey | None) -> str:
    expected = (before.number + 1, before.digest) if before else (1, "")
    if (key.number, key.previous) != expected:
        return "does not follow the key before it"
    if key.key_id != _name_of(key.public) or not is_signed(key.signed, key.signature, key.public):
        return "is not what its own key signed"
    if key.endorsement and not before:
        return "is the first, and yet is said to be vouched for"
    if key.endorsement and before and not is_signed(key.signed, key.endorsement, before.public):
        return "is said to be vouched for by the key before it, but is not"
    return ""


def _name_of(public: str) -> str:
    try:
        return key_id_of(bytes.fromhex(public))
    except ValueError:
        return ""


def _compare_with(report: Report, stored: Sequence[SealKey], trusted: Sequence[SealKey]) -> None:
    """The auditor's keys come first; what came after them, the last of them must have vouched for, one by one."""
    for place, known in enumerate(trusted):
        if place >= len(stored) or stored[place].signed != known.signed:
            report.blame(_of_key(known, "is in the auditor's list, but not in that of the house"))
            return
    for key in stored[len(trusted) :]:
        if not key.endorsement:
            report.blame(_of_key(key, "is not in the auditor's list, and no key before vouches for it"))


def _of_key(key: SealKey, what: str) -> Flaw:
    return Flaw("", 0, "seal key", f"key {key.number} ({key.key_id}, since {moment(key.valid_from)}) {what}")
