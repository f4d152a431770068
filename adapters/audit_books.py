"""The auditor on what entries were decided by: the rules and staff lists that they name are stored, unchanged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from adapters.raw_rows import read_raw
from complaints.errors import RosterWrong
from complaints.events import CaseAssigned
from complaints.flaws import Flaw, Report
from complaints.policy_file import version_of
from complaints.roster_file import read_stored
from models.tables import POLICIES, ROSTERS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from adapters.eventlog import Snapshot
    from complaints.chain import Entry


@dataclass
class Named:
    """The versions that entries name, each with the first entry that does; there are few, however many cases."""

    policies: dict[str, tuple[str, int]] = field(default_factory=dict)
    rosters: dict[str, tuple[str, int]] = field(default_factory=dict)

    def note(self, entries: Iterable[Entry]) -> None:
        """Remember what these entries name."""
        for entry in entries:
            place = (entry.case_no, entry.seq)
            self.policies.setdefault(entry.policy, place)
            if isinstance(entry.fact, CaseAssigned) and entry.fact.roster:
                self.rosters.setdefault(entry.fact.roster, place)


async def check_books(seen: Snapshot, report: Report, named: Named) -> None:
    """Rules and lists of staff that are missing, or are not what their version says."""
    policies = await _check_policies(seen, report)
    report.blame(*_missing("policy", named.policies, policies))
    # Before a house stores a list of its own, that of its policy counts.
    rosters = await _read_rosters(seen, report) | policies
    report.blame(*_missing("staff list", named.rosters, rosters))


def _missing(where: str, named: Mapping[str, tuple[str, int]], stored: Collection[str]) -> Iterator[Flaw]:
    for version, (case_no, seq) in sorted(named.items()):
        if version not in stored:
            what = f"{version}, by which this was decided, is not stored, or was changed"
            yield Flaw(case_no, seq, where, what)


async def _check_policies(seen: Snapshot, report: Report) -> set[str]:
    """The versions that are stored; those whose texts are not what their version says are blamed for that."""
    stored: set[str] = set()
    for row in await read_raw(seen, POLICIES, "version", "name", "texts"):
        report.count("policies")
        stored.add(row["version"])
        try:
            found = version_of(row["name"], row["texts"])
        except (TypeError, KeyError, AttributeError, ValueError):
            found = ""
        if found != row["version"]:
            what = f"the texts of {row['version']} are not those that cases began under"
            report.blame(Flaw("", 0, "policy", what, row["version"], found))
    return stored


async def _read_rosters(seen: Snapshot, report: Report) -> set[str]:
    """The versions of all stored lists of staff, as their texts have them now; their numbers leave none out."""
    stored: set[str] = set()
    expected = 1
    for row in await seen.connection.execute(select(ROSTERS.c.number, ROSTERS.c.text).order_by(ROSTERS.c.number)):
        report.count("staff lists")
        if row.number != expected:
            report.blame(Flaw("", 0, "staff list", "is missing", f"number {expected}", f"number {row.number}"))
        expected = row.number + 1
        try:
            stored.add(read_stored(row.text, number=row.number, timezone="UTC").version)
        except (RosterWrong, ValueError) as wrong:
            report.blame(Flaw("", 0, "staff list", f"number {row.number} cannot be read", found=type(wrong).__name__))
    return stored
