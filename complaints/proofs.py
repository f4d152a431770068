"""Proofs: whether a case's history, papers and files are still what they were when they were written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints.chain import verify
from complaints.errors import HistoryBroken
from complaints.events import EvidenceAdded
from complaints.papers import PaperRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from complaints.chain import Entry
    from complaints.papers import Paper


@dataclass(frozen=True)
class ChainProof:
    """What walking the chain showed. `trouble` names the first entry that does not fit, '' when all do."""

    entries: int
    head: str
    trouble: str = ""


def prove_chain(entries: Sequence[Entry]) -> ChainProof:
    """Walk the whole history of a case."""
    try:
        head = verify(entries)
    except HistoryBroken as broken:
        return ChainProof(len(entries), entries[-1].hash, str(broken))
    return ChainProof(head.seq, head.hash)


def refs_of(entries: Sequence[Entry]) -> Iterator[tuple[Entry, PaperRef]]:
    """Every paper that a history points at."""
    for entry in entries:
        for name in type(entry.fact).model_fields:
            value = getattr(entry.fact, name)
            if isinstance(value, PaperRef):
                yield entry, value


def changed_papers(entries: Sequence[Entry], papers: Mapping[str, Paper]) -> tuple[str, ...]:
    """The papers that are gone or do not have the digest that the history states, by entry and kind."""
    return tuple(
        f"#{entry.seq} {ref.kind}"
        for entry, ref in refs_of(entries)
        if ref.id not in papers or papers[ref.id].ref != ref
    )


def is_same_file(fact: EvidenceAdded, *, salt: str, content: bytes) -> bool:
    """Whether a file is the one that the history speaks of."""
    return hashlib.sha256(salt.encode() + content).hexdigest() == fact.sha256
