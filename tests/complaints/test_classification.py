"""Classification: by rule when the rules are sure, by a person when not; the level starts the clocks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.events import CaseClassified, CategorySuggested
from complaints.words import Channel, CustomerType, Scope, Stage, TaskKind
from complaints.work_events import ClassificationConfirmed
from tests.builders import MONDAY_MORNING, WANG_FANG
from tests.play import Play, changed, default_policy, told

VAGUE = "It is not what I thought it would be and I am unhappy with it."
DANGEROUS = "The kettle is broken and leaking. The defective thing caught fire: this is urgent, an emergency."


def classified(play: Play) -> CaseClassified:
    play.carry_on()
    (fact,) = play.facts(CaseClassified)
    assert isinstance(fact, CaseClassified)
    return fact


def suggestion(play: Play) -> CategorySuggested:
    play.carry_on()
    (fact,) = play.facts(CategorySuggested)
    assert isinstance(fact, CategorySuggested)
    return fact


@pytest.mark.parametrize("record", [told(), told(WANG_FANG)], ids=["en", "zh-CN"])
def test_a_clear_complaint_is_classified_by_rule_with_the_words_that_said_so(record: object) -> None:
    fact = classified(Play(record=record))  # type: ignore[arg-type]
    assert fact.by_rule
    assert fact.classification.category == "product.quality"
    assert any(reason.startswith("word:") for reason in fact.classification.reasons)
    assert (fact.classification.scheme, fact.classification.level) == ("g2", "2")


def test_what_the_customer_wishes_for_says_nothing_of_what_went_wrong() -> None:
    wish = "A discount, a voucher, a lower price, a refund of the hidden fee."
    assert classified(Play(record=told(expected_remedy=wish))).classification.category == "product.quality"


def test_a_vague_complaint_goes_to_a_classifier_with_the_suggestion() -> None:
    play = Play(record=told(detail=VAGUE))
    assert "unsure_category" in suggestion(play).doubts
    task = play.the_task(TaskKind.CLASSIFICATION)
    assert task.assignee in {"li_na", "emma_clarke"}
    assert task.asks == {"doubts": "unsure_category", "suggestion": suggestion(play).suggestion.category}


def test_words_that_point_nowhere_suggest_the_unsorted() -> None:
    assert suggestion(Play(record=told(detail=VAGUE))).suggestion.category == "other.unsorted"


def test_the_worst_level_is_confirmed_by_a_person_however_sure_the_rules_are() -> None:
    play = Play(record=told(detail=DANGEROUS))
    play.carry_on()
    play.submit(play.the_task(TaskKind.SCREENING))
    assert suggestion(play).doubts == ("worst_level",)
    assert suggestion(play).suggestion.level == "5"
    assert play.the_task(TaskKind.CLASSIFICATION).is_open


def test_a_policy_may_trust_the_rules_with_the_worst_level() -> None:
    policy = changed(default_policy(), "grading.worst_level_needs_person", False)
    play = Play(policy=policy, record=told(detail=DANGEROUS))
    play.carry_on()
    play.submit(play.the_task(TaskKind.SCREENING))
    assert play.case.level == "5"
    assert play.case.classified_by_rule


def test_what_was_predicted_and_what_was_confirmed_are_both_kept() -> None:
    play = Play(record=told(detail=VAGUE))
    play.carry_on()
    fields: dict[str, Any] = {"category": "service.attitude", "impact": 4, "urgency": 5, "scope": "group"}
    play.submit(play.the_task(TaskKind.CLASSIFICATION), **fields, reason="She was shouted at.")
    assert play.case.suggestion is not None
    assert play.case.suggestion.suggestion.category == "other.unsorted"
    fact = classified(play)
    assert not fact.by_rule
    stands = fact.classification
    assert (stands.category, stands.level, stands.scope) == ("service.attitude", "4", Scope.GROUP)
    (confirmed,) = play.facts(ClassificationConfirmed)
    assert (confirmed.impact, confirmed.urgency) == (4, 5)
    assert play.papers[confirmed.reason.id] == {"reason": "She was shouted at."}


def test_a_group_complaint_has_the_scope_of_a_group() -> None:
    assert classified(Play(record=told(group_size=7))).classification.scope is Scope.GROUP


def test_a_key_customer_never_counts_for_less_than_her_floor() -> None:
    ordinary = classified(Play()).classification
    key = classified(Play(record=told(customer_type=CustomerType.KEY))).classification
    assert float(key.inputs["impact"]) >= float(ordinary.inputs["impact"])
    assert float(key.inputs["urgency"]) >= float(ordinary.inputs["urgency"])
    assert key.inputs != ordinary.inputs


@pytest.mark.parametrize(
    ("impact", "urgency", "level", "response", "resolve"),
    [(1, 1, "1", 2, 24), (2, 2, "2", 4, 48), (3, 3, "3", 8, 72), (4, 4, "4", 4, 24), (5, 5, "5", 1, 4)],
)
def test_the_level_sets_both_clocks_counted_from_receipt(
    impact: int, urgency: int, level: str, response: int, resolve: int
) -> None:
    play = Play(record=told(detail=VAGUE))
    play.carry_on()
    play.at += timedelta(hours=1)
    play.submit(play.the_task(TaskKind.CLASSIFICATION), impact=impact, urgency=urgency)
    clocks = play.case.clocks
    assert play.case.level == level
    assert clocks["first_response"].clock.due_at == MONDAY_MORNING + timedelta(hours=response)
    assert clocks["resolve"].clock.due_at == MONDAY_MORNING + timedelta(hours=resolve)
    assert {clocks[name].clock.started_at for name in ("first_response", "resolve")} == {MONDAY_MORNING}


@pytest.mark.parametrize(
    ("channel", "limit"),
    [
        (Channel.PHONE, "1 h"),
        (Channel.EMAIL, "3 h"),
        (Channel.APP, "10 s"),
        (Channel.WEB, "4 h"),
        (Channel.POST, "4 h"),
    ],
)
def test_the_sooner_of_channel_and_level_is_the_first_response(channel: Channel, limit: str) -> None:
    play = Play(record=told(channel=channel))
    play.carry_on()
    assert play.case.clocks["first_response"].clock.limit == limit


def test_a_slower_channel_does_not_stretch_an_urgent_level() -> None:
    play = Play(record=told(detail=VAGUE, channel=Channel.EMAIL))
    play.carry_on()
    play.submit(play.the_task(TaskKind.CLASSIFICATION), impact=5, urgency=5)
    assert play.case.clocks["first_response"].clock.limit == "1 h"


def test_nobody_is_asked_twice_to_classify() -> None:
    play = Play(record=told(detail=VAGUE))
    play.carry_on()
    for _ in range(3):
        play.wait(minutes=10)
    assert len(play.case.tasks_of(TaskKind.CLASSIFICATION)) == 1
    assert play.case.stage is Stage.CLASSIFICATION
