"""What if: keys that differ, and clocks of open cases that would run out at another time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.durations import parse_duration
from complaints.policy_diff import differences, moved_clocks
from complaints.reckoning import reckon
from complaints.words import ActKind, TaskKind
from tests.builders import MONDAY_MORNING
from tests.complaints.test_clocks_of_case import G4, house, with_law
from tests.play import SPARSE, Play, changed, default_policy, told

QUICKER = '[limits.by_level.2]\nresolve = "24 h"\n'


def in_hand(policy: Any = None, **record: Any) -> Play:  # noqa: ANN401  a policy, any field
    """A case that its handler works on."""
    play = Play(policy=policy or default_policy(), record=told(**record))
    play.bring_to(TaskKind.FINDINGS)
    return play


def moved(play: Play, policy: Any) -> dict[str, timedelta | None]:  # noqa: ANN401  a policy
    """By how much each clock would run out later under another policy; None where only one of them has it."""
    found = moved_clocks(play.case, play.entries, play.policy, policy)
    return {one.clock: one.new - one.old if one.new and one.old else None for one in found}


def test_the_same_pack_differs_in_nothing() -> None:
    assert differences(default_policy(), house("")) == ()


def test_every_key_that_differs_is_named_with_both_values() -> None:
    pack = QUICKER + "[escalation]\ncustomer_reminders = 3\n[callback.sampling]\n1 = 0.5\n"
    assert [tuple(one) for one in differences(default_policy(), house(pack))] == [
        ("limits.by_level.2.resolve", "48 h", "24 h"),
        ("escalation.customer_reminders", 2, 3),
        ("callback.sampling.1", 1.0, 0.5),
    ]


def test_what_only_one_of_them_says_is_nothing_in_the_other() -> None:
    (one,) = differences(default_policy(), with_law(limit="8 w"))
    assert (one.key, one.old, one.new["limit"]) == ("clocks.law", None, "8 w")
    (other,) = differences(with_law(limit="8 w"), default_policy())
    assert (other.key, other.new) == ("clocks.law", None)


def test_a_row_of_a_list_is_compared_with_the_row_at_its_place() -> None:
    policy = default_policy()
    first, *rest = policy.escalation.path
    longer = first.model_copy(update={"extends_by": parse_duration("3 bh")})
    keys = [one.key for one in differences(policy, changed(policy, "escalation.path", (longer, *rest)))]
    assert keys == ["escalation.path[0].extends_by"]


def test_an_open_case_would_get_another_deadline_only_where_its_own_level_is_concerned() -> None:
    play = in_hand()
    assert moved(play, house(QUICKER)) == {"resolve": timedelta(hours=-24)}
    assert moved(play, house('[limits.by_level.3]\nresolve = "24 h"\n')) == {}
    assert moved(play, default_policy()) == {}


def test_clocks_that_were_met_move_no_more() -> None:
    quicker = house('[limits.by_level.2]\nfirst_response = "1 h"\n[intake]\nacknowledge_within = "1 h"\n')
    assert moved(in_hand(), quicker) == {}


def test_a_clock_that_only_one_policy_has_runs_in_that_one_alone() -> None:
    assert moved(in_hand(), with_law(limit="8 w")) == {"law": None}
    assert moved(in_hand(with_law(limit="8 w", starts="assigned")), default_policy()) == {"law": None}
    assert moved(in_hand(), with_law(applies={"categories": ["price"]})) == {}


def test_under_its_own_policy_a_case_is_reckoned_as_its_history_says() -> None:
    play = in_hand(**SPARSE)
    play.at += timedelta(hours=3)
    findings = play.the_task(TaskKind.FINDINGS)
    play.do(ActKind.EXTEND, findings, clock="resolve", reason="complex", note="It is hard.")
    play.submit(play.the_task(TaskKind.EXTENSION))
    play.do(ActKind.PAUSE, play.the_task(TaskKind.FINDINGS), reason="expert_report")
    play.wait(days=4)
    play.do(ActKind.RESUME, play.the_task(TaskKind.FINDINGS))
    play.do(ActKind.PAUSE, play.the_task(TaskKind.FINDINGS), reason="expert_report")
    found = reckon(play.case, play.entries, play.policy)
    assert {name: one.due_at for name, one in found.items()} == {
        name: running.clock.due_at for name, running in play.case.clocks.items() if not running.met
    }


def test_pauses_and_extensions_count_under_the_other_policy_too() -> None:
    play = in_hand()
    play.do(ActKind.PAUSE, play.the_task(TaskKind.FINDINGS), reason="expert_report")
    play.wait(days=4)
    play.do(ActKind.RESUME, play.the_task(TaskKind.FINDINGS))
    assert moved(play, house(QUICKER)) == {"resolve": timedelta(hours=-24)}
    # A policy whose clock does not allow the pause would not have stood still.
    assert moved(play, house("[clocks.resolve]\npauses = []\n")) == {"resolve": timedelta(days=-4)}


def test_another_scheme_grades_the_case_anew_from_the_factors_that_were_confirmed() -> None:
    play = in_hand()
    other = house(G4)
    length = reckon(play.case, play.entries, other)["resolve"]
    assert length.limit in {"1 d", "2 d", "3 d", "5 d"}
    assert moved(play, other) == {"resolve": length.due_at - (MONDAY_MORNING + timedelta(hours=48))}


@pytest.mark.parametrize("kind", [TaskKind.CLASSIFICATION, TaskKind.COMPLETION])
def test_a_case_that_is_not_graded_yet_has_only_the_clocks_it_can_have(kind: TaskKind) -> None:
    record = SPARSE if kind is TaskKind.COMPLETION else {"detail": "It is odd."}
    play = Play(record=told(**record))
    play.bring_to(kind)
    assert moved(play, house(QUICKER)) == {}
    assert moved(play, with_law(limit="8 w")) == {"law": None}
