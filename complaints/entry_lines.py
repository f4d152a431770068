"""Entry lines: histories as lines of JSON that carry their own proof, written, read and verified without the house."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from complaints.canonical import canonical
from complaints.chain import GENESIS, METHOD, Entry
from complaints.errors import HistoryBroken
from complaints.events import read_fact

if TYPE_CHECKING:
    from collections.abc import Iterable

PSEUDONYMISED = "pseudonymised"
"""The mark of a line whose content was changed for its reader: it shows its place in the chain, and proves no more."""
_CHAINED = (*("case_no", "seq", "at", "actor", "origin", "policy", "type", "version", "data", "previous", "method"),)
"""What the hash of an entry covers (complaints/chain.py)."""


def line_of(entry: Entry) -> dict[str, Any]:
    """A whole entry with its hash: read back it is the same entry."""
    return {
        "case_no": entry.case_no,
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "origin": entry.origin,
        "policy": entry.policy,
        "type": entry.fact.type,
        "version": entry.fact.version,
        "data": entry.fact.stated(),
        "previous": entry.previous,
        "method": entry.method,
        "hash": entry.hash,
    }


def entry_of(line: dict[str, Any]) -> Entry:
    """The entry that a line holds; HistoryBroken when it was pseudonymised or is no entry."""
    if line.get(PSEUDONYMISED):
        message = "a pseudonymised line is not the entry itself"
        raise HistoryBroken(message)
    try:
        return Entry(
            case_no=line["case_no"],
            seq=line["seq"],
            at=datetime.fromisoformat(line["at"]),
            actor=line["actor"],
            origin=line["origin"],
            policy=line["policy"],
            fact=read_fact(line["type"], line["version"], line["data"]),
            previous=line["previous"],
            method=line["method"],
            hash=line["hash"],
        )
    except (KeyError, TypeError, ValueError) as wrong:
        message = f"a line is no entry of a history ({type(wrong).__name__})"
        raise HistoryBroken(message) from wrong


@dataclass(frozen=True)
class Checked:
    """What a file of lines proved: how many cases and entries, and of how many the content is covered too."""

    cases: int = 0
    entries: int = 0
    proven: int = 0
    """Entries whose hash was computed anew; of the others only the order was looked at."""
    heads: tuple[tuple[str, int, str], ...] = ()
    """Case number, number of entries and last hash, of the first cases: to be compared with what the house says."""


_HEADS = 20


def check_lines(lines: Iterable[dict[str, Any]]) -> Checked:
    """Walk the lines of whole cases, one case after the other; HistoryBroken names the first that does not fit.

    A later version's facts need not be known here: hashes cover what stands in the file.
    """
    case_no, seq, head = "", 0, GENESIS
    cases = entries = proven = 0
    heads: list[tuple[str, int, str]] = []
    seen: set[int] = set()
    for number, line in enumerate(lines, start=1):
        if line.get("case_no") != case_no:
            case_no, seq, head, cases = str(line.get("case_no")), 0, GENESIS, cases + 1
            _refuse_again(case_no, seen, number)
            heads = heads if len(heads) >= _HEADS else [*heads, (case_no, 0, head)]
        _check_place(line, seq=seq, head=head, number=number)
        is_proven = _check_hash(line, number)
        if entries and is_proven != bool(proven):
            message = f"line {number} is pseudonymised and others are not: no house writes such a file"
            raise HistoryBroken(message)
        proven += is_proven
        seq, head, entries = seq + 1, str(line["hash"]), entries + 1
        if heads[-1][0] == case_no:
            heads[-1] = (case_no, seq, head)
    if not entries:
        message = "there is no entry in it"
        raise HistoryBroken(message)
    return Checked(cases, entries, proven, tuple(heads))


def _refuse_again(case_no: str, seen: set[int], number: int) -> None:
    key = int.from_bytes(hashlib.blake2b(case_no.encode(), digest_size=8).digest())
    if key in seen:
        message = f"line {number}: {case_no} begins a second time"
        raise HistoryBroken(message)
    seen.add(key)


def _check_place(line: dict[str, Any], *, seq: int, head: str, number: int) -> None:
    missing = [name for name in (*_CHAINED, "hash") if name not in line]
    if missing:
        message = f"line {number} has no {missing[0]}"
        raise HistoryBroken(message)
    if (line["seq"], line["previous"]) != (seq + 1, head):
        message = f"line {number}: {line['case_no']} entry {line['seq']} does not follow entry {seq}"
        raise HistoryBroken(message)


def _check_hash(line: dict[str, Any], number: int) -> bool:
    """Whether the line's content was proven; a pseudonymised one cannot be."""
    if line.get(PSEUDONYMISED):
        return False
    chained = {name: line[name] for name in _CHAINED}
    if line["method"] != METHOD or hashlib.sha256(canonical(chained)).hexdigest() != line["hash"]:
        message = f"line {number}: {line['case_no']} entry {line['seq']} was changed after it was written"
        raise HistoryBroken(message)
    if set(line) - set(_CHAINED) - {"hash"}:
        message = f"line {number}: {line['case_no']} entry {line['seq']} holds more than its hash covers"
        raise HistoryBroken(message)
    return True
