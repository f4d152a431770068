"""The past: what the house keeps of cases and of its own rules and people, gathered for deciding cases once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.histories import Scope, read_histories
from complaints.clock_events import PolicyAdopted
from complaints.errors import PolicyWrong
from complaints.recorded import Recorded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from datetime import datetime

    from adapters.house import House
    from complaints.chain import Entry
    from complaints.policy import Policy
    from complaints.roster import Roster


class Past:
    """Reads cases as they were recorded; policies and rosters once for all of them."""

    def __init__(self, house: House, rosters: tuple[tuple[datetime, Roster], ...]) -> None:
        self._house = house
        self._rosters = rosters
        self._policies: dict[str, Policy | None] = {}

    @classmethod
    async def of(cls, house: House) -> Past:
        """The past of this house."""
        return cls(house, await house.directory.every())

    async def case(self, case_no: str) -> Recorded:
        """One case; NoSuchCase when there is none."""
        file = await self._house.casebook.file(case_no.strip().upper())
        papers = None if file.key is None else {paper.id: paper.content for paper in file.papers.values()}
        return Recorded(file.entries, await self._policies_of(file.entries), papers, self._rosters)

    async def cases(self, scope: Scope) -> AsyncIterator[Recorded]:
        """The cases of a scope by number; NoSuchCase when one that was named is not there."""
        async for entries in read_histories(self._house.database, scope):
            yield await self.case(entries[0].case_no)

    async def _policies_of(self, entries: Iterable[Entry]) -> dict[str, Policy]:
        found: dict[str, Policy] = {}
        adopted = {entry.fact.adopted for entry in entries if isinstance(entry.fact, PolicyAdopted)}
        for version in adopted | {entry.policy for entry in entries}:
            if version not in self._policies:
                try:
                    self._policies[version] = await self._house.library.version(version)
                except PolicyWrong:
                    self._policies[version] = None
            known = self._policies[version]
            if known is not None:
                found[version] = known
        return found
