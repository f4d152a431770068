"""Rules that give more time by exception: with a reason, by other eyes, and with a notice to the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from complaints.letters import LetterKind
from complaints.words import CUSTOMER, ActKind, Role, TaskKind
from tests.builders import WANG_FANG
from tests.journeys.houses import (
    COMPLEX,
    VAGUE,
    at,
    clock,
    due,
    holding_responses,
    letters_about,
    met_in_time,
    minutes_to,
    to_letter,
)
from tests.journeys.mailbag import read_letter

if TYPE_CHECKING:
    from tests.journeys.houses import Begin
    from tests.journeys.journey import Journey

LONDON, SHANGHAI, DUBLIN = "Europe/London", "Asia/Shanghai", "Europe/Dublin"


async def british_payment(begin: Begin) -> Journey:
    """A complaint about a payment, received before Christmas, whose letter alone is missing."""
    journey = await begin("uk-fca-disp", at("2026-12-04 15:00", LONDON), detail=VAGUE)
    await journey.answer(TaskKind.CLASSIFICATION, category="other.payments")
    await to_letter(journey)
    return journey


async def chinese_complex(begin: Begin) -> Journey:
    """A complex complaint to a Chinese bank, whose letter alone is missing."""
    journey = await begin("cn-bank-insurance", at("2026-09-20 23:59", SHANGHAI), by=WANG_FANG, detail=COMPLEX)
    for task in (await journey.case()).open_tasks:
        if task.kind is TaskKind.CLASSIFICATION:
            await journey.answer(task, category="price.unclear_charges", impact=3, urgency=3)
    await to_letter(journey)
    return journey


async def extend(journey: Journey, name: str, reason: str) -> Role:
    """The handler asks for more time and gets it; returns a role that the approver holds."""
    await journey.do(ActKind.EXTEND, TaskKind.LETTER, clock=name, reason=reason, note="We wait for an answer.")
    approval = await journey.task(TaskKind.EXTENSION)
    policy = (await journey.house.casebook.brief(journey.case_no)).policy
    rule = policy.clocks[name].extension
    assert rule is not None
    assert rule.approver in policy.staff[approval.assignee].roles
    await journey.answer(TaskKind.EXTENSION)
    return rule.approver


@pytest.mark.covers("pack:uk-fca-disp")
async def test_a_payment_exceptionally_has_thirty_five_business_days_and_the_customer_is_told_why(
    begin: Begin,
) -> None:
    journey = await british_payment(begin)
    await minutes_to(journey, "payment_response", 3 * 24 * 60)
    assert await extend(journey, "payment_response", "other_provider") is Role.COMPLAINTS_MANAGER
    # Neither Christmas nor Boxing Day, observed on a Monday, nor New Year's Day counts.
    assert await due(journey, "payment_response") == "Wed 2027-01-27 17:00"
    notice = await read_letter(journey, LetterKind.EXTENSION_NOTICE, CUSTOMER)
    assert "another payment service provider" in notice
    assert "Wed 27 Jan 2027, 17:00" in notice
    assert "Financial Ombudsman Service" in notice
    await minutes_to(journey, "payment_response", 1)
    assert await holding_responses(journey) == []
    await journey.answer(TaskKind.LETTER)
    assert await met_in_time(journey, "payment_response")
    await journey.check()


@pytest.mark.covers("pack:uk-fca-disp")
async def test_after_thirty_five_business_days_no_more_time_is_given_and_the_ombudsman_may_be_asked(
    begin: Begin,
) -> None:
    journey = await british_payment(begin)
    await minutes_to(journey, "payment_response", 3 * 24 * 60)
    await extend(journey, "payment_response", "authority")
    await minutes_to(journey, "payment_response", -1)
    assert (await clock(journey, "payment_response")).missed
    assert await holding_responses(journey) == [("payment_response", False)]
    assert await letters_about(journey, "holding_response") == ["holding_response customer"]
    await journey.check()


@pytest.mark.covers("pack:cn-bank-insurance")
async def test_senior_management_gives_a_complex_complaint_thirty_days_more_with_notice(begin: Begin) -> None:
    journey = await chinese_complex(begin)
    await minutes_to(journey, "decision_complex", 5 * 24 * 60)
    assert await extend(journey, "decision_complex", "especially_complex") is Role.EXECUTIVE
    assert await due(journey, "decision_complex") == "Thu 2026-11-19 23:59"
    notice = await read_letter(journey, LetterKind.EXTENSION_NOTICE, CUSTOMER)
    assert "情况特别复杂" in notice
    await minutes_to(journey, "decision_complex", 1)
    await journey.answer(TaskKind.LETTER)
    assert await met_in_time(journey, "decision_complex")
    await journey.check()


@pytest.mark.covers("pack:cn-bank-insurance")
async def test_sixty_days_after_an_extension_are_missed_by_a_minute(begin: Begin) -> None:
    journey = await chinese_complex(begin)
    await minutes_to(journey, "decision_complex", 5 * 24 * 60)
    await extend(journey, "decision_complex", "special")
    await minutes_to(journey, "decision_complex", -1)
    assert (await clock(journey, "decision_complex")).missed
    await journey.check()


@pytest.mark.covers("pack:eu-psd2")
async def test_a_payment_institution_exceptionally_replies_within_thirty_five_business_days(begin: Begin) -> None:
    journey = await begin("eu-psd2", at("2026-10-12 16:59", DUBLIN))
    await to_letter(journey)
    await minutes_to(journey, "reply", 2 * 24 * 60)
    await extend(journey, "reply", "authority")
    assert await due(journey, "reply") == "Tue 2026-12-01 17:00"
    await minutes_to(journey, "reply", 1)
    await journey.answer(TaskKind.LETTER)
    assert await met_in_time(journey, "reply")
    assert await holding_responses(journey) == []
    await journey.check()
