"""Whole complaints whose grade turns out to be another: by a person, with a reason, and with clocks that follow."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from complaints.events import CaseRegraded
from complaints.words import ActKind, Outcome, TaskKind
from tests.journeys.journey import Journey

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands

REST = (TaskKind.OPINION, TaskKind.OPINION, TaskKind.APPROVAL, TaskKind.LETTER, TaskKind.DECISION, TaskKind.REMEDY)
GRAVE = {"category": "product.quality", "impact": 4, "urgency": 4, "scope": "individual", "reason": "It boils dry."}
WORST = {**GRAVE, "impact": 5, "urgency": 5, "reason": "A child was burnt."}


@pytest.mark.covers("response done")
async def test_a_handler_who_finds_a_case_graver_grades_it_anew_and_the_promise_comes_nearer(
    either_house: House, hands: Hands
) -> None:
    journey = await Journey.begin(either_house, hands)
    before = (await journey.case()).clocks["resolve"].clock
    case = await journey.do(ActKind.REGRADE, await journey.task(TaskKind.FINDINGS), **GRAVE)
    assert (case.level, case.stage) == ("4", "investigation")
    assert before.due_at - case.clocks["resolve"].clock.due_at == timedelta(hours=24)
    assert case.assignment is not None
    assert (await journey.task(TaskKind.FINDINGS)).assignee == case.assignment.handler == "peter_novak"
    assert (await journey.history())[-1] == "case.regraded"
    await journey.check()
    await journey.answer(TaskKind.FINDINGS, *REST)
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(Outcome.SATISFIED)


@pytest.mark.covers("trigger:level_reached")
async def test_a_case_graded_anew_to_the_worst_level_goes_up_at_once(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await journey.do(ActKind.REGRADE, await journey.task(TaskKind.FINDINGS), **WORST)
    assert (await journey.history())[-2:] == ["case.regraded", "case.escalated"]
    (told,) = [letter for letter in await journey.letters() if letter.startswith("case_escalated")]
    assert told.split()[1] in {"tang_rui", "robert_ellis"}
    assert (await journey.check()).escalation_level == 3


@pytest.mark.covers("trigger:level_reached")
async def test_a_promise_that_the_graver_level_would_have_broken_already_is_told_as_broken(
    house: House, hands: Hands
) -> None:
    journey = await Journey.begin(house, hands)
    hands.move(hours=5)
    await journey.do(ActKind.REGRADE, await journey.task(TaskKind.FINDINGS), **WORST)
    assert (await journey.history())[-3:] == ["case.regraded", "clock.missed", "case.escalated"]
    assert (await journey.check()).clocks["resolve"].missed


async def test_what_was_suggested_confirmed_and_graded_anew_are_all_kept(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands, detail="It is not what I thought it would be.")
    case = await journey.case()
    assert case.suggestion is not None
    suggested = case.suggestion.suggestion.category
    await journey.answer(TaskKind.CLASSIFICATION, category="product.design", impact=2, urgency=2)
    case = await journey.do(ActKind.REGRADE, await journey.task(TaskKind.FINDINGS), **GRAVE)
    assert case.first_classification is not None
    assert case.classification is not None
    assert (suggested, case.first_classification.category, case.classification.category) == (
        *("other.unsorted", "product.design"),
        "product.quality",
    )
    entries = await house.casebook.history(journey.case_no)
    (fact,) = [entry.fact for entry in entries if isinstance(entry.fact, CaseRegraded)]
    assert fact.previous == case.first_classification
    await journey.check()
