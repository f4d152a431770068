"""Whole complaints after the answer: called back or not, reopened, closed with reasons, and those that come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.cipher import stationery
from complaints import coming_back
from complaints.chain import Signature
from complaints.errors import CaseClosed, CaseStillOpen
from complaints.letters import LetterKind
from complaints.words import CUSTOMER, Outcome, Stage, TaskKind
from tests.builders import ANN
from tests.journeys.journey import Journey
from tests.journeys.mailbag import read_letter
from tests.journeys.packs import house_under  # noqa: F401  a fixture

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands
    from tests.journeys.packs import HouseUnder

REVIEW = (TaskKind.FINDINGS, TaskKind.OPINION, TaskKind.OPINION, TaskKind.APPROVAL)
ROUND = (*REVIEW, TaskKind.LETTER, TaskKind.DECISION, TaskKind.REMEDY)
LOW = {"csat": 1, "resolved": "no"}
IN_VAIN = {"reached": "no", "csat": None, "resolved": None}


async def answered(house: House, hands: Hands) -> Journey:
    """A case whose remedy was carried out."""
    journey = await Journey.begin(house, hands)
    await journey.answer(*ROUND)
    return journey


async def closed(house: House, hands: Hands) -> Journey:
    """A case that ended well, as it seemed."""
    journey = await answered(house, hands)
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(Outcome.SATISFIED)
    return journey


async def come_back(journey: Journey, text: str) -> Journey:
    """The customer opens a new case on the page of her closed one, past the portal."""
    house = journey.house
    briefing = await house.casebook.brief(journey.case_no)
    signature = Signature(actor=CUSTOMER, origin="test", policy=briefing.policy.version)
    record = coming_back.begin_anew(briefing, text=text)
    registered = await house.casebook.register(record, signature=signature, stationery=stationery())
    return Journey(house, journey.hands, registered.case_no)


async def tell(journey: Journey, text: str) -> None:
    """The customer says on her page that she is not satisfied, past the portal."""
    briefing = await journey.house.casebook.brief(journey.case_no)
    verdict = coming_back.tell(briefing, text=text, evidence=(), stationery=stationery())
    signature = Signature(actor=CUSTOMER, origin="test", policy=briefing.policy.version)
    await journey.house.casebook.record(briefing, verdict, signature=signature, wake=True)
    await journey.check()


@pytest.mark.covers("callback done", "archiving done")
async def test_who_is_not_sampled_is_not_asked_and_the_reason_stands_in_the_history(
    house_under: HouseUnder,  # noqa: F811  the fixture
    hands: Hands,
) -> None:
    journey = await answered(await house_under("[callback.sampling]\n2 = 0.0\n"), hands)
    await journey.ended(Outcome.SATISFIED)
    assert "survey customer" not in await journey.letters()
    assert (await journey.history())[-4:] == ["callback.scheduled", "stage.closed", "case.archived", "stage.closed"]


@pytest.mark.covers("callback unreachable")
async def test_calls_in_vain_are_spread_over_days(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands, email="")
    await journey.answer(*REVIEW, TaskKind.LETTER, TaskKind.DECISION, TaskKind.REMEDY)
    days = []
    for _ in range(3):
        await journey.until(TaskKind.PHONE_CALLBACK)
        days.append(f"{hands.at:%a %d}")
        assert await journey.state() == "Awaiting callback"
        await journey.answer(TaskKind.PHONE_CALLBACK, **IN_VAIN)
    assert len(set(days)) == 3
    await journey.ended(Outcome.UNREACHABLE)
    assert (await journey.case()).phone_attempts == 3


@pytest.mark.covers("callback done")
async def test_a_silent_customer_is_reminded_then_phoned_and_content(house: House, hands: Hands) -> None:
    journey = await answered(house, hands)
    await journey.until(TaskKind.PHONE_CALLBACK)
    assert (await journey.letters()).count("customer_reminder customer") == 2
    await journey.answer(TaskKind.PHONE_CALLBACK, **IN_VAIN)
    assert not (await journey.check()).open_tasks
    await journey.until(TaskKind.PHONE_CALLBACK)
    await journey.answer(TaskKind.PHONE_CALLBACK)
    await journey.ended(Outcome.SATISFIED)


@pytest.mark.covers("callback new_round")
async def test_a_customer_who_says_so_before_she_is_asked_reopens_her_case(house: House, hands: Hands) -> None:
    journey = await answered(house, hands)
    await journey.wait(days=1)
    await tell(journey, "It leaks again.")
    case = await journey.check()
    assert (case.stage, case.round, case.dissatisfied) == (Stage.INVESTIGATION, 2, None)
    with pytest.raises(CaseClosed):
        await tell(journey, "And again.")
    await journey.answer(*ROUND)
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(Outcome.SATISFIED)


@pytest.mark.covers("callback closed_unsatisfied", "trigger:low_score")
async def test_where_low_scores_escalate_a_manager_closes_the_case_with_her_reasons(
    house_under: HouseUnder,  # noqa: F811  the fixture
    hands: Hands,
) -> None:
    journey = await answered(await house_under('[callback]\non_low_score = "escalate"\n'), hands)
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY, **LOW)
    case = await journey.check()
    assert (case.round, [task.kind for task in case.open_tasks]) == (1, [TaskKind.CLOSURE])
    assert (await journey.task(TaskKind.CLOSURE)).assignee in {"robert_ellis", "tang_rui"}
    await journey.answer(TaskKind.CLOSURE, decision="close", reason="The law gives no more.")
    await journey.ended(Outcome.UNSATISFIED)
    assert (await journey.history())[-4:] == ["closure.approved", "stage.closed", "case.archived", "stage.closed"]
    assert "call 12315" in await read_letter(journey, LetterKind.CLOSING, "customer")


@pytest.mark.covers("callback new_round", "callback done")
async def test_the_manager_orders_another_round_instead(
    house_under: HouseUnder,  # noqa: F811  the fixture
    hands: Hands,
) -> None:
    journey = await answered(await house_under('[callback]\non_low_score = "escalate"\n'), hands)
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY, **LOW)
    await journey.answer(TaskKind.CLOSURE, decision="another_round", reason="We owe her a second look.")
    assert (await journey.check()).round == 2
    await journey.answer(*ROUND)
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(Outcome.SATISFIED)


@pytest.mark.covers("callback closed_unsatisfied")
async def test_an_answer_after_the_reopen_window_is_for_a_manager_to_decide(
    house_under: HouseUnder,  # noqa: F811  the fixture
    hands: Hands,
) -> None:
    journey = await answered(await house_under('[callback]\nreopen_within = "5 d"\n'), hands)
    await journey.until(TaskKind.SURVEY)
    await journey.wait(hours=1)
    await journey.answer(TaskKind.SURVEY, **LOW)
    assert (await journey.check()).round == 1
    await journey.answer(TaskKind.CLOSURE)
    await journey.ended(Outcome.UNSATISFIED)


@pytest.mark.covers("archiving done", "callback done")
async def test_who_comes_back_after_the_archive_begins_a_case_that_follows_the_sealed_one(
    house: House, hands: Hands
) -> None:
    old = await closed(house, hands)
    sealed = await old.history()
    await old.wait(days=40)
    new = await come_back(old, ANN.detail)
    case = await new.check()
    assert case.linked("follows") == (old.case_no,)
    assert (case.screening.doubts, case.screening.flags["follow_up"]) == ((), (old.case_no,))  # type: ignore[union-attr]
    assert case.classification is not None
    assert case.classification.inputs["urgency"] == 3
    record = (await house.casebook.brief(new.case_no)).record
    assert (record.name, record.email, record.item, record.order_no) == (
        *("Ann Lee", "ann.lee@example.test"),
        *("Kettle K2", "N-1001"),
    )
    assert f"Follows the closed case: {old.case_no}" in await read_letter(new, LetterKind.TASK_ASKED, "peter_novak")
    assert await old.history() == [*sealed, "case.linked"]
    assert (await old.check()).linked("followed_by") == (new.case_no,)
    await new.answer(*ROUND)
    await new.until(TaskKind.SURVEY)
    await new.answer(TaskKind.SURVEY)
    await new.ended(Outcome.SATISFIED)


@pytest.mark.covers("response done")
async def test_while_a_case_is_open_nothing_begins_anew(house: House, hands: Hands) -> None:
    journey = await answered(house, hands)
    with pytest.raises(CaseStillOpen):
        await come_back(journey, "Again.")
    assert (await journey.check()).links == ()


@pytest.mark.covers("intake duplicate")
async def test_a_duplicate_of_a_sealed_case_is_linked_and_the_seal_holds(house: House, hands: Hands) -> None:
    original = await closed(house, hands)
    copy = await Journey.begin(house, hands)
    await copy.answer(TaskKind.SCREENING, decision="duplicate", original=original.case_no, reason="The same.")
    await copy.ended(Outcome.DUPLICATE)
    assert (await original.check()).linked("repeated_by") == (copy.case_no,)
    await original.ended(Outcome.SATISFIED)
    assert original.case_no in await read_letter(copy, LetterKind.DUPLICATE_NOTICE, "customer")
