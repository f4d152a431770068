"""The auditor finds nothing in cases that lived as they may: to the end, past every deadline, withdrawn, begun anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from complaints.escalation import next_alarm
from complaints.words import TaskKind
from tests.audited import audit, hand_in
from tests.builders import Hands, bring_to, carry_on, complain, lapse, submit, withdraw

if TYPE_CHECKING:
    from adapters.house import House


@pytest.fixture
def house(either_house: House) -> House:
    """On both engines."""
    return either_house


async def live_to_the_end(house: House, case_no: str, hands: Hands) -> None:
    """Everybody answers as usual."""
    for _ in range(60):
        case = await carry_on(house, case_no)
        if not case.is_open:
            return
        if case.open_tasks:
            await submit(house, case_no, case.open_tasks[0])
        elif alarm := next_alarm(case):
            hands.at = alarm
    message = f"{case_no} does not end"
    raise AssertionError(message)


async def test_a_case_that_went_straight_to_its_end_is_sound(house: House, hands: Hands) -> None:
    case_no = await complain(house)
    await carry_on(house, case_no)
    await hand_in(house, case_no, b"a photo")
    await live_to_the_end(house, case_no, hands)
    report = await audit(house)
    assert report.flaws == []
    assert (report.counted["seals"], report.counted["files"]) == (1, 1)


async def test_a_case_whose_people_miss_every_deadline_is_sound(house: House, hands: Hands) -> None:
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.FINDINGS)
    for _ in range(14):
        await lapse(house, case_no, hands=hands)
    assert (await audit(house)).flaws == []
    await live_to_the_end(house, case_no, hands)
    assert (await audit(house)).flaws == []


async def test_a_case_that_goes_another_round_or_is_withdrawn_is_sound(house: House, hands: Hands) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.DECISION, hands=hands)
    await submit(house, case_no, task, decision="reject", text="It still leaks.")
    assert (await audit(house)).flaws == []
    await withdraw(house, case_no)
    assert (await audit(house)).flaws == []
