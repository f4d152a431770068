"""The auditor on papers and files: what entries point at is there and unchanged, while the case's key exists."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.audit_letters import check_sent
from adapters.cipher import open_paper
from complaints.erasure_events import CaseErased
from complaints.errors import GiveUp, TryAgain
from complaints.events import EvidenceAdded
from complaints.flaws import Flaw, Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adapters.audit_rows import CaseShelf
    from adapters.chainwalk import Trail
    from adapters.eventlog import Row
    from adapters.evidence import EvidenceStore
    from adapters.house import House
    from complaints.papers import Paper

_ERASED = "papers and files of cases whose key was destroyed: they cannot be read any more, so not checked either"
_REF = {"id", "kind", "digest"}


async def check_papers(report: Report, trail: Trail, shelf: CaseShelf, *, house: House) -> None:
    """Papers and files of a case that are missing or are not what its entries say."""
    wrapped = shelf.wrapped.get(trail.case_no)
    erased = next((row[1] for row in trail.rows if row[2] == CaseErased.type), None)
    if wrapped is None:
        if erased is None:
            what = "the key of the case is gone, and no entry says that it was erased"
            report.blame(Flaw(trail.case_no, trail.last, "paper", what))
        report.note(_ERASED)
        return
    if erased is not None:
        report.blame(Flaw(trail.case_no, erased, "paper", "the case was erased, but its key is there"))
    try:
        key = house.cipher.unwrap(trail.case_no, wrapped)
    except GiveUp as wrong:
        report.blame(Flaw(trail.case_no, 1, "paper", f"the key of the case does not open: {wrong}"))
        return
    drawer = _Drawer(report, house.evidence, trail.case_no, key, shelf.papers[trail.case_no])
    for row in trail.rows:
        await drawer.look(row)
    check_sent(report, shelf.letters[trail.case_no], drawer.rows, key=key)


def references(data: Any) -> Iterator[dict[str, str]]:  # noqa: ANN401  any part of a fact
    """All papers that a fact's data points at."""
    if isinstance(data, dict):
        if data.keys() == _REF:
            yield data
        else:
            for value in data.values():
                yield from references(value)
    elif isinstance(data, list):
        for value in data:
            yield from references(value)


@dataclass(frozen=True)
class _Drawer:
    """The papers of a case, and the key that opens them."""

    report: Report
    evidence: EvidenceStore
    case_no: str
    key: bytes
    rows: Mapping[str, Mapping[str, Any]]

    async def look(self, row: Row) -> None:
        """What one entry points at."""
        seq, data = row[1], json.loads(row[8])
        papers = {ref["id"]: self._paper(seq, ref) for ref in references(data)}
        self.report.count("papers", len(papers))
        if row[2] != EvidenceAdded.type:
            return
        paper = papers.get(data["paper"]["id"])
        if paper is not None:
            self.report.count("files")
            self.report.blame(*await asyncio.to_thread(self._file, seq, data, paper))

    def _paper(self, seq: int, ref: Mapping[str, str]) -> Paper | None:
        """The paper, if it is the one that the entry means."""
        name, row = f"paper {ref['id'][:12]} ({ref['kind']})", self.rows.get(ref["id"])
        if row is None:
            self._blame(seq, f"{name} is missing")
            return None
        try:
            paper = open_paper(self.key, paper_id=row["id"], kind=row["kind"], sealed=row["sealed"])
        except (GiveUp, ValueError, KeyError):
            self._blame(seq, f"{name} was changed: it does not open with the key of its case")
            return None
        if (paper.ref.digest, paper.kind, row["digest"]) != (ref["digest"], ref["kind"], ref["digest"]):
            found = next((one for one in (paper.ref.digest, row["digest"]) if one != ref["digest"]), paper.kind)
            self._blame(seq, f"{name} is not the one that was filed", ref["digest"], found)
            return None
        return paper

    def _file(self, seq: int, data: Mapping[str, Any], paper: Paper) -> tuple[Flaw, ...]:
        number, address = data["evidence_no"], str(paper.content["address"])
        place = (self.case_no, seq, "evidence")
        try:
            content = self.evidence.fetch(self.case_no, self.key, address)
        except TryAgain:
            return (Flaw(*place, f"file {number} is missing", address),)
        except GiveUp:
            what = f"file {number} was changed: it does not open with the key of its case"
            return (Flaw(*place, what, data["sha256"]),)
        digest = hashlib.sha256(str(paper.content["salt"]).encode() + content).hexdigest()
        if digest != data["sha256"]:
            return (Flaw(*place, f"file {number} is not the one that was handed in", data["sha256"], digest),)
        return ()

    def _blame(self, seq: int, what: str, expected: str = "", found: str = "") -> None:
        self.report.blame(Flaw(self.case_no, seq, "paper", what, expected, found))
