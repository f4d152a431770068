"""Whole complaints that end well, by the long road and the short one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from complaints.words import CUSTOMER, Channel, Outcome, TaskKind
from tests.builders import WANG_FANG
from tests.journeys.journey import (
    A_ROUND,
    ACCEPTED,
    ARCHIVED,
    ASSIGNED,
    CLASSIFIED,
    DECISION_SENT,
    FINDINGS_ASKED,
    GOODBYE,
    GREETED,
    INTAKE,
    LETTER_ASKED,
    OFFERED,
    REMEDY_ASKED,
    RESOLVED,
    STRAIGHT,
    SURVEYED,
    TO_CUSTOMER,
    TO_HANDLER,
    Journey,
)

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands

VAGUE = "It is not what I thought it would be."
CLASSIFIED_BY_PERSON = ["category.suggested", "task.asked", "classification.confirmed", "case.classified"]


@pytest.mark.covers(
    "intake done",
    "classification done",
    "assignment done",
    "investigation done",
    "review done",
    "response done",
    "callback done",
    "archiving done",
    "pack:default",
)
async def test_a_complaint_goes_straight_through(either_house: House, hands: Hands) -> None:
    journey = await Journey.begin(either_house, hands)
    assert await journey.due(TaskKind.FINDINGS) == "Tue 2026-11-24 10:00"
    await journey.answer(TaskKind.FINDINGS)
    assert await journey.due(TaskKind.OPINION) == "Mon 2026-11-23 15:30"
    await journey.answer(TaskKind.OPINION, TaskKind.OPINION)
    assert await journey.due(TaskKind.APPROVAL) == "Mon 2026-11-23 15:30"
    await journey.answer(TaskKind.APPROVAL, TaskKind.LETTER)
    assert await journey.due(TaskKind.DECISION) == "Mon 2026-11-30 10:00"
    await journey.answer(TaskKind.DECISION)
    assert await journey.due(TaskKind.REMEDY) == "Tue 2026-11-24 18:00"
    await journey.answer(TaskKind.REMEDY)
    await journey.until(TaskKind.SURVEY)
    assert (hands.at.day, await journey.due(TaskKind.SURVEY)) == (28, "Mon 2026-11-30 10:00")
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(Outcome.SATISFIED)
    assert journey.states == [*STRAIGHT, "Completed"]
    assert await journey.history() == [*TO_HANDLER, *TO_CUSTOMER, *ACCEPTED, *RESOLVED, *SURVEYED, *ARCHIVED]
    assert await journey.letters() == [*GREETED, *A_ROUND, *REMEDY_ASKED, *GOODBYE]


@pytest.mark.covers("callback done", "archiving done")
async def test_a_chinese_complaint_goes_the_same_way(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands, WANG_FANG)
    await journey.answer(TaskKind.FINDINGS, TaskKind.OPINION, TaskKind.OPINION)
    await journey.answer(TaskKind.APPROVAL, TaskKind.LETTER, TaskKind.DECISION, TaskKind.REMEDY)
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(Outcome.SATISFIED)
    assert await journey.history() == [*TO_HANDLER, *TO_CUSTOMER, *ACCEPTED, *RESOLVED, *SURVEYED, *ARCHIVED]
    assert await journey.letters() == [*GREETED, *A_ROUND, *REMEDY_ASKED, *GOODBYE]


@pytest.mark.covers("assignment on_the_spot")
async def test_an_easy_one_is_resolved_on_the_spot(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands, detail=VAGUE)
    assert await journey.due(TaskKind.CLASSIFICATION) == "Mon 2026-11-23 12:00"
    case = await journey.answer(TaskKind.CLASSIFICATION, category="price.discount", impact=1, urgency=1)
    assert [stage.value for stage in case.not_needed] == ["investigation", "review"]
    await journey.answer(TaskKind.LETTER, remedy="goodwill", amount=50)
    await journey.answer(TaskKind.DECISION, TaskKind.REMEDY)
    await journey.until(TaskKind.SURVEY)
    assert hands.at.day == 26
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(Outcome.SATISFIED)
    classified = [*CLASSIFIED_BY_PERSON, "clocks.started", "stage.closed"]
    assert await journey.history() == [
        *[*INTAKE, *classified, *ASSIGNED],
        *[*OFFERED, *ACCEPTED, *RESOLVED, *SURVEYED, *ARCHIVED],
    ]
    assert "assignment on_the_spot" in await journey.exits()
    assert await journey.letters() == [
        *["acknowledgement customer", "task_asked emma_clarke", "progress customer", "task_asked james_carter"],
        *["decision customer", "task_asked james_carter", "survey customer", "closing customer"],
    ]


@pytest.mark.covers("intake done")
async def test_missing_information_is_asked_for_and_comes(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands, item="", order_no="", name="", occurred_at=None)
    task = await journey.task(TaskKind.COMPLETION)
    assert (task.assignee, await journey.due(TaskKind.COMPLETION)) == (CUSTOMER, "Thu 2026-11-26 10:00")
    await journey.wait(hours=20)
    case = await journey.answer(TaskKind.COMPLETION)
    resolve = case.clocks["resolve"].clock
    assert resolve.due_at - resolve.started_at == timedelta(hours=48 + 20)  # she took twenty
    assert (await journey.history())[:11] == [
        *INTAKE[:5],
        "task.asked",
        "clocks.paused",
        "record.completed",
        "clocks.resumed",
        "stage.closed",
        CLASSIFIED[0],
    ]
    assert (await journey.letters())[:3] == [
        "acknowledgement customer",
        "information_request customer",
        "progress customer",
    ]
    await journey.check()


@pytest.mark.covers("intake done")
async def test_missing_information_is_asked_for_and_never_comes(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands, item="", order_no="", name="", occurred_at=None)
    await journey.until(TaskKind.FINDINGS)
    assert hands.at.day == 2  # of December: three times three days later
    lapsed = [
        *["task.asked", "clocks.paused", "task.reminded", "task.reminded", "task.expired"],
        *["clocks.resumed", "stage.closed"],
    ]
    assert (await journey.history())[:12] == [*INTAKE[:5], *lapsed]
    asked = ["acknowledgement customer", "information_request customer", *["customer_reminder customer"] * 2]
    assert (await journey.letters())[:5] == [*asked, "progress customer"]
    await journey.check()


@pytest.mark.covers("intake duplicate")
async def test_a_duplicate_is_linked_to_its_original_and_closed(house: House, hands: Hands) -> None:
    original = await Journey.begin(house, hands)
    await original.wait(hours=2)
    journey = await Journey.begin(house, hands)
    task = await journey.task(TaskKind.SCREENING)
    assert task.asks == {"doubts": f"duplicate_of:{original.case_no}"}
    assert await journey.due(TaskKind.SCREENING) == "Mon 2026-11-23 15:30"
    await journey.answer(TaskKind.SCREENING, decision="duplicate", original=original.case_no)
    await journey.ended(Outcome.DUPLICATE)
    decided = ["task.asked", "screening.decided", "case.linked", "stage.closed"]
    assert await journey.history() == [*INTAKE[:5], *decided, *ARCHIVED]
    letters = ["acknowledgement customer", "task_asked emma_clarke", "duplicate_notice customer"]
    assert await journey.letters() == letters
    assert (await original.history())[-1] == "case.linked"
    assert (await original.check()).linked("repeated_by") == (journey.case_no,)


@pytest.mark.covers("intake referred")
async def test_what_is_not_ours_is_referred_outside(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands, detail="The defective kettle of my neighbour: I got an electric shock.")
    assert (await journey.task(TaskKind.SCREENING)).asks == {"doubts": "flag:safety"}
    await journey.answer(TaskKind.SCREENING, decision="refer", referred_to="Kettles Ltd")
    await journey.ended(Outcome.REFERRED)
    assert await journey.exits() == ["intake referred", "archiving done"]
    letters = ["acknowledgement customer", "task_asked emma_clarke", "referral_notice customer"]
    assert await journey.letters() == letters


@pytest.mark.covers("classification done")
async def test_an_unsure_classification_is_made_by_a_person(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands, detail=VAGUE)
    await journey.wait(hours=1)
    case = await journey.answer(TaskKind.CLASSIFICATION, category="service.attitude", impact=4, urgency=4)
    assert (case.level, case.classified_by_rule) == ("4", False)
    assert case.assignment is not None
    assert (case.assignment.department, case.assignment.handler) == ("customer_service", "wang_fang")
    assert case.clocks["first_response"].clock.due_at.hour == 2 + 4
    assert (await journey.history())[6:13] == [*CLASSIFIED_BY_PERSON, "clocks.started", "stage.closed", "case.assigned"]
    await journey.check()


@pytest.mark.covers("assignment done")
async def test_without_a_candidate_a_dispatcher_finds_the_handler(house: House, hands: Hands) -> None:
    detail = "The kettle is broken and leaking, the quality is terrible. Peter Novak and 赵磊 sold me a defective one."
    journey = await Journey.begin(house, hands, detail=detail)
    assert (await journey.task(TaskKind.DISPATCH)).asks == {"reason": "no_candidate", "department": "after_sales"}
    assert await journey.due(TaskKind.DISPATCH) == "Mon 2026-11-23 12:00"
    case = await journey.answer(TaskKind.DISPATCH, handler="grace_miller")
    assert case.assignment is not None
    assert (case.assignment.department, case.assignment.by_rule) == ("complaints_office", False)
    dispatched = [
        *["candidates.weighed", "task.asked", "handler.dispatched", "case.assigned", "clock.met", "stage.closed"],
        "task.asked",
    ]
    assert (await journey.history())[10:] == dispatched
    letters = ["acknowledgement customer", "task_asked emma_clarke", "progress customer", "task_asked grace_miller"]
    assert await journey.letters() == letters
    await journey.check()


@pytest.mark.covers("assignment done", "callback done")
async def test_the_worst_level_goes_to_the_special_team(house: House, hands: Hands) -> None:
    detail = "The defective kettle caught fire and I was injured. This is an emergency."
    journey = await Journey.begin(house, hands, detail=detail)
    await journey.answer(TaskKind.SCREENING)
    assert (await journey.task(TaskKind.CLASSIFICATION)).asks["doubts"] == "worst_level"
    case = await journey.answer(TaskKind.CLASSIFICATION, impact=5, urgency=5)
    assert case.assignment is not None
    assert (case.level, case.assignment.department) == ("5", "complaints_office")
    # Four hours from receipt, though findings may take eight business hours.
    assert await journey.due(TaskKind.FINDINGS) == "Mon 2026-11-23 14:00"
    await journey.answer(TaskKind.FINDINGS, TaskKind.OPINION, TaskKind.OPINION)
    assert (await journey.task(TaskKind.APPROVAL)).asks["role"] == "department_head"
    await journey.answer(TaskKind.APPROVAL, TaskKind.LETTER, TaskKind.DECISION, TaskKind.REMEDY)
    await journey.until(TaskKind.SURVEY)
    assert hands.at.day == 24
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(Outcome.SATISFIED)


@pytest.mark.covers("callback done")
async def test_a_customer_without_mail_is_served_by_phone_to_the_end(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands, email="", channel=Channel.PHONE)
    assert (await journey.case()).clocks["first_response"].clock.limit == "1 h"
    await journey.answer(TaskKind.FINDINGS, TaskKind.OPINION, TaskKind.OPINION, TaskKind.APPROVAL, TaskKind.LETTER)
    assert (await journey.task(TaskKind.DECISION)).assignee == "liu_yang"
    await journey.answer(TaskKind.DECISION, TaskKind.REMEDY)
    call = await journey.until(TaskKind.PHONE_CALLBACK)
    assert (call.assignee, hands.at.day) == ("liu_yang", 28)
    await journey.answer(TaskKind.PHONE_CALLBACK)
    await journey.ended(Outcome.SATISFIED)
    called = ["callback.scheduled", "task.asked", "callback.answered", "stage.closed"]
    untold = [what for what in TO_CUSTOMER if what != "progress.told"]
    assert await journey.history() == [*TO_HANDLER, *untold, *ACCEPTED, *RESOLVED, *called, *ARCHIVED]
    letters = await journey.letters()
    assert not [letter for letter in letters if letter.endswith("customer")]
    assert letters == [
        *[*FINDINGS_ASKED, "task_asked olivia_grant", "task_asked guo_feng", "task_asked huang_min", *LETTER_ASKED],
        *["task_asked liu_yang", *REMEDY_ASKED, "task_asked liu_yang"],
    ]
    assert DECISION_SENT[0] not in letters
