"""Staffing: rosters taken in and given out, and people who leave or are away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlmodel import col, select

from adapters.leavers import Orphan, hand_over, orphans
from complaints.errors import GiveUp, RosterWrong
from complaints.roster_file import check
from complaints.staff import Absence
from models.tables import LetterRow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from adapters.house import House
    from complaints.roster import Roster
    from complaints.staff import Staff


@dataclass(frozen=True)
class Imported:
    """What an import changed, and what it leaves without an owner."""

    version: str
    came: tuple[str, ...]
    left: tuple[str, ...]
    changed: tuple[str, ...]
    orphans: tuple[Orphan, ...]


async def read_roster(house: House, path: Path) -> Roster:
    """The roster in a file; RosterWrong lists file, line and key of everything that is wrong with it."""
    if path.suffix not in {".toml", ".csv"}:
        raise GiveUp(f"{path} is neither .toml nor .csv.")
    try:
        text = path.read_text(encoding="utf-8-sig")  # noqa: ASYNC240  one small file of an operator's
    except (OSError, UnicodeDecodeError) as wrong:
        raise GiveUp(f"The roster file {path} cannot be read as UTF-8 text: {wrong}") from wrong
    policy = await house.library.current()
    day = (await house.directory.current()).day or house.clock.now().date()
    roster, problems = check(path.name, text, policy=policy, day=day)
    if roster is None:
        raise RosterWrong("\n".join(map(str, problems)))
    return roster.at(house.clock.now())


async def import_roster(house: House, roster: Roster, *, by: str, reason: str, dry_run: bool = False) -> Imported:
    """Put a roster in force. Whoever is not on it any more stays as a leaver where histories know her."""
    before = await house.directory.current()
    gone = [one for one in before.staff if one not in roster.staff]
    known = await _known_to_histories(house, gone)
    leavers = {one: _gone(before, one) for one in before.staff if one in known}
    roster = replace(roster, staff={**roster.staff, **leavers}).at(house.clock.now())
    left = tuple(one for one in before.staff if before.works_here(one) and not roster.works_here(one))
    told = Imported(
        version=before.version,
        came=tuple(one for one in roster.staff if roster.works_here(one) and not before.works_here(one)),
        left=left,
        changed=tuple(one for one in roster.staff if one in before.staff and roster.staff[one] != before.staff[one]),
        orphans=await orphans(house, left),
    )
    if dry_run:
        return told
    return replace(told, version=(await house.directory.store(roster, by=by, reason=reason)).version)


def _gone(before: Roster, staff_id: str) -> Staff:
    person = before.staff[staff_id]
    return person if person.left else person.model_copy(update={"left": before.day, "absences": ()})


async def _known_to_histories(house: House, staff_ids: list[str]) -> set[str]:
    """Those among them whom any case has ever written to: whoever is asked for anything gets a letter."""
    query = select(LetterRow.recipient).where(col(LetterRow.recipient).in_(staff_ids)).distinct()
    async with house.database.reading() as session:
        return set((await session.execute(query)).scalars())


async def leave(house: House, staff_id: str, *, by: str, to: str | None = None) -> tuple[str, ...]:
    """Somebody leaves today and hands over all open work in one step; the numbers of the cases it was in."""
    roster = await house.directory.current()
    _must_work_here(roster, staff_id, *([to] if to else []))
    if to == staff_id:
        raise GiveUp("Nobody hands her work over to herself.")
    await house.directory.change(lambda now: _leaving(now, staff_id), by=by, reason=f"{staff_id} left")
    return await hand_over(house, [staff_id], by=by, to=to)


def _leaving(roster: Roster, staff_id: str) -> Roster:
    return _with(roster, staff_id, lambda person: person.model_copy(update={"left": roster.day}))


async def be_absent(house: House, staff_id: str, absence: Absence, *, by: str) -> Roster:
    """Somebody is away on these days; GiveUp when the absence contradicts itself or the roster."""
    roster = await house.directory.current()
    _must_work_here(roster, staff_id, *([absence.substitute] if absence.substitute else []))
    if absence.substitute == staff_id:
        raise GiveUp("Nobody stands in for herself.")
    if absence.last_day < absence.first_day:
        raise GiveUp(f"The last day {absence.last_day} is before the first, {absence.first_day}.")

    def away(person: Staff) -> Staff:
        return person.model_copy(update={"absences": (*person.absences, absence)})

    reason = f"{staff_id} is absent"
    return await house.directory.change(lambda now: _with(now, staff_id, away), by=by, reason=reason)


def _with(roster: Roster, staff_id: str, change: Callable[[Staff], Staff]) -> Roster:
    return replace(roster, staff={**roster.staff, staff_id: change(roster.staff[staff_id])})


def _must_work_here(roster: Roster, *staff_ids: str) -> None:
    for staff_id in staff_ids:
        if not roster.works_here(staff_id):
            raise GiveUp(f"There is no member of staff {staff_id!r}.")
