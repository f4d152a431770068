"""Whole complaints that go back: sent back by review, refused by the customer, reopened after the callback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from complaints.words import Outcome, Stage, TaskKind
from tests.journeys.journey import (
    A_ROUND,
    ACCEPTED,
    ARCHIVED,
    DECISION_SENT,
    FINDINGS_ASKED,
    GOODBYE,
    GREETED,
    INVESTIGATED,
    LETTER_ASKED,
    REMEDY_ASKED,
    RESOLVED,
    REVIEW_ASKED,
    REVIEWED,
    SURVEYED,
    TO_CUSTOMER,
    TO_HANDLER,
    Journey,
)

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands

REVIEW = (TaskKind.FINDINGS, TaskKind.OPINION, TaskKind.OPINION, TaskKind.APPROVAL)
ROUND = (*REVIEW, TaskKind.LETTER)
REFUSED = ["customer.decided", "stage.closed"]


async def finish(journey: Journey, outcome: Outcome = Outcome.SATISFIED) -> None:
    """The customer answers the survey content."""
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(outcome)


@pytest.mark.covers("review sent_back", "review done", "investigation done")
async def test_review_sends_back_and_the_handler_looks_again(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await journey.answer(*REVIEW[:3])
    await journey.answer(TaskKind.APPROVAL, decision="send_back", reason="Which batch was it?")
    assert (await journey.check()).visits[Stage.INVESTIGATION] == 2
    await journey.answer(*ROUND, TaskKind.DECISION, TaskKind.REMEDY)
    await finish(journey)
    assert await journey.history() == [
        *[*TO_HANDLER, *INVESTIGATED, *REVIEWED],
        *[*TO_CUSTOMER, *ACCEPTED, *RESOLVED, *SURVEYED, *ARCHIVED],
    ]
    assert (await journey.exits())[3:7] == [
        "investigation done",
        "review sent_back",
        "investigation done",
        "review done",
    ]
    assert await journey.letters() == [
        *[*GREETED, *FINDINGS_ASKED, *REVIEW_ASKED],
        *[*A_ROUND, *REMEDY_ASKED, *GOODBYE],
    ]


@pytest.mark.covers("review done", "review sent_back")
async def test_a_department_that_goes_on_objecting_is_heard_by_whoever_approves(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await journey.answer(TaskKind.FINDINGS)
    await journey.answer(TaskKind.OPINION, TaskKind.OPINION, verdict="object", reason="It was sold as seen.")
    await journey.answer(TaskKind.FINDINGS)
    await journey.answer(TaskKind.OPINION, verdict="object", reason="It was sold as seen.")
    await journey.answer(TaskKind.OPINION, verdict="nothing_to_add")
    case = await journey.check()
    assert [opinion.verdict for opinion in case.opinions] == ["object", "nothing_to_add"]
    assert [task.kind for task in case.open_tasks] == [TaskKind.APPROVAL]
    await journey.answer(TaskKind.APPROVAL, TaskKind.LETTER, TaskKind.DECISION, TaskKind.REMEDY)
    await finish(journey)


@pytest.mark.covers("response new_round", "response done")
async def test_a_counter_offer_is_looked_into_and_the_second_offer_accepted(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await journey.answer(*ROUND)
    await journey.answer(TaskKind.DECISION, decision="counter", text="And the damaged table?")
    assert (await journey.check()).round == 2
    await journey.answer(TaskKind.FINDINGS, amount=499)
    await journey.answer(*ROUND[1:], TaskKind.DECISION)
    assert (await journey.task(TaskKind.REMEDY)).asks == {"remedies": "refund:499"}
    await journey.answer(TaskKind.REMEDY)
    await finish(journey)
    assert await journey.history() == [
        *[*TO_HANDLER, *TO_CUSTOMER, *REFUSED],
        *[*TO_CUSTOMER, *ACCEPTED, *RESOLVED, *SURVEYED, *ARCHIVED],
    ]
    assert await journey.letters() == [*GREETED, *A_ROUND, *A_ROUND, *REMEDY_ASKED, *GOODBYE]


@pytest.mark.covers("response new_round", "response done", "trigger:final_offer_refused")
async def test_three_refusals_lead_to_a_final_decision_which_is_carried_out(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    for _ in range(3):
        await journey.answer(*ROUND)
        await journey.answer(TaskKind.DECISION, decision="reject", text="No.")
    assert (await journey.task(TaskKind.LETTER)).asks["final"] == "yes"
    await journey.answer(TaskKind.LETTER, TaskKind.APPROVAL, TaskKind.REMEDY)
    await finish(journey)
    drafted = ["task.asked", "final_decision.drafted", "task.asked", "approval.given", "letter.approved"]
    final = ["customer.decided", "case.escalated", *drafted, "task.asked", "remedy.executed", *RESOLVED]
    assert await journey.history() == [
        *[*TO_HANDLER, *TO_CUSTOMER, *REFUSED, *TO_CUSTOMER, *REFUSED, *TO_CUSTOMER],
        *[*final, *SURVEYED, *ARCHIVED],
    ]
    (told,) = [letter for letter in await journey.letters() if letter.startswith("case_escalated")]
    assert await journey.letters() == [
        *[*GREETED, *A_ROUND, *A_ROUND, *A_ROUND, told, *LETTER_ASKED],
        *["task_asked robert_ellis", "final_decision customer"],
        *[*REMEDY_ASKED, *GOODBYE],
    ]


@pytest.mark.covers("response done")
async def test_a_silent_customer_is_reminded_and_gets_what_was_offered(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await journey.answer(*ROUND)
    await journey.until(TaskKind.REMEDY)
    assert (hands.at.month, hands.at.day) == (12, 6)  # seven days, and twice three
    await journey.answer(TaskKind.REMEDY)
    await finish(journey)
    silent = [
        "clock.warned",
        "clock.missed",
        "task.reminded",
        "task.reminded",
        "task.expired",
        "task.asked",
        "progress.told",
    ]
    silent += ["remedy.executed"]
    assert await journey.history() == [*TO_HANDLER, *TO_CUSTOMER, *silent, *RESOLVED, *SURVEYED, *ARCHIVED]
    reminders = ["customer_reminder customer"] * 2
    (missed,) = [letter for letter in await journey.letters() if letter.startswith("clock_missed")]
    late = ["clock_warning peter_novak", missed]
    assert await journey.letters() == [*GREETED, *A_ROUND, *late, *reminders, *REMEDY_ASKED, GREETED[-1], *GOODBYE]


@pytest.mark.covers("response done")
@pytest.mark.parametrize("remedy", ["apology", "explanation"])
async def test_a_remedy_of_words_needs_nobody_to_carry_it_out(house: House, hands: Hands, remedy: str) -> None:
    journey = await Journey.begin(house, hands)
    await journey.answer(TaskKind.FINDINGS, remedy=remedy, amount=0)
    await journey.answer(*ROUND[1:], TaskKind.DECISION)
    await finish(journey)
    accepted = ["customer.decided", *RESOLVED]
    assert await journey.history() == [*TO_HANDLER, *TO_CUSTOMER, *accepted, *SURVEYED, *ARCHIVED]


@pytest.mark.covers("callback new_round", "callback done", "trigger:low_score")
async def test_a_dissatisfied_callback_reopens_the_case(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await journey.answer(*ROUND, TaskKind.DECISION, TaskKind.REMEDY)
    await journey.until(TaskKind.SURVEY)
    case = await journey.answer(TaskKind.SURVEY, csat=1, resolved="no", comment="It leaks again.")
    assert (case.round, case.stage) == (2, "investigation")
    assert (await journey.check()).callback_answer is None
    await journey.answer(*ROUND, TaskKind.DECISION, TaskKind.REMEDY)
    await finish(journey)
    again = [*TO_CUSTOMER, *ACCEPTED, "stage.closed", *SURVEYED]  # the clock was met in the first round
    assert await journey.history() == [
        *[*TO_HANDLER, *TO_CUSTOMER, *ACCEPTED, *RESOLVED, *SURVEYED[:-1], "case.escalated", "stage.closed"],
        *[*again, *ARCHIVED],
    ]
    assert await journey.letters() == [
        *[*GREETED, *A_ROUND, *REMEDY_ASKED, "survey customer", "case_escalated zhou_qiang"],
        *[*A_ROUND, *REMEDY_ASKED, *GOODBYE],
    ]


@pytest.mark.covers("callback closed_unsatisfied", "callback new_round")
async def test_closing_unsatisfied_needs_a_managers_approval(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    for _ in range(3):
        await journey.answer(*ROUND, TaskKind.DECISION, TaskKind.REMEDY)
        await journey.until(TaskKind.SURVEY)
        await journey.answer(TaskKind.SURVEY, csat=1, resolved="no")
    task = await journey.task(TaskKind.CLOSURE)
    assert (task.assignee, hands.at.weekday()) == ("robert_ellis", 1)
    assert await journey.due(TaskKind.CLOSURE) == "Wed 2026-12-09 10:30"
    await journey.answer(TaskKind.CLOSURE)
    await journey.ended(Outcome.UNSATISFIED)
    assert (await journey.history())[-5:] == ["task.asked", "closure.approved", "stage.closed", *ARCHIVED]
    assert (await journey.letters())[-2:] == ["task_asked robert_ellis", "closing customer"]
    assert DECISION_SENT[0] in await journey.letters()
