"""The auditor on case numbers: a day's numbers are given out without gaps, so one without a history was taken out."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from complaints.flaws import Flaw, Report
from models.tables import CASE_COUNTERS, EVENTS

if TYPE_CHECKING:
    from adapters.eventlog import Snapshot

_WHERE = "number"


class NumbersCheck:
    """Counts the cases of each day; memory grows with the days, not with the cases.

    A number is given out in the transaction that writes the first entry under it (adapters/casebook.py): what fails
    gives it back.
    """

    def __init__(self) -> None:
        self._found: dict[str, int] = defaultdict(int)
        self._highest: dict[str, int] = defaultdict(int)

    def note(self, case_no: str) -> None:
        """A case was walked."""
        day, number = _parts_of(case_no)
        self._found[day] += 1
        self._highest[day] = max(number, self._highest[day])

    async def compare(self, seen: Snapshot, report: Report) -> None:
        """All cases were walked: each day has as many as numbers were given out; where not, those missing are named."""
        given = {row.day: row.last for row in await seen.connection.execute(select(CASE_COUNTERS))}
        for day in sorted(given.keys() | self._found.keys()):
            last, found, highest = given.get(day, 0), self._found[day], self._highest[day]
            if type(last) is not int:
                report.blame(Flaw("", 0, _WHERE, f"how many numbers {day} gave is no number", found=str(last)))
            elif highest > last or found > last:
                what = f"a case of {day or 'no day'} has a number that was not given out"
                report.blame(Flaw("", 0, _WHERE, what, f"{last} numbers", f"{found} cases, up to number {highest}"))
            elif found < last:
                await _name_missing(seen, report, day, last)


async def _name_missing(seen: Snapshot, report: Report, day: str, last: int) -> None:
    prefix = f"TC{day}-"
    query = select(EVENTS.c.case_no).where(EVENTS.c.case_no.startswith(prefix, autoescape=True)).distinct()
    there = set((await seen.connection.execute(query)).scalars())
    for number in range(1, last + 1):
        case_no = f"{prefix}{number:04d}"
        if case_no not in there:
            report.blame(Flaw(case_no, 1, _WHERE, "the number was given out, and there is no history under it"))


def _parts_of(case_no: str) -> tuple[str, int]:
    """The day and the number in a case number; ('', 0) for one that this house never gave."""
    day, dash, number = case_no.removeprefix("TC").partition("-")
    is_ours = case_no.startswith("TC") and bool(dash) and number.isdecimal()
    return (day, int(number)) if is_ours else ("", 0)
