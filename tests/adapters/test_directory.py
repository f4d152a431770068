"""The staff directory: a stored roster counts at once, for open cases too, and every one before it is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from complaints.roster import Roster
from tests.builders import Hands, build_house, complain

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.house import House


def renamed(roster: Roster, name: str) -> Roster:
    person = roster.staff["peter_novak"].model_copy(update={"name": name})
    return replace(roster, staff={**roster.staff, "peter_novak": person})


async def test_a_house_without_a_roster_of_its_own_has_the_sample_of_its_policy(house: House) -> None:
    roster = await house.directory.current()
    policy = await house.library.current()
    assert (roster.version, roster.staff, roster.departments) == (policy.version, policy.staff, policy.departments)
    assert await house.directory.log() == ()


async def test_a_stored_roster_counts_for_cases_that_began_before(house: House) -> None:
    case_no = await complain(house)
    assert (await house.casebook.brief(case_no)).roster.name_of("peter_novak") == "Peter Novak"
    stored = await house.directory.store(renamed(await house.directory.current(), "Petr Novák"), by="eva", reason="wed")
    assert (await house.casebook.brief(case_no)).roster.name_of("peter_novak") == "Petr Novák"
    assert stored.version.startswith("roster-1-")


async def test_every_roster_is_kept_with_who_stored_it_when_and_why(house: House) -> None:
    for nth in (1, 2):
        await house.directory.change(lambda roster: renamed(roster, "P. N."), by="eva", reason=f"reason {nth}")
    told = [(stored.number, stored.by, stored.reason, stored.at) for stored in await house.directory.log()]
    now = house.clock.now()
    assert told == [(2, "eva", "reason 2", now), (1, "eva", "reason 1", now)]


async def test_another_process_sees_it_within_two_seconds(tmp_path: Path) -> None:
    first = await build_house(tmp_path, hands=Hands())
    second = await build_house(tmp_path, hands=Hands())
    try:
        assert (await second.directory.current()).name_of("peter_novak") == "Peter Novak"
        await first.directory.change(lambda roster: renamed(roster, "Petr"), by="eva", reason="")
        second.directory._asked_at = None  # noqa: SLF001  a second has passed
        assert (await second.directory.current()).name_of("peter_novak") == "Petr"
    finally:
        await first.close()
        await second.close()


async def test_a_roster_comes_back_as_it_was_stored(house: House) -> None:
    before = await house.directory.current()
    after = await house.directory.store(before, by="eva", reason="")
    assert (after.staff, after.departments, after.timezone) == (before.staff, before.departments, before.timezone)
