"""Whole complaints of which only the handler sees that they were made before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from complaints.errors import AnswerWrong
from complaints.words import ActKind, Outcome, TaskKind
from tests.builders import ANN
from tests.journeys.journey import Journey

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands

IN_OTHER_WORDS = (
    "Since Monday there is a puddle under it every morning. This is a manufacturing defect, please refund me."
)


@pytest.mark.covers("investigation duplicate", "archiving done")
async def test_a_handler_finds_that_the_customer_complained_before_in_other_words(
    either_house: House, hands: Hands
) -> None:
    first = await Journey.begin(either_house, hands)
    await first.task(TaskKind.FINDINGS)
    hands.move(hours=2)
    again = await Journey.begin(either_house, hands, detail=IN_OTHER_WORDS)
    task = await again.task(TaskKind.FINDINGS)
    await again.do(ActKind.DUPLICATE, task, original=first.case_no, reason="The same order number.")
    await again.ended(Outcome.DUPLICATE)
    assert (await again.exits())[-2:] == ["investigation duplicate", "archiving done"]
    assert (await again.letters())[-1] == "duplicate_notice customer"
    assert "closing customer" not in await again.letters()
    assert (await again.history())[-5:] == [
        *["duplicate.found", "case.linked", "stage.closed", "case.archived", "stage.closed"],
    ]
    case = await first.check()
    assert (case.linked("repeated_by"), case.contacts, case.is_open) == ((again.case_no,), 1, True)
    assert (await again.case()).linked("repeats") == (first.case_no,)


@pytest.mark.covers("investigation duplicate")
async def test_of_two_in_one_household_the_second_goes_on_with_the_first_once_the_handler_says_so(
    house: House, hands: Hands
) -> None:
    first = await Journey.begin(house, hands)
    await first.task(TaskKind.FINDINGS)
    husband = replace(ANN, name="Bo Lee", email="bo.lee@example.test", phone="", detail=IN_OTHER_WORDS)
    second = await Journey.begin(house, hands, husband)
    task = await second.task(TaskKind.FINDINGS)
    with pytest.raises(AnswerWrong, match="original_of_other_customer"):
        await second.do(ActKind.DUPLICATE, task, original=first.case_no, reason="The same kettle.")
    await second.do(
        ActKind.DUPLICATE, task, original=first.case_no, reason="Her husband, the same kettle.", other_customer="yes"
    )
    await second.ended(Outcome.DUPLICATE)
    assert (await first.check()).linked("repeated_by") == (second.case_no,)


async def test_nobody_is_sent_to_a_case_that_has_ended_or_never_was(house: House, hands: Hands) -> None:
    first = await Journey.begin(house, hands)
    await first.withdraw()
    hands.move(hours=2)
    again = await Journey.begin(house, hands, detail=IN_OTHER_WORDS)
    task = await again.task(TaskKind.FINDINGS)
    for original, why in ((first.case_no, "original_ended"), ("TC20260101-9999", "original_unknown")):
        with pytest.raises(AnswerWrong, match=why):
            await again.do(ActKind.DUPLICATE, task, original=original, reason="The same.")
    assert (await again.check()).open_tasks[0].kind is TaskKind.FINDINGS
