"""A bank of the United States and one of China: calendar days, each limit lived through on both sides."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from complaints.letters import LetterKind
from complaints.words import CUSTOMER, Outcome, TaskKind
from tests.builders import WANG_FANG
from tests.journeys.houses import (
    COMPLEX,
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
    from tests.journeys.journey import Journey

NEW_YORK, SHANGHAI = "America/New_York", "Asia/Shanghai"
US, CN = "us-cfpb", "cn-bank-insurance"
LATE_IN_OCTOBER = at("2026-10-24 09:30", NEW_YORK)
"""A Saturday; summer time ends on November 1, and day 15 is a Sunday."""
BEFORE_NATIONAL_DAY = at("2026-09-20 23:59", SHANGHAI)
"""Day 15 lies within the holidays of October."""
SIMPLE = "我的年费收费不明，账单上多收了一笔费用。"


async def classified(begin: Begin, detail: str) -> Journey:
    """A Chinese customer's complaint, whose category a person confirms where the rules are not sure."""
    journey = await begin(CN, BEFORE_NATIONAL_DAY, by=WANG_FANG, detail=detail)
    for task in (await journey.case()).open_tasks:
        if task.kind is TaskKind.CLASSIFICATION:
            await journey.answer(task, category="price.unclear_charges", impact=3, urgency=3)
    return journey


@pytest.mark.covers("pack:us-cfpb", "archiving done")
async def test_a_response_one_minute_before_fifteen_days_end_is_in_time_though_summer_time_ended(
    begin: Begin,
) -> None:
    journey = await begin(US, LATE_IN_OCTOBER, detail=OVERDRAFT)
    assert await due(journey, "response") == "Sun 2026-11-08 09:30"
    assert await due(journey, "final_response") == "Wed 2026-12-23 09:30"
    await to_letter(journey)
    await minutes_to(journey, "response", 1)
    await journey.answer(TaskKind.LETTER)
    assert await met_in_time(journey, "response")
    assert await met_in_time(journey, "final_response")
    assert "Consumer Financial Protection Bureau" in await read_letter(journey, LetterKind.DECISION, CUSTOMER)
    await to_the_end(journey)
    await journey.ended(Outcome.SATISFIED)
    assert await holding_responses(journey) == []


@pytest.mark.covers("pack:us-cfpb")
async def test_after_fifteen_days_the_customer_hears_that_it_is_in_progress_and_has_the_answer_within_sixty(
    begin: Begin,
) -> None:
    journey = await begin(US, LATE_IN_OCTOBER, detail=OVERDRAFT)
    await to_letter(journey)
    await minutes_to(journey, "response", -1)
    assert (await clock(journey, "response")).missed
    assert await holding_responses(journey) == [("response", False)]
    letter = await read_letter(journey, LetterKind.HOLDING_RESPONSE, CUSTOMER)
    assert "Your complaint is in progress" in letter
    assert "by Wed 23 Dec 2026, 09:30" in letter
    await minutes_to(journey, "final_response", 1)
    await journey.answer(TaskKind.LETTER)
    assert await met_in_time(journey, "final_response")
    assert await letters_about(journey, "holding_response") == ["holding_response customer"]
    await journey.check()


@pytest.mark.covers("pack:us-cfpb")
async def test_sixty_days_without_an_answer_are_missed_and_a_manager_is_told(begin: Begin) -> None:
    journey = await begin(US, LATE_IN_OCTOBER, detail=OVERDRAFT)
    await minutes_to(journey, "final_response", 1)
    before = await letters_about(journey, "clock_missed")
    assert not (await clock(journey, "final_response")).missed
    await minutes_to(journey, "final_response", -1)
    assert (await clock(journey, "final_response")).missed
    assert len(await letters_about(journey, "clock_missed")) == len(before) + 1
    # One that came after days in which nothing ran would be late; this one came on day 15.
    assert [name for name, _ in await holding_responses(journey)] == ["response"]
    await journey.check()


@pytest.mark.covers("pack:cn-bank-insurance", "archiving done")
async def test_a_simple_complaint_is_decided_one_minute_before_fifteen_days_end_in_the_holidays(
    begin: Begin,
) -> None:
    journey = await classified(begin, SIMPLE)
    assert "decision_complex" not in (await journey.case()).clocks
    assert await due(journey, "decision_simple") == "Mon 2026-10-05 23:59"
    await to_letter(journey)
    await minutes_to(journey, "decision_simple", 1)
    await journey.answer(TaskKind.LETTER)
    assert await met_in_time(journey, "decision_simple")
    assert "12378" in await read_letter(journey, LetterKind.DECISION, CUSTOMER)
    await to_the_end(journey)
    await journey.ended(Outcome.SATISFIED)


@pytest.mark.covers("pack:cn-bank-insurance")
async def test_a_simple_complaint_not_decided_after_fifteen_days_is_missed_and_a_manager_is_told(begin: Begin) -> None:
    journey = await classified(begin, SIMPLE)
    await to_letter(journey)
    await minutes_to(journey, "decision_simple", 1)
    before = await letters_about(journey, "clock_missed")
    await minutes_to(journey, "decision_simple", -1)
    assert (await clock(journey, "decision_simple")).missed
    assert len(await letters_about(journey, "clock_missed")) == len(before) + 1
    assert await letters_about(journey, "holding_response") == []
    await journey.check()


@pytest.mark.covers("pack:cn-bank-insurance")
async def test_a_complex_complaint_has_thirty_days_to_the_minute(begin: Begin) -> None:
    journey = await classified(begin, COMPLEX)
    assert "decision_simple" not in (await journey.case()).clocks
    running = (await clock(journey, "decision_complex")).clock
    assert running.due_at - running.started_at == timedelta(days=30)
    await to_letter(journey)
    await minutes_to(journey, "decision_complex", 1)
    assert not (await clock(journey, "decision_complex")).missed
    await journey.answer(TaskKind.LETTER)
    assert await met_in_time(journey, "decision_complex")
    await journey.check()


@pytest.mark.covers("pack:cn-bank-insurance")
async def test_a_complex_complaint_not_decided_after_thirty_days_is_missed(begin: Begin) -> None:
    journey = await classified(begin, COMPLEX)
    await minutes_to(journey, "decision_complex", -1)
    assert (await clock(journey, "decision_complex")).missed
    await journey.check()


@pytest.mark.covers("pack:cn-bank-insurance", "classification done")
async def test_a_minute_past_midnight_a_day_more_is_counted_in_days_not_in_the_houses_hours(begin: Begin) -> None:
    journey = await begin(CN, at("2026-09-21 00:00", SHANGHAI), detail=VAGUE)
    await journey.answer(TaskKind.CLASSIFICATION, category="price.discount", impact=1, urgency=1)
    assert await due(journey, "decision_simple") == "Tue 2026-10-06 00:00"
    await journey.check()
