"""The auditor: looks at every history, seal, published root, projection, paper and file, and says what does not fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.audit_books import Named, check_books
from adapters.audit_heads import HeadsCheck
from adapters.audit_looks import check_looks
from adapters.audit_numbers import NumbersCheck
from adapters.audit_papers import check_papers
from adapters.audit_rows import check_orphans, check_rows, read_shelf
from adapters.audit_seals import Known, check_keys, check_seals
from adapters.chainwalk import Trail, Walk
from adapters.eventlog import snapshot
from adapters.publisher import HeadsFile
from adapters.raw_rows import moment_or_long_ago, read_raw
from complaints.errors import NoSuchCase
from complaints.flaws import Report
from complaints.seals import Seal, SealKey
from models.tables import SEAL_KEYS, SEALS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from adapters.eventlog import Snapshot
    from adapters.house import House

_LEFT_OUT = (
    "cases of which rows, papers, files and letters were left out, as were numbers, rules, staff lists and the lists "
    "of heads: that is what --quick means"
)


@dataclass(frozen=True)
class Scope:
    """What is to be looked at."""

    case_no: str = ""
    """Empty for all."""
    is_quick: bool = False
    """Chains, seals and published roots only."""
    keys: tuple[SealKey, ...] = ()
    """The auditor's own copy of the house's public keys; unless given, the house's table is held against its key."""
    heads: Path | None = None
    """The auditor's own copy of the published heads."""


@dataclass(frozen=True)
class Progress:
    """How far the audit is."""

    entries: int
    of: int


async def verify(house: House, scope: Scope, *, tell: Callable[[Progress], None] = lambda _progress: None) -> Report:
    """Look at everything in scope as it stands now; NoSuchCase when there is nothing about this case at all."""
    async with snapshot(house.database) as seen:
        return await _Audit(house, scope, seen, tell).run()


class _Audit:
    def __init__(self, house: House, scope: Scope, seen: Snapshot, tell: Callable[[Progress], None]) -> None:
        self._house = house
        self._scope = scope
        self._seen = seen
        self._tell = tell
        self._report = Report()
        self._keys: tuple[SealKey, ...] = ()
        self._named = Named()
        self._numbers = NumbersCheck()

    async def run(self) -> Report:
        await self._read_keys()
        copy = HeadsFile(self._scope.heads) if self._scope.heads else None
        heads = HeadsCheck(self._seen, HeadsFile(self._house.settings.heads_path), self._keys, copy=copy)
        await heads.read(self._report)
        total = await self._seen.count(self._scope.case_no)
        walk = Walk(now=self._house.clock.now(), keeps_rows=not self._scope.is_quick)
        async for rows in self._seen.rows(self._scope.case_no):
            walk.feed(rows)
            await self._look(walk.finished(), heads)
            self._tell(Progress(walk.entries, total))
        await self._look(walk.finished(is_last=True), heads)
        self._report.count("entries", walk.entries)
        if self._scope.case_no:
            await self._finish_case(heads, total)
        else:
            await heads.compare(self._report)
        if self._scope.is_quick:
            self._report.note(_LEFT_OUT, self._report.counted.get("cases", 0))
        else:
            if not self._scope.case_no:
                heads.check_lists(self._report)
                await self._numbers.compare(self._seen, self._report)
                await check_looks(self._seen.connection, self._report, heads.lines)
            await check_books(self._seen, self._report, self._named)
        await check_orphans(self._seen, self._report, case_no=self._scope.case_no)
        self._report.flaws.sort()
        return self._report

    async def _finish_case(self, heads: HeadsCheck, total: int) -> None:
        case_no = self._scope.case_no
        await heads.compare_case(self._report, case_no)
        if not total and not self._report.flaws:
            orphans = Report()
            await check_orphans(self._seen, orphans, case_no=case_no)
            if not orphans.flaws:
                message = f"there is no case {case_no}"
                raise NoSuchCase(message)

    async def _read_keys(self) -> None:
        rows = await read_raw(self._seen, SEAL_KEYS)
        stored = tuple(SealKey(**{**row, "valid_from": moment_or_long_ago(row["valid_from"])}) for row in rows)
        self._keys = check_keys(self._report, stored, trusted=self._scope.keys, own=self._house.signet.key_id)

    async def _look(self, trails: Sequence[Trail], heads: HeadsCheck) -> None:
        """Look at cases that were walked to their end."""
        if not trails:
            return
        self._report.count("cases", len(trails))
        seals, known = await self._seals_of(trails), Known(self._keys, heads.digests)
        for trail in trails:
            if trail.flaw:
                self._report.blame(trail.flaw)
            check_seals(self._report, trail, seals.get(trail.case_no, ()), known=known)
            heads.note(trail)
            self._numbers.note(trail.case_no)
        if not self._scope.is_quick:
            await self._look_closer(trails)

    async def _look_closer(self, trails: Sequence[Trail]) -> None:
        shelf = await read_shelf(self._seen, [trail.case_no for trail in trails])
        for trail in trails:
            check_rows(self._report, trail, shelf, named=self._named)
            await check_papers(self._report, trail, shelf, house=self._house)

    async def _seals_of(self, trails: Sequence[Trail]) -> dict[str, list[Seal]]:
        found: dict[str, list[Seal]] = {}
        for row in await read_raw(self._seen, SEALS, only=[trail.case_no for trail in trails]):
            seal = Seal(**{**row, "sealed_at": moment_or_long_ago(row["sealed_at"])})
            found.setdefault(row["case_no"], []).append(seal)
        return found
