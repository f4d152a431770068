"""What another pack would have decided: on the same record, from the same words of people, at the same moments."""

from __future__ import annotations

from dataclasses import replace

import pytest

from complaints.outlook import Comparison, outlook
from complaints.policy_answers import ChainRule
from complaints.recorded import Recorded
from complaints.words import Role, TaskKind
from tests.play import Play, changed, default_policy, told


@pytest.fixture(scope="module")
def recorded() -> Recorded:
    """A complaint lived to its end."""
    play = Play()
    play.to_the_end()
    return Recorded(tuple(play.entries), {play.policy.version: play.policy}, play.papers)


def test_its_own_policy_says_what_was_decided(recorded: Recorded) -> None:
    found = outlook(recorded, default_policy())
    assert (found["category"], found["level"], found["department"]) == ("product.quality", "g2:2", "after_sales")
    assert found["callback"] == "asked"
    assert found["approval"]
    assert {"clock:acknowledge", "clock:first_response", "clock:resolve"} <= set(found)


def test_another_scheme_is_told_with_its_name(recorded: Recorded) -> None:
    other = changed(default_policy(), "grading.scheme", "g3")
    assert outlook(recorded, other)["level"].startswith("g3:")


def test_a_shorter_limit_ends_a_clock_sooner_and_a_chain_asks_more_approvals(recorded: Recorded) -> None:
    own = outlook(recorded, default_policy())
    shorter = default_policy().limits.by_level["1"]
    levels = dict.fromkeys(default_policy().limits.by_level, shorter)
    chain = (ChainRule(roles=(Role.DEPARTMENT_HEAD, Role.COMPLAINTS_MANAGER)),)
    other = changed(changed(default_policy(), "limits.by_level", levels), "review.chain", chain)
    found = outlook(recorded, other)
    assert found["clock:resolve"] != own["clock:resolve"]
    assert found["approval"] == "department_head complaints_manager"


def test_a_category_that_the_other_pack_does_not_know_stands_and_is_told() -> None:
    play = Play(record=told(detail="It is not what I thought it would be."))
    play.submit(play.bring_to(TaskKind.CLASSIFICATION), category="product.quality")
    play.to_the_end()
    history = Recorded(tuple(play.entries), {play.policy.version: play.policy}, play.papers)
    fewer = {code: one for code, one in default_policy().categories.items() if code != "product"}
    assert outlook(history, default_policy())["category"] == "product.quality"
    assert outlook(history, changed(default_policy(), "categories", fewer))["category"].endswith("(no such category)")


def test_an_erased_case_and_one_that_nobody_screened_have_no_outlook(recorded: Recorded) -> None:
    assert outlook(replace(recorded, papers=None), default_policy()) == {}
    assert outlook(replace(recorded, entries=recorded.entries[:1]), default_policy()) == {}


def test_a_case_that_waits_for_its_classifier_is_told_as_far_as_it_went() -> None:
    play = Play(record=told(detail="It is not what I thought it would be."))
    play.bring_to(TaskKind.CLASSIFICATION)
    history = Recorded(tuple(play.entries), {play.policy.version: play.policy}, play.papers)
    assert set(outlook(history, default_policy())) == {"completeness", "doubts"}


def test_many_cases_are_counted_by_what_would_have_become_what_with_examples() -> None:
    found = Comparison(most_examples=2)
    for nth in range(3):
        own = {"level": "g1:2", "department": "after_sales", "clock:resolve": "2026-11-25T02:00+00:00"}
        found.add(f"TC-{nth}", own, {**own, "level": "g1:3", "clock:resolve": "2026-11-24T02:00+00:00"})
    found.add("TC-3", {}, {"level": "g1:3"})
    found.add("TC-4", {"level": "g1:2"}, {"level": "g1:2", "clock:new": "2026-11-24T02:00+00:00"})
    assert found.cases == 5
    assert found.left_out == ["TC-3"]
    assert found.aspects == ("level", "department", "clock:new", "clock:resolve")
    assert found.same["department"] == 3
    assert found.same["level"] == 1
    assert found.changes_of("level") == (("g1:2", "g1:3", 3, ("TC-0", "TC-1")),)
    assert found.changes_of("clock:resolve") == (("due", "sooner", 3, ("TC-0", "TC-1")),)
    assert found.changes_of("clock:new")[0][:3] == ("-", "2026-11-24T02:00+00:00", 1)
