"""The auditor on published heads: the lines of the file, and each root made anew from the entries of its day."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from adapters.audit_seals import signature_fault
from adapters.publisher import heads_of, read_lines
from complaints.errors import HistoryBroken
from complaints.flaws import Flaw, Report
from complaints.heads import Leaf, Periods, read_leaf, read_line
from complaints.merkle import GrowingTree, root_of
from models.tables import PUBLISHED_HEADS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from adapters.chainwalk import Trail
    from adapters.eventlog import Snapshot
    from adapters.publisher import HeadsFile
    from complaints.heads import Line
    from complaints.seals import SealKey

_UNPUBLISHED = (
    "entries after the last published day: what was done to them, and to the end of open cases, is not seen yet"
)

_SINCE_THE_COPY = "days published after your copy of the heads ends: for these the house's own word was taken"


class HeadsCheck:
    """Holds the walk against what was published; memory grows with the days, not with the cases."""

    def __init__(
        self, seen: Snapshot, file: HeadsFile, keys: Sequence[SealKey], *, copy: HeadsFile | None = None
    ) -> None:
        """`copy` is the auditor's own, which counts before the house's and may be older."""
        self._seen = seen
        self._files = [copy, file] if copy else [file]
        self._has_copy = copy is not None
        self._keys = keys
        self._lines: list[Line] = []
        self._periods = Periods(())
        self._trees: list[GrowingTree] = []
        self._leaves: dict[int, Leaf] = {}
        """Of the case that was noted last, by the line it stands under."""
        self._unpublished = 0
        self._blamed_lists: set[str] = set()
        self.digests: frozenset[str] = frozenset()
        """Of all published lines."""

    @property
    def lines(self) -> Sequence[Line]:
        """The published lines, as far as they are lines."""
        return self._lines

    async def read(self, report: Report) -> None:
        """Check the lines by themselves: each signed, each following the one before, file and table the same."""
        table = await read_lines(self._seen.connection)
        await self._compare_days(report)
        for file in self._files:
            self._compare_lines(report, file, table)
        known = self._files[0].lines()
        for number, text in enumerate([*known, *table[len(known) :]], start=1):
            line = self._checked(report, text, number)
            if line is None:
                break
            self._lines.append(line)
        self._periods = Periods([line.day for line in self._lines])
        self._trees = [GrowingTree() for _ in self._lines]
        self.digests = frozenset(line.digest for line in self._lines)
        report.count("published days", len(self._lines))

    def note(self, trail: Trail) -> None:
        """A case was walked: its heads join the trees of their days."""
        last: dict[int, int] = {}
        for day, seq in trail.days.items():
            place = self._periods.of(day)
            if place is None:
                self._unpublished += 1
            else:
                last[place] = max(seq, last.get(place, 0))
        self._leaves = {place: Leaf(trail.case_no, seq, trail.hashes[seq]) for place, seq in last.items()}
        for place, leaf in self._leaves.items():
            self._trees[place].add(leaf.line)

    async def compare(self, report: Report) -> None:
        """All cases were walked: each tree must have the published root; where not, the day's list says which case."""
        self._note_unpublished(report)
        for line, tree in zip(self._lines, self._trees, strict=True):
            if (tree.size, tree.root) != (line.cases, line.root):
                await self._locate(report, line, tree)

    def check_lists(self, report: Report) -> None:
        """Each day's list of heads is there and is the one under its root: proofs are made of it."""
        for line in self._lines:
            if line.day not in self._blamed_lists and self._listed(line) is None:
                self._blame_list(report, line)

    async def compare_case(self, report: Report, case_no: str) -> None:
        """One case was walked: its heads must be those in the lists of their days."""
        self._note_unpublished(report)
        for place, line in enumerate(self._lines):
            listed = self._listed(line)
            if listed is None:
                self._blame_list(report, line)
                continue
            published = {leaf.case_no: leaf for leaf in listed if leaf.case_no == case_no}
            found = {case_no: self._leaves[place]} if place in self._leaves else {}
            report.blame(*_differences(line, published, found))

    async def _locate(self, report: Report, line: Line, tree: GrowingTree) -> None:
        listed = self._listed(line)
        if listed is None:
            self._blame_list(report, line)
            what = f"the histories of {line.day} are not those that were published"
            report.blame(Flaw("", 0, "heads", what, _told(line.cases, line.root), _told(tree.size, tree.root)))
            return
        here = await heads_of(self._seen.connection, line.day, is_first=line is self._lines[0])
        differences = _differences(line, _by_case(listed), _by_case(here))
        report.blame(*differences)

    def _listed(self, line: Line) -> list[Leaf] | None:
        """The heads that were published on a day, as far as the signed root vouches for them."""
        for file in self._files:
            rows = (file.list_of(line.day) or b"").splitlines()
            if root_of(rows) != line.root:
                continue
            try:
                return [read_leaf(row) for row in rows]
            except HistoryBroken:
                continue
        return None

    async def _compare_days(self, report: Report) -> None:
        """Each line is filed under its own day: the publisher goes by the day that the table says."""
        columns = PUBLISHED_HEADS.c.day, PUBLISHED_HEADS.c.line
        for day, text in await self._seen.connection.execute(select(*columns).order_by(PUBLISHED_HEADS.c.day)):
            with suppress(HistoryBroken):
                if (line := read_line(text)).day != day:
                    what = "a published line is filed under another day in the database"
                    report.blame(Flaw("", 0, "heads", what, line.day, day))

    def _compare_lines(self, report: Report, file: HeadsFile, table: Sequence[str]) -> None:
        name, lines = str(file.path), file.lines()
        for number, (ours, theirs) in enumerate(zip(table, lines, strict=False), start=1):
            if ours != theirs:
                what = f"line {number} of {name} is not the one in the database"
                report.blame(Flaw("", 0, "heads", what, _short(ours), _short(theirs)))
                return
        if self._has_copy and file is self._files[0] and len(lines) < len(table):
            report.note(_SINCE_THE_COPY, len(table) - len(lines))
        elif len(lines) != len(table):
            what = f"{name} and the database do not hold the same number of lines"
            report.blame(Flaw("", 0, "heads", what, f"{len(table)}, as in the database", f"{len(lines)}"))

    def _checked(self, report: Report, text: str, number: int) -> Line | None:
        """A line that is ours and follows the one before; None when it is not even a line."""
        try:
            line = read_line(text)
        except HistoryBroken as wrong:
            report.blame(Flaw("", 0, "heads", f"line {number} {wrong}"))
            return None
        at = datetime.fromisoformat(line.published_at)
        fault = signature_fault(line, at, keys=self._keys)
        before = self._lines[-1].digest if self._lines else ""
        if fault:
            report.blame(Flaw("", 0, "heads", f"line {number} ({line.day}) {fault}"))
        elif line.previous != before:
            what = f"line {number} ({line.day}) does not follow the line before it"
            report.blame(Flaw("", 0, "heads", what, before, line.previous))
        return line

    def _blame_list(self, report: Report, line: Line) -> None:
        self._blamed_lists.add(line.day)
        what = f"the list of heads of {line.day} is missing or is not the one under the published root"
        report.blame(Flaw("", 0, "heads", what))

    def _note_unpublished(self, report: Report) -> None:
        if self._unpublished:
            report.note(_UNPUBLISHED, self._unpublished)


def _by_case(leaves: Iterable[Leaf]) -> dict[str, Leaf]:
    return {leaf.case_no: leaf for leaf in leaves}


def _differences(line: Line, published: dict[str, Leaf], found: dict[str, Leaf]) -> list[Flaw]:
    flaws = []
    for case_no in sorted(published.keys() | found.keys()):
        then, now = published.get(case_no), found.get(case_no)
        if then == now:
            continue
        if then is None:
            what = f"has entries dated {line.day} or before that were not there when that day was published"
        elif now is None:
            what = f"was published on {line.day}, and has no such entry any more"
        else:
            what = f"does not end on {line.day} as was published"
        seq = min(leaf.seq for leaf in (then, now) if leaf)
        flaws.append(Flaw(case_no, seq, "heads", what, _leaf(then), _leaf(now)))
    return flaws


def _leaf(leaf: Leaf | None) -> str:
    return f"entry {leaf.seq} {leaf.hash}" if leaf else ""


def _told(cases: int, root: str) -> str:
    return f"{cases} cases, root {root}"


def _short(line: str) -> str:
    return f"{line[:60]}..."
