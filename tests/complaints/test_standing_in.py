"""Standing in: work of the absent goes to substitutes, who never judge what they or the represented proposed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.errors import AnswerWrong
from complaints.four_eyes import barred_from_judging
from complaints.policy import Policy
from complaints.roster import Roster
from complaints.staff import Absence, Staff
from complaints.words import Language, Role, TaskKind
from tests.builders import MONDAY_MORNING
from tests.play import Play, default_policy, replaced

TODAY = date(2026, 11, 23)


def away(policy: Policy, staff_id: str, substitute: str | None = None, days: int = 0) -> Policy:
    absence = Absence(first_day=TODAY, last_day=TODAY + timedelta(days=days), substitute=substitute)
    return replaced(policy, staff_id, absences=(absence,))


def asked(play: Play, kind: TaskKind) -> tuple[str, str]:
    play.bring_to(kind)
    task = play.the_task(kind)
    return task.assignee, task.substitute_of


# --- chains ---------------------------------------------------------------------


IDS = [f"p{nth}" for nth in range(6)]


def person(**changes: Any) -> Staff:  # noqa: ANN401  any field of Staff
    told = {"name": "N", "email": "n@x.example", "department": "d", "roles": (Role.HANDLER,), "language": Language.EN}
    return Staff.model_validate({**told, **changes})


def someone(substitute: str | None, is_away: bool, has_left: bool) -> Staff:
    absence = Absence(first_day=TODAY, last_day=TODAY, substitute=substitute)
    return person(absences=(absence,) if is_away else (), left=TODAY if has_left else None)


rosters = st.fixed_dictionaries(
    {one: st.builds(someone, st.sampled_from([None, *IDS, "nobody"]), st.booleans(), st.just(False)) for one in IDS}
) | st.fixed_dictionaries(
    {one: st.builds(someone, st.sampled_from([None, *IDS]), st.booleans(), st.booleans()) for one in IDS}
)


@given(staff=rosters, barred=st.sets(st.sampled_from(IDS), max_size=2))
def test_a_chain_of_substitutes_never_loops_and_ends_with_somebody_who_is_there(
    staff: dict[str, Staff], barred: set[str]
) -> None:
    roster = Roster("r", staff=staff).at(MONDAY_MORNING)
    for one in IDS:
        way = roster.stand_in(one, MONDAY_MORNING, barred=barred)
        assert len(set(way)) == len(way) <= len(IDS)
        if way:
            assert way[0] == one
            assert roster.is_present(way[-1], MONDAY_MORNING)
            assert not barred & set(way)
            assert set(way[1:]) <= set(roster.deputies_of(one, MONDAY_MORNING))
            assert all(one in roster.represented_by(deputy, MONDAY_MORNING) for deputy in way[1:])


@given(staff=rosters)
def test_deputies_and_represented_are_each_others_mirror_and_end(staff: dict[str, Staff]) -> None:
    roster = Roster("r", staff=staff).at(MONDAY_MORNING)
    for one in IDS:
        assert one not in roster.deputies_of(one, MONDAY_MORNING)
        assert one not in roster.represented_by(one, MONDAY_MORNING)


# --- who is asked ---------------------------------------------------------------


def test_the_substitute_of_an_absent_handler_is_a_candidate_and_it_says_for_whom() -> None:
    policy = away(replaced(default_policy(), "zhao_lei", present=False), "peter_novak", "james_carter")
    play = Play(policy=policy)
    play.carry_on()
    assert play.case.assignment is not None
    rows = {one.staff_id: (one.ruled_out, one.substitute_of) for one in play.case.assignment.candidates}
    assert rows == {"james_carter": (None, "peter_novak"), "peter_novak": ("absent", ""), "zhao_lei": ("absent", "")}
    assert play.the_task(TaskKind.FINDINGS).assignee == "james_carter"


def test_a_handler_who_goes_away_is_asked_through_her_substitute_and_only_until_she_is_back() -> None:
    play = Play()
    play.bring_to(TaskKind.APPROVAL)
    play.policy = away(play.policy, "peter_novak", "hu_bo")
    assert asked(play, TaskKind.LETTER) == ("hu_bo", "peter_novak")
    later = Play(policy=play.policy)
    later.at += timedelta(days=1)
    assert asked(later, TaskKind.FINDINGS) == ("peter_novak", "")


def test_a_chain_of_substitutes_is_followed_to_the_end() -> None:
    play = Play()
    play.bring_to(TaskKind.APPROVAL)
    play.policy = away(away(play.policy, "peter_novak", "hu_bo"), "hu_bo", "lin_yan")
    assert asked(play, TaskKind.LETTER) == ("lin_yan", "peter_novak")


def test_a_role_whose_holders_are_all_away_is_filled_by_a_substitute() -> None:
    policy = away(away(default_policy(), "liu_yang"), "tom_baker", "sarah_hughes")
    play = Play(policy=policy)
    play.bring_to(TaskKind.SURVEY)
    play.policy = away(away(default_policy(), "liu_yang", days=90), "tom_baker", "sarah_hughes", days=90)
    play.wait_out(play.the_task(TaskKind.SURVEY))
    assert asked(play, TaskKind.PHONE_CALLBACK) == ("sarah_hughes", "tom_baker")


def test_somebody_absent_without_a_substitute_is_asked_all_the_same_and_the_clock_runs() -> None:
    play = Play()
    play.bring_to(TaskKind.APPROVAL)
    play.policy = away(play.policy, "peter_novak")
    assert asked(play, TaskKind.LETTER) == ("peter_novak", "")


def test_a_substitute_whom_the_complaint_names_stands_in_for_nobody() -> None:
    play = Play()
    play.bring_to(TaskKind.APPROVAL)
    play.policy = away(replaced(play.policy, "hu_bo", name="Kettle"), "peter_novak", "hu_bo")
    assert asked(play, TaskKind.LETTER) == ("peter_novak", "")


def test_new_work_of_somebody_who_left_goes_to_the_lead_of_her_department() -> None:
    play = Play()
    play.bring_to(TaskKind.APPROVAL)
    play.policy = replaced(play.policy, "peter_novak", left=TODAY)
    assert asked(play, TaskKind.LETTER) == ("huang_min", "")


# --- four eyes ------------------------------------------------------------------


def test_a_substitute_of_the_proposer_does_not_approve_though_she_has_the_authority() -> None:
    play = Play()
    play.bring_to(TaskKind.OPINION)
    play.policy = away(play.policy, "peter_novak", "huang_min", days=30)
    assert asked(play, TaskKind.APPROVAL)[0] == "zhou_qiang"
    assert "huang_min" in barred_from_judging(play.briefing, "peter_novak")


def test_whom_the_proposer_stood_in_for_does_not_approve_what_was_proposed_in_her_place() -> None:
    play = Play()
    play.policy = replaced(play.policy, "huang_min", roles=(Role.HANDLER, Role.TEAM_LEAD))
    play.policy = away(replaced(play.policy, "zhao_lei", present=False), "peter_novak", "guo_feng")
    play.bring_to(TaskKind.FINDINGS)
    play.policy = away(play.policy, "guo_feng", "hu_bo")
    assert play.the_task(TaskKind.FINDINGS).assignee == "guo_feng"
    assert asked(play, TaskKind.APPROVAL)[0] == "huang_min"


def test_an_absent_approver_whose_substitute_proposed_is_passed_over() -> None:
    play = Play()
    play.bring_to(TaskKind.OPINION)
    play.policy = away(play.policy, "huang_min", "peter_novak", days=30)
    assert asked(play, TaskKind.APPROVAL)[0] == "zhou_qiang"


def test_who_became_the_proposers_substitute_after_she_was_asked_may_not_judge_any_more() -> None:
    play = Play()
    play.bring_to(TaskKind.APPROVAL)
    approval = play.the_task(TaskKind.APPROVAL)
    proposer = approval.asks["proposed_by"]
    play.policy = away(play.policy, proposer, substitute=approval.assignee)
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(approval)
    assert wrong.value.problems == {"form": "four_eyes"}
    assert play.the_task(TaskKind.APPROVAL).is_open
