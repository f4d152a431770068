"""Houses in Australia and the European Union, and one that follows a standard: each limit on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.policies import load_policy, policy_path
from complaints.letters import LetterKind
from complaints.words import CUSTOMER, Outcome, TaskKind
from tests.builders import Hands, carry_on
from tests.journeys.houses import (
    OVERDRAFT,
    VAGUE,
    at,
    clock,
    due,
    holding_responses,
    letters_about,
    met_in_time,
    minutes_to,
    to_letter,
    to_the_end,
)
from tests.journeys.journey import GREETED, TO_HANDLER
from tests.journeys.mailbag import read_letter

if TYPE_CHECKING:
    from tests.journeys.houses import Begin, Register

SYDNEY, DUBLIN, BERLIN = "Australia/Sydney", "Europe/Dublin", "Europe/Berlin"
AU, EU, ISO = "au-rg271", "eu-psd2", "iso-10002"
BEFORE_SUMMER = at("2026-09-19 11:00", SYDNEY)
"""A Saturday; daylight saving begins on October 4, and Labour Day is the fifth."""
BEFORE_OCTOBER_HOLIDAY = at("2026-10-12 16:59", DUBLIN)


@pytest.mark.covers("pack:au-rg271", "archiving done")
async def test_an_idr_response_one_minute_before_thirty_days_end_is_in_time_by_the_same_clock_in_summer(
    begin: Begin,
) -> None:
    journey = await begin(AU, BEFORE_SUMMER, detail=OVERDRAFT)
    assert await due(journey, "idr_response") == "Mon 2026-10-19 11:00"
    await to_letter(journey)
    await minutes_to(journey, "idr_response", 1)
    await journey.answer(TaskKind.LETTER)
    assert await met_in_time(journey, "idr_response")
    assert "Australian Financial Complaints Authority" in await read_letter(journey, LetterKind.DECISION, CUSTOMER)
    await to_the_end(journey)
    await journey.ended(Outcome.SATISFIED)
    assert await holding_responses(journey) == []


@pytest.mark.covers("pack:au-rg271")
async def test_thirty_days_without_an_idr_response_bring_a_delay_notification_with_the_way_to_afca(
    begin: Begin,
) -> None:
    journey = await begin(AU, BEFORE_SUMMER, detail=OVERDRAFT)
    await to_letter(journey)
    await minutes_to(journey, "idr_response", 1)
    assert await holding_responses(journey) == []
    await minutes_to(journey, "idr_response", -1)
    assert await holding_responses(journey) == [("idr_response", False)]
    letter = await read_letter(journey, LetterKind.HOLDING_RESPONSE, CUSTOMER)
    assert "our decision is still being put into writing" in letter
    assert "Australian Financial Complaints Authority (AFCA) now" in letter
    assert await due(journey, "after_delay") == "Mon 2026-11-02 11:01"
    await journey.check()


@pytest.mark.covers("pack:au-rg271", "classification done")
async def test_superannuation_has_forty_five_days_and_is_answered_one_minute_before_they_end(begin: Begin) -> None:
    journey = await begin(AU, BEFORE_SUMMER, detail=VAGUE)
    await journey.answer(TaskKind.CLASSIFICATION, category="other.superannuation")
    assert "idr_response" not in (await journey.case()).clocks
    assert await due(journey, "idr_response_superannuation") == "Tue 2026-11-03 11:00"
    await to_letter(journey)
    await minutes_to(journey, "idr_response_superannuation", 1)
    await journey.answer(TaskKind.LETTER)
    assert await met_in_time(journey, "idr_response_superannuation")
    await journey.check()


@pytest.mark.covers("pack:au-rg271")
async def test_superannuation_not_answered_after_forty_five_days_is_told_of_the_delay(begin: Begin) -> None:
    journey = await begin(AU, BEFORE_SUMMER, detail=VAGUE)
    await journey.answer(TaskKind.CLASSIFICATION, category="other.superannuation")
    await minutes_to(journey, "idr_response_superannuation", -1)
    assert (await clock(journey, "idr_response_superannuation")).missed
    assert await holding_responses(journey) == [("idr_response_superannuation", False)]
    await journey.check()


@pytest.mark.covers("pack:au-rg271", "intake done")
@pytest.mark.parametrize(("minutes", "in_time"), [(24 * 60 - 1, True), (24 * 60 + 1, False)])
async def test_an_acknowledgement_is_in_time_within_twenty_four_hours_of_receipt(
    register: Register, hands: Hands, minutes: int, *, in_time: bool
) -> None:
    """The house was closed down meanwhile: it acknowledges as soon as it runs again."""
    journey = await register(AU, BEFORE_SUMMER)
    hands.move(minutes=minutes)
    case = await carry_on(journey.house, journey.case_no)
    assert case.acknowledged
    assert await met_in_time(journey, "acknowledge") is in_time
    assert (await letters_about(journey, "acknowledgement")) == ["acknowledgement customer"]
    assert (await clock(journey, "acknowledge")).missed is not in_time
    await journey.check()


@pytest.mark.covers("pack:eu-psd2", "archiving done")
async def test_a_payment_institution_replies_one_minute_before_fifteen_business_days_end(begin: Begin) -> None:
    journey = await begin(EU, BEFORE_OCTOBER_HOLIDAY, detail=OVERDRAFT)
    assert await due(journey, "reply") == "Tue 2026-11-03 17:00"
    await to_letter(journey)
    await minutes_to(journey, "reply", 1)
    await journey.answer(TaskKind.LETTER)
    assert await met_in_time(journey, "reply")
    await to_the_end(journey)
    await journey.ended(Outcome.SATISFIED)


@pytest.mark.covers("pack:eu-psd2")
async def test_fifteen_business_days_without_a_reply_are_missed_and_the_customer_is_told_why(begin: Begin) -> None:
    journey = await begin(EU, BEFORE_OCTOBER_HOLIDAY, detail=OVERDRAFT)
    await minutes_to(journey, "reply", -1)
    assert (await clock(journey, "reply")).missed
    letter = await read_letter(journey, LetterKind.HOLDING_RESPONSE, CUSTOMER)
    assert "We send you our decision as soon as it is made" in letter
    assert "Financial Services and Pensions Ombudsman" in letter
    await journey.check()


@pytest.mark.covers("pack:eu-psd2")
async def test_a_minute_after_closing_is_still_the_same_day_of_receipt_and_past_midnight_is_the_next(
    begin: Begin,
) -> None:
    evening = await begin(EU, at("2026-10-12 23:59", DUBLIN), detail=OVERDRAFT)
    assert await due(evening, "reply") == "Tue 2026-11-03 17:00"
    night = await begin(EU, at("2026-10-13 00:00", DUBLIN), detail=OVERDRAFT, email="bea@example.test")
    assert await due(night, "reply") == "Wed 2026-11-04 17:00"
    await night.check()


@pytest.mark.covers("pack:iso-10002", "archiving done")
async def test_a_standard_without_limits_acknowledges_at_once_lets_everybody_follow_and_answers(begin: Begin) -> None:
    journey = await begin(ISO, at("2026-11-23 09:00", BERLIN))
    assert await journey.letters() == [*GREETED, *(await letters_about(journey, "task_asked"))]
    assert (await journey.history())[: len(TO_HANDLER)] == TO_HANDLER
    assert await met_in_time(journey, "acknowledge")
    letter = await read_letter(journey, LetterKind.ACKNOWLEDGEMENT, CUSTOMER)
    assert "You can follow your complaint at any time" in letter
    assert "https://portal.test/track" in letter
    await to_letter(journey)
    await journey.answer(TaskKind.LETTER)
    assert "another person looks at your case" in await read_letter(journey, LetterKind.DECISION, CUSTOMER)
    await to_the_end(journey)
    await journey.ended(Outcome.SATISFIED)
    assert journey.states[-1] == "Completed"


@pytest.mark.covers("pack:iso-10002")
async def test_a_house_that_follows_a_standard_is_bound_by_its_own_promises_alone(begin: Begin) -> None:
    assert [name for name, rule in load_policy(policy_path(ISO)).clocks.items() if rule.kind == "regulatory"] == []
    journey = await begin(ISO, at("2026-11-23 09:00", BERLIN))
    await minutes_to(journey, "resolve", -1)
    assert (await clock(journey, "resolve")).missed
    assert await letters_about(journey, "holding_response") == []
    await journey.check()
