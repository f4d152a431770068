"""A bank of the United Kingdom: DISP 1, each limit lived through on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from complaints.letters import LetterKind
from complaints.words import CUSTOMER, Language, Outcome, TaskKind
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
from tests.journeys.mailbag import read_letter

if TYPE_CHECKING:
    from tests.journeys.houses import Begin

LONDON = "Europe/London"
UK = "uk-fca-disp"
BEFORE_WINTER = at("2026-09-10 10:00", LONDON)
"""Eight weeks later it is winter time."""
BEFORE_CHRISTMAS = at("2026-12-04 15:00", LONDON)
TUESDAY_NIGHT = at("2026-09-08 23:59", LONDON)


@pytest.mark.covers("pack:uk-fca-disp", "archiving done")
async def test_a_decision_one_minute_before_eight_weeks_end_is_in_time_by_the_same_clock_in_winter(
    begin: Begin,
) -> None:
    journey = await begin(UK, BEFORE_WINTER, detail=OVERDRAFT)
    assert await due(journey, "final_response") == "Thu 2026-11-05 10:00"
    await to_letter(journey)
    await minutes_to(journey, "final_response", 1)
    await journey.answer(TaskKind.LETTER)
    assert await met_in_time(journey, "final_response")
    decision = await read_letter(journey, LetterKind.DECISION, CUSTOMER)
    assert "Fenwick & Rowe" in decision
    assert "you may refer your complaint to the Financial Ombudsman Service" in decision
    await to_the_end(journey)
    await journey.ended(Outcome.SATISFIED)
    assert await holding_responses(journey) == []
    archived = await journey.case()
    assert archived.keep_until is not None
    assert (archived.keep_until - journey.hands.at).days >= 3 * 365


@pytest.mark.covers("pack:uk-fca-disp", "archiving done")
async def test_eight_weeks_without_a_decision_bring_a_holding_response_by_itself_and_only_one(begin: Begin) -> None:
    journey = await begin(UK, BEFORE_WINTER, detail=OVERDRAFT)
    await to_letter(journey)
    await minutes_to(journey, "final_response", 1)
    assert await holding_responses(journey) == []
    await minutes_to(journey, "final_response", 0)
    await minutes_to(journey, "final_response", -1)
    assert await holding_responses(journey) == [("final_response", False)]
    assert (await journey.history())[-3:] == ["clock.missed", "holding_response.sent", "clocks.started"]
    assert await due(journey, "after_holding") == "Thu 2026-12-03 10:00"
    await journey.wait(days=3)
    await journey.answer(TaskKind.LETTER)
    final = await clock(journey, "final_response")
    assert (final.missed, final.met, final.late) == (True, True, True)
    assert await met_in_time(journey, "after_holding")
    await to_the_end(journey)
    await journey.ended(Outcome.SATISFIED)
    assert await letters_about(journey, "holding_response") == ["holding_response customer"]


@pytest.mark.covers("pack:uk-fca-disp")
async def test_the_holding_response_says_why_until_when_and_that_the_ombudsman_may_be_asked_now(begin: Begin) -> None:
    journey = await begin(UK, BEFORE_WINTER, detail=OVERDRAFT)
    await minutes_to(journey, "final_response", 0)
    letter = await read_letter(journey, LetterKind.HOLDING_RESPONSE, CUSTOMER)
    assert "we are still finding out what happened" in letter
    assert "by Thu 3 Dec 2026, 10:00" in letter
    assert "You may now refer your complaint to the Financial Ombudsman Service" in letter
    assert "reaches you later" not in letter
    managers = await letters_about(journey, "clock_missed")
    assert len([letter for letter in managers if "customer" not in letter]) == len(managers) > 0
    await journey.check()


@pytest.mark.covers("pack:uk-fca-disp")
async def test_a_holding_response_after_days_of_downtime_is_still_sent_once_and_marked_late(begin: Begin) -> None:
    journey = await begin(UK, BEFORE_WINTER, language=Language.ZH_CN, detail="透支费用被重复扣款，属于乱收费。")
    await minutes_to(journey, "final_response", -3 * 24 * 60)
    await journey.wait(hours=1)
    assert await holding_responses(journey) == [("final_response", True)]
    assert await letters_about(journey, "holding_response") == ["holding_response customer"]
    letter = await read_letter(journey, LetterKind.HOLDING_RESPONSE, CUSTOMER)
    assert "本函亦未能按时送达" in letter
    assert "Financial Ombudsman Service" in letter
    await journey.check()


@pytest.mark.covers("pack:uk-fca-disp", "response done")
async def test_who_accepts_one_minute_before_the_third_business_day_closes_gets_a_summary_resolution(
    begin: Begin,
) -> None:
    journey = await begin(UK, TUESDAY_NIGHT, detail=OVERDRAFT)
    assert await due(journey, "summary_resolution") == "Fri 2026-09-11 17:00"
    await to_letter(journey)
    await journey.answer(TaskKind.LETTER)
    await minutes_to(journey, "summary_resolution", 1)
    await journey.answer(TaskKind.DECISION)
    assert (await journey.history())[-4:-1] == ["customer.decided", "clock.met", "summary_resolution.sent"]
    letter = await read_letter(journey, LetterKind.SUMMARY_RESOLUTION, CUSTOMER)
    assert "consider your complaint resolved" in letter
    assert "you may be able to refer it to the Financial Ombudsman Service" in letter
    await journey.answer(TaskKind.REMEDY)
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(Outcome.SATISFIED)
    assert await letters_about(journey, "summary_resolution", "final_decision", "holding_response") == [
        "summary_resolution customer"
    ]


@pytest.mark.covers("pack:uk-fca-disp")
async def test_who_accepts_one_minute_after_the_third_business_day_has_the_decision_as_final_response(
    begin: Begin,
) -> None:
    journey = await begin(UK, TUESDAY_NIGHT, detail=OVERDRAFT)
    await to_letter(journey)
    await journey.answer(TaskKind.LETTER)
    told = await letters_about(journey, "clock_missed")
    await minutes_to(journey, "summary_resolution", -1)
    assert (await clock(journey, "summary_resolution")).missed
    missed_otherwise = (await clock(journey, "resolve")).missed
    assert len(await letters_about(journey, "clock_missed")) == len(told) + missed_otherwise
    await journey.answer(TaskKind.DECISION)
    assert await letters_about(journey, "summary_resolution") == []
    assert await met_in_time(journey, "final_response")
    await journey.check()


@pytest.mark.covers("pack:uk-fca-disp")
async def test_a_minute_past_midnight_is_another_day_of_receipt_and_easter_does_not_count(begin: Begin) -> None:
    wednesday = await begin(UK, at("2026-09-09 00:00", LONDON), detail=OVERDRAFT)
    assert await due(wednesday, "summary_resolution") == "Mon 2026-09-14 17:00"
    maundy_thursday = await begin(UK, at("2026-04-02 12:00", LONDON), detail=OVERDRAFT, email="bea@example.test")
    assert await due(maundy_thursday, "summary_resolution") == "Thu 2026-04-09 17:00"
    assert (await maundy_thursday.history())[0] == "complaint.received"


@pytest.mark.covers("pack:uk-fca-disp", "classification done")
async def test_a_payment_is_decided_one_minute_before_fifteen_business_days_over_christmas_end(begin: Begin) -> None:
    journey = await begin(UK, BEFORE_CHRISTMAS, detail=VAGUE)
    await journey.answer(TaskKind.CLASSIFICATION, category="other.payments")
    assert "final_response" not in (await journey.case()).clocks
    assert await due(journey, "payment_response") == "Tue 2026-12-29 17:00"
    await to_letter(journey)
    await minutes_to(journey, "payment_response", 1)
    await journey.answer(TaskKind.LETTER)
    assert await met_in_time(journey, "payment_response")
    assert await holding_responses(journey) == []
    await journey.check()


@pytest.mark.covers("pack:uk-fca-disp")
async def test_a_payment_not_decided_after_fifteen_business_days_may_go_to_the_ombudsman(begin: Begin) -> None:
    journey = await begin(UK, BEFORE_CHRISTMAS, detail=VAGUE)
    await journey.answer(TaskKind.CLASSIFICATION, category="other.payments")
    await to_letter(journey)
    await minutes_to(journey, "payment_response", -1)
    assert (await clock(journey, "payment_response")).missed
    assert await holding_responses(journey) == [("payment_response", False)]
    letter = await read_letter(journey, LetterKind.HOLDING_RESPONSE, CUSTOMER)
    assert "our decision is still being put into writing" in letter
    assert "You may now refer your complaint to the Financial Ombudsman Service" in letter
    await journey.check()


@pytest.mark.covers("pack:uk-fca-disp", "intake done")
async def test_the_acknowledgement_says_what_disp_promises(begin: Begin) -> None:
    journey = await begin(UK, BEFORE_WINTER, detail=OVERDRAFT)
    letter = await read_letter(journey, LetterKind.ACKNOWLEDGEMENT, CUSTOMER)
    assert "a written response within 8 weeks" in letter
    assert "within 15 business days" in letter
    assert "within 35 business days" in letter
    await journey.check()
