"""Whole complaints in negotiation: counter-offers, final decisions, and remedies carried out in time or late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from complaints.letters import LetterKind
from complaints.words import Outcome, Stage, TaskKind
from tests.builders import WANG_FANG
from tests.journeys.journey import Journey
from tests.journeys.mailbag import read_letter
from tests.journeys.packs import house_under  # noqa: F401  a fixture

if TYPE_CHECKING:
    from adapters.house import House
    from complaints.case import Case
    from tests.builders import Hands
    from tests.journeys.packs import HouseUnder

REVIEW = (TaskKind.FINDINGS, TaskKind.OPINION, TaskKind.OPINION, TaskKind.APPROVAL)
ROUND = (*REVIEW, TaskKind.LETTER)
FIRE = "The defective kettle caught fire and I was injured. This is an emergency."

ENGLISH_PACK = """
[response.letters.decision]
opening = { en = "We write under our written complaint procedure.", zh = "我们依据投诉处理程序书面答复如下。" }
closing = { en = "Yours faithfully", zh = "此致敬礼" }
legal = [{ en = "Paragraph 7 of our terms applies.", zh = "适用服务条款第七条。" }]

[response.letters.final_decision]
legal = [{ en = "This is our final response.", zh = "本函为最终答复。" }]
"""


async def surveyed(journey: Journey, **fields: object) -> Case:
    """The customer answers the survey."""
    await journey.until(TaskKind.SURVEY)
    return await journey.answer(TaskKind.SURVEY, **fields)


async def refused_to_the_end(journey: Journey) -> None:
    """The customer refuses every offer."""
    for _ in range(3):
        await journey.answer(*ROUND)
        await journey.answer(TaskKind.DECISION, decision="reject", text="No.")


@pytest.mark.covers("response new_round", "response done")
async def test_two_counter_offers_and_the_third_offer_is_accepted(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    for wish in ("And the table?", "And my time?"):
        await journey.answer(*ROUND)
        assert await journey.state() == "Awaiting response"
        await journey.answer(TaskKind.DECISION, decision="counter", text=wish)
        assert await journey.state() == "Awaiting investigation"
    await journey.answer(TaskKind.FINDINGS, amount=399, remedy_2="goodwill", amount_2=100)
    await journey.answer(*ROUND[1:], TaskKind.DECISION)
    assert (await journey.task(TaskKind.REMEDY)).asks == {"remedies": "refund:399 goodwill:100"}
    await journey.answer(TaskKind.REMEDY)
    await surveyed(journey)
    await journey.ended(Outcome.SATISFIED)
    assert [one for one in await journey.exits() if "new_round" in one] == ["response new_round"] * 2
    assert (await journey.letters()).count("decision customer") == 3


@pytest.mark.covers("response done", "callback done")
async def test_a_final_decision_is_approved_before_it_leaves_and_the_customer_lets_it_stand(
    house: House, hands: Hands
) -> None:
    journey = await Journey.begin(house, hands)
    await refused_to_the_end(journey)
    await journey.answer(TaskKind.LETTER, reason="The law gives no more.")
    assert "final_decision customer" not in await journey.letters()
    approval = await journey.task(TaskKind.APPROVAL)
    assert (approval.assignee, approval.stage) == ("robert_ellis", Stage.RESPONSE)
    await journey.answer(TaskKind.APPROVAL)
    mail = await read_letter(journey, LetterKind.FINAL_DECISION, "customer")
    assert "call 12315" in mail
    assert "The law gives no more." not in mail
    await journey.answer(TaskKind.REMEDY)
    await surveyed(journey)
    await journey.ended(Outcome.SATISFIED)
    assert "task_asked robert_ellis" in await journey.letters()


@pytest.mark.covers("callback closed_unsatisfied")
async def test_a_final_decision_that_still_does_not_satisfy_was_approved_and_closes_the_case(
    house: House, hands: Hands
) -> None:
    journey = await Journey.begin(house, hands)
    await refused_to_the_end(journey)
    await journey.answer(TaskKind.LETTER, TaskKind.APPROVAL, TaskKind.REMEDY)
    await surveyed(journey, csat=1, resolved="no")
    await journey.ended(Outcome.UNSATISFIED)
    asked = [task.kind for task in (await journey.case()).tasks.values()]
    assert TaskKind.CLOSURE not in asked


@pytest.mark.covers("response done")
async def test_a_final_decision_is_sent_back_and_written_better(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await refused_to_the_end(journey)
    await journey.answer(TaskKind.LETTER)
    await journey.answer(TaskKind.APPROVAL, decision="send_back", reason="Name the test report.")
    mail = await read_letter(journey, LetterKind.TASK_ASKED, "peter_novak")
    assert "Name the test report." in mail
    await journey.answer(TaskKind.LETTER, letter="Test report 17 shows it.")
    await journey.answer(TaskKind.APPROVAL)
    assert "Test report 17 shows it." in await read_letter(journey, LetterKind.FINAL_DECISION, "customer")
    await journey.answer(TaskKind.REMEDY)
    await surveyed(journey)
    await journey.ended(Outcome.SATISFIED)


@pytest.mark.covers("response done", "trigger:deadline_passed")
async def test_a_remedy_comes_late_and_only_with_its_proof(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await journey.answer(*ROUND, TaskKind.DECISION)
    assert await journey.due(TaskKind.REMEDY) == "Tue 2026-11-24 18:00"
    await journey.wait(days=2)
    task = await journey.task(TaskKind.REMEDY)
    assert task.level > 0
    assert await journey.state() == "Awaiting response"
    await journey.answer(TaskKind.REMEDY, proof="Transfer 4711 of this morning.")
    await surveyed(journey)
    await journey.ended(Outcome.SATISFIED)


@pytest.mark.covers("response done")
async def test_an_urgent_remedy_is_carried_out_before_the_customer_has_answered(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands, detail=FIRE)
    await journey.answer(TaskKind.SCREENING)
    await journey.answer(TaskKind.CLASSIFICATION, category="product.quality", impact=5, urgency=5)
    await journey.answer(TaskKind.FINDINGS)
    while (await journey.case()).stage is Stage.REVIEW:
        await journey.answer((await journey.case()).open_tasks[0])
    case = await journey.check()
    assert (case.level, [task.kind for task in case.open_tasks]) == ("5", [TaskKind.LETTER, TaskKind.REMEDY])
    assert await journey.due(TaskKind.REMEDY) == "Mon 2026-11-23 14:00"
    await journey.answer(TaskKind.REMEDY, TaskKind.LETTER, TaskKind.DECISION)
    history = await journey.history()
    assert history.index("remedy.executed") < history.index("letter.approved") < history.index("customer.decided")
    await surveyed(journey)
    await journey.ended(Outcome.SATISFIED)


@pytest.mark.covers("response done")
async def test_a_pack_brings_its_own_words_into_both_letters_in_both_languages(
    house_under: HouseUnder,  # noqa: F811  the fixture
    hands: Hands,
) -> None:
    house = await house_under(ENGLISH_PACK)
    journey = await Journey.begin(house, hands)
    await journey.answer(*ROUND)
    assert "Paragraph 7 of our terms applies." in await read_letter(journey, LetterKind.DECISION, "customer")
    chinese = await Journey.begin(house, hands, WANG_FANG)
    await chinese.answer(*ROUND)
    assert "适用服务条款第七条。" in await read_letter(chinese, LetterKind.DECISION, "customer")
    for nth in (1, 2, 3):
        await journey.answer(TaskKind.DECISION, decision="reject", text="No.")
        await journey.answer(*(ROUND if nth < 3 else (TaskKind.LETTER, TaskKind.APPROVAL)))
    final = await read_letter(journey, LetterKind.FINAL_DECISION, "customer")
    assert "This is our final response." in final
    assert "Paragraph 7" not in final
    await journey.answer(TaskKind.REMEDY)
    await surveyed(journey)
    await journey.ended(Outcome.SATISFIED)
