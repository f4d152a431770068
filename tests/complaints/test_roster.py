"""The roster: who is of the house, who is there today; whoever left is named by histories and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from complaints.roster import Roster
from complaints.staff import Absence
from complaints.words import Role
from tests.builders import MONDAY_MORNING
from tests.play import Play, default_policy

SAMPLE = Roster.of_policy(default_policy())
TODAY = date(2026, 11, 23)


def with_person(staff_id: str, **changes: object) -> Roster:
    person = SAMPLE.staff[staff_id].model_copy(update=changes)
    return replace(SAMPLE, staff={**SAMPLE.staff, staff_id: person}).at(MONDAY_MORNING)


def test_a_briefing_without_a_roster_takes_the_sample_of_its_policy() -> None:
    play = Play()
    assert play.briefing.roster.staff == play.policy.staff
    assert play.briefing.roster.day == TODAY
    assert replace(play.briefing, roster=with_person("li_na", present=False)).roster.staff["li_na"].present is False


def test_the_day_is_that_of_the_house_not_that_of_greenwich() -> None:
    assert SAMPLE.at(MONDAY_MORNING.replace(hour=15, minute=59)).day == TODAY
    assert SAMPLE.at(MONDAY_MORNING.replace(hour=16)).day == TODAY + timedelta(days=1)


def test_a_leaver_keeps_her_name_and_nothing_else_from_her_day_on() -> None:
    for day, is_here in ((TODAY + timedelta(days=1), True), (TODAY, False)):
        roster = with_person("peter_novak", left=day)
        assert roster.works_here("peter_novak") is is_here
        assert ("peter_novak" in roster.members_of("after_sales")) is is_here
        assert ("peter_novak" in roster.with_role(Role.HANDLER)) is is_here
        assert roster.is_present("peter_novak", MONDAY_MORNING) is is_here
        assert roster.name_of("peter_novak") == "Peter Novak"


def test_an_absence_counts_from_its_first_day_to_its_last() -> None:
    away = Absence(first_day=TODAY, last_day=TODAY + timedelta(days=1))
    roster = with_person("peter_novak", absences=(away,))
    there = [roster.is_present("peter_novak", MONDAY_MORNING + timedelta(days=days)) for days in (-1, 0, 1, 2)]
    assert there == [True, False, False, True]


def test_who_is_on_no_roster_is_not_present_and_keeps_her_id() -> None:
    assert not SAMPLE.is_present("nobody", MONDAY_MORNING)
    assert not SAMPLE.works_here("nobody")
    assert SAMPLE.name_of("nobody") == "nobody"
