"""Being away: both days included, never twice at once, and never in a circle of substitutes."""

from __future__ import annotations

from datetime import date

import pytest

from adapters.policies import load_policy, policy_path
from complaints.absences import AbsenceForm, come_back, go_away
from complaints.errors import AnswerWrong
from complaints.roster import Roster

TODAY = date(2026, 11, 23)
ROSTER = Roster.of_policy(load_policy(policy_path("default")))


def away(first: int, last: int, substitute: str = "") -> AbsenceForm:
    return AbsenceForm(first_day=date(2026, 12, first), last_day=date(2026, 12, last), substitute=substitute)


def refused(roster: Roster, staff_id: str, form: AbsenceForm, *, today: date = TODAY) -> dict[str, str]:
    with pytest.raises(AnswerWrong) as wrong:
        go_away(roster, staff_id, form, today=today)
    return wrong.value.problems


def test_an_absence_holds_from_its_first_day_to_its_last() -> None:
    person = go_away(ROSTER, "li_na", away(1, 5, "emma_clarke"), today=TODAY).staff["li_na"]
    covered = [day for day in range(1, 32) if person.absence(date(2026, 12, day))]
    assert covered == [1, 2, 3, 4, 5]
    assert person.absences[0].substitute == "emma_clarke"


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        (away(5, 4), {"last_day": "ends_before_it_begins"}),
        (away(1, 2, "li_na"), {"substitute": "substitute_is_self"}),
        (away(1, 2, "nobody"), {"substitute": "unknown_choice"}),
        (AbsenceForm(first_day=date(2026, 11, 20), last_day=date(2026, 11, 22)), {"last_day": "date_in_past"}),
        (AbsenceForm(first_day=date(2026, 12, 1), last_day=date(2028, 1, 6)), {"last_day": "away_too_long"}),
    ],
)
def test_what_makes_no_sense_is_told_at_its_field(form: AbsenceForm, problem: dict[str, str]) -> None:
    assert refused(ROSTER, "li_na", form) == problem


def test_today_is_late_enough_and_one_day_is_long_enough() -> None:
    today = AbsenceForm(first_day=TODAY, last_day=TODAY)
    assert go_away(ROSTER, "li_na", today, today=TODAY).staff["li_na"].absence(TODAY)
    longest = AbsenceForm(first_day=date(2026, 12, 1), last_day=date(2028, 1, 5))
    assert go_away(ROSTER, "li_na", longest, today=TODAY).version == ROSTER.version


def test_nobody_is_away_twice_on_one_day() -> None:
    once = go_away(ROSTER, "li_na", away(3, 5), today=TODAY)
    assert refused(once, "li_na", away(5, 8)) == {"first_day": "away_already"}
    assert refused(once, "li_na", away(1, 3)) == {"first_day": "away_already"}
    assert len(go_away(once, "li_na", away(6, 8), today=TODAY).staff["li_na"].absences) == 2


def test_two_who_stand_in_for_each_other_may_not_be_away_on_the_same_day() -> None:
    once = go_away(ROSTER, "li_na", away(1, 5, "emma_clarke"), today=TODAY)
    assert refused(once, "emma_clarke", away(5, 9, "li_na")) == {"substitute": "substitute_loops"}
    assert go_away(once, "emma_clarke", away(6, 9, "li_na"), today=TODAY).version == ROSTER.version
    assert go_away(once, "emma_clarke", away(5, 9, "wang_fang"), today=TODAY).version == ROSTER.version


def test_a_longer_circle_is_seen_too() -> None:
    two = go_away(ROSTER, "li_na", away(1, 5, "emma_clarke"), today=TODAY)
    three = go_away(two, "emma_clarke", away(2, 3, "wang_fang"), today=TODAY)
    assert refused(three, "wang_fang", away(3, 3, "li_na")) == {"substitute": "substitute_loops"}
    assert go_away(three, "wang_fang", away(4, 4, "li_na"), today=TODAY).version == ROSTER.version


def test_who_comes_back_early_was_away_until_yesterday_and_what_lies_ahead_is_dropped() -> None:
    twice = go_away(go_away(ROSTER, "li_na", away(1, 9), today=TODAY), "li_na", away(20, 22), today=TODAY)
    back = come_back(twice, "li_na", date(2026, 12, 1), today=date(2026, 12, 4)).staff["li_na"]
    assert [(one.first_day.day, one.last_day.day) for one in back.absences] == [(1, 3), (20, 22)]
    cancelled = come_back(twice, "li_na", date(2026, 12, 20), today=date(2026, 12, 4)).staff["li_na"]
    assert [(one.first_day.day, one.last_day.day) for one in cancelled.absences] == [(1, 9)]
