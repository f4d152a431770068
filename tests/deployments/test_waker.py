"""The waker amid ten thousand deadlines of one moment: answers come first, and every deadline's turn comes."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from adapters.alarms import BATCH, Alarms
from adapters.gate import Turn
from deployments.waker import Waker
from models.tables import CASES
from tests.builders import carry_on, complain

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

    from adapters.alarms import DueCase
    from adapters.house import House
    from tests.builders import Hands

CROWD = 10_000


class Nobody:
    """A runner that is given no runs here."""

    def take(self, run: FlowRun) -> None:
        raise AssertionError(run.name)


class Watched(Waker):
    """A waker that starts nothing: it only says what it would start, and when."""

    def __init__(self, house: House) -> None:
        super().__init__(
            house, alarms=Alarms(house.database, clock=house.clock), runner=Nobody(), deployment_id=uuid4()
        )
        self.starts: list[tuple[str, Turn]] = []

    def _start_soon(self, case: DueCase, turn: Turn) -> None:
        self.starts.append((case.case_no, turn))


@pytest.fixture
async def crowded(either_house: House, hands: Hands) -> House:
    """A house in which ten thousand cases fall due now, and nothing else."""
    house = either_house
    case_no = await complain(house)
    await carry_on(house, case_no)
    async with house.database.writing() as session:
        row = dict((await session.execute(select(CASES))).mappings().one())
        copies = [
            {**row, "case_no": f"{case_no}-{number}", "wake_at": hands.at, "rung_at": None} for number in range(CROWD)
        ]
        await session.execute(insert(CASES), copies)
    hands.move(seconds=2)
    return house


async def answered(house: House, hands: Hands) -> str:
    """A case for which something came just now."""
    case_no = await complain(house)
    hands.move(seconds=1)
    return case_no


async def test_who_is_heard_of_goes_first_behind_ten_thousand_deadlines(crowded: House, hands: Hands) -> None:
    waker, case_no = Watched(crowded), await answered(crowded, hands)
    waker.hear(case_no)
    await waker.ring_due()
    assert waker.starts[0] == (case_no, Turn.ANSWER)
    assert {turn for _, turn in waker.starts[100:]} == {Turn.DEADLINE}


async def test_an_answer_from_another_machine_that_nobody_tells_of_goes_first_too(crowded: House, hands: Hands) -> None:
    waker, case_no = Watched(crowded), await answered(crowded, hands)
    await waker.ring_due()
    assert waker.starts[0] == (case_no, Turn.ANSWER)


async def test_a_flow_in_memory_is_rung_for_its_answer_at_the_next_look(crowded: House, hands: Hands) -> None:
    waker, case_no = Watched(crowded), await answered(crowded, hands)
    crowded.doorbell.enter(case_no)
    await waker.ring_due()
    assert crowded.doorbell.is_for_answer(case_no)


async def test_every_deadline_is_rung_and_none_twice(crowded: House, hands: Hands) -> None:
    waker = Watched(crowded)
    crowd = [case.case_no for case in await _all_due(crowded)]
    for case_no in crowd:
        crowded.doorbell.enter(case_no)
    rung = 0
    while now := await waker.ring_due():
        rung += now
        hands.move(milliseconds=10)
    assert rung == len(crowd) == CROWD
    assert waker.starts == []


async def _all_due(house: House) -> list[DueCase]:
    """What is due, page by page, by the numbers of the copies."""
    async with house.database.reading() as session:
        query = select(CASES.c.case_no).where(CASES.c.wake_at <= house.clock.now())
        numbers = (await session.execute(query)).scalars().all()
    alarms, found = Alarms(house.database, clock=house.clock), []
    for start in range(0, len(numbers), BATCH):
        found += await alarms.due(among=numbers[start : start + BATCH])
    return found


async def test_a_small_house_is_asked_once(either_house: House, hands: Hands) -> None:
    waker, case_no = Watched(either_house), await complain(either_house)
    hands.at += timedelta(seconds=1)
    assert await waker.ring_due() == 1
    assert waker.starts == [(case_no, Turn.DEADLINE)]


async def test_who_answers_a_case_that_queues_for_its_deadline_goes_first(crowded: House) -> None:
    waker, case_no = Watched(crowded), "TC20261123-0001-77"
    crowded.doorbell.enter(case_no)
    began: list[str] = []

    async def step(name: str) -> None:
        async with crowded.gate.passage(Turn.DEADLINE, name):
            began.append(name)

    places = crowded.settings.worker_step_limit
    async with AsyncExitStack() as stack:
        for number in range(places):
            await stack.enter_async_context(crowded.gate.passage(Turn.DEADLINE, f"busy {number}"))
        queue = [asyncio.create_task(step(name)) for name in (*map(str, range(1000)), case_no)]
        await asyncio.sleep(0)
        waker.hear(case_no)
    await asyncio.gather(*queue)
    assert began.index(case_no) < places
