"""Alarms: what is due is found by every worker and taken by one; what a dead one carried is taken over."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import update

from adapters.alarms import LEASE, RING_AGAIN, STARTING, Alarms, DueCase
from models.tables import CaseRow
from tests.builders import Hands, carry_on, complain, withdraw

if TYPE_CHECKING:
    from adapters.house import House


@pytest.fixture
def house(either_house: House) -> House:
    """On both engines."""
    return either_house


def worker(house: House, name: str = "here:1") -> Alarms:
    alarms = Alarms(house.database, clock=house.clock)
    alarms.me = name
    return alarms


async def the_due(alarms: Alarms) -> DueCase:
    (case,) = await alarms.due()
    return case


async def change(house: House, **values: object) -> None:
    async with house.database.writing() as session:
        await session.execute(update(CaseRow).values(**values))


# --- what is due ------------------------------------------------------------------


async def test_a_new_case_is_due_at_once_and_one_that_waits_only_at_its_alarm(house: House, hands: Hands) -> None:
    alarms, case_no = worker(house), await complain(house)
    assert (await the_due(alarms)).case_no == case_no
    await carry_on(house, case_no)
    assert await alarms.due() == []
    hands.move(hours=100)
    assert (await the_due(alarms)).case_no == case_no


async def test_the_longest_waiting_come_first(house: House, hands: Hands) -> None:
    numbers = []
    for _ in range(3):
        numbers.append(await complain(house))
        hands.move(minutes=1)
    await change(house, rung_at=None)
    assert [case.case_no for case in await worker(house).due()] == numbers


async def test_an_archived_case_is_never_due(house: House, hands: Hands) -> None:
    await withdraw(house, await complain(house))
    hands.move(days=4000)
    assert await worker(house).due() == []


async def test_a_ring_that_led_to_nothing_is_repeated_after_a_while(house: House, hands: Hands) -> None:
    alarms, case_no = worker(house), await complain(house)
    await alarms.rang([case_no])
    assert await alarms.due() == []
    hands.at += RING_AGAIN
    assert await alarms.due() == []
    hands.move(seconds=0.001)
    assert (await the_due(alarms)).case_no == case_no


async def test_a_ring_that_was_heard_is_forgotten_so_the_next_alarm_rings_at_once(house: House, hands: Hands) -> None:
    alarms, case_no = worker(house), await complain(house)
    await alarms.rang([case_no])
    case = await carry_on(house, case_no)
    hands.at = case.open_tasks[0].warn_at
    assert (await the_due(alarms)).case_no == case_no


# --- who carries it ------------------------------------------------------------------


async def test_of_many_workers_that_claim_a_case_one_gets_it(house: House) -> None:
    await complain(house)
    workers = [worker(house, f"here:{number}") for number in range(8)]
    due = [await the_due(one) for one in workers]
    claims = await asyncio.gather(*(one.claim(case) for one, case in zip(workers, due, strict=True)))
    assert claims.count(True) == 1


async def test_a_claimed_case_is_carried_and_has_time_to_start(house: House, hands: Hands) -> None:
    await complain(house)
    mine, others = worker(house, "there:1"), worker(house, "here:2")
    assert not mine.is_carried(await the_due(mine))
    assert await mine.claim(await the_due(mine))
    hands.at += STARTING - timedelta(seconds=1)
    case = await the_due(others)
    assert case.lease_owner == "there:1"
    assert others.is_carried(case)
    hands.move(seconds=2)
    assert not others.is_carried(await the_due(others))


async def test_a_lease_ends_unless_it_is_renewed(house: House, hands: Hands) -> None:
    case_no = await complain(house)
    mine, others = worker(house, "there:1"), worker(house, "here:2")
    assert await mine.claim(await the_due(mine))
    for _ in range(3):
        await mine.renew([case_no])
        hands.at += LEASE - timedelta(seconds=1)
        assert others.is_carried(await the_due(others))
    hands.move(seconds=2)
    case = await the_due(others)
    assert not others.is_carried(case)
    assert await others.claim(case)


async def test_a_case_that_was_let_go_is_anybodys(house: House, hands: Hands) -> None:
    case_no = await complain(house)
    mine, others = worker(house, "there:1"), worker(house, "here:2")
    assert await mine.claim(await the_due(mine))
    hands.at += RING_AGAIN + timedelta(seconds=1)
    await others.release(case_no)
    assert others.is_carried(await the_due(others))
    await mine.release(case_no)
    case = await the_due(others)
    assert (case.lease_owner, case.lease_until) == (None, None)
    assert not others.is_carried(case)


async def test_what_a_dead_process_of_this_machine_carried_is_taken_over_at_once(house: House, hands: Hands) -> None:
    gone = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await gone.wait()
    await complain(house)
    dead = worker(house, f"{socket.gethostname()}:{gone.pid}")
    alive = worker(house, f"{socket.gethostname()}:{os.getppid()}")
    elsewhere = worker(house, f"another-machine:{gone.pid}")
    mine = worker(house)
    for other, is_carried in ((dead, False), (alive, True), (elsewhere, True)):
        hands.at += RING_AGAIN + timedelta(seconds=1)
        assert await other.claim(await the_due(other))
        hands.at += RING_AGAIN + timedelta(seconds=1)
        assert mine.is_carried(await the_due(mine)) is is_carried


async def test_a_claim_on_what_somebody_else_took_meanwhile_fails(house: House, hands: Hands) -> None:
    await complain(house)
    quick, slow = worker(house, "here:1"), worker(house, "here:2")
    seen = await the_due(slow)
    assert await quick.claim(await the_due(quick))
    hands.at += RING_AGAIN + timedelta(seconds=1)
    assert not await slow.claim(seen)


async def test_a_flow_that_leaves_a_process_of_nobodys_is_anybodys_too(house: House, hands: Hands) -> None:
    case_no = await complain(house)
    mine, others = worker(house, "there:1"), worker(house, "here:2")
    assert await mine.claim(await the_due(mine))
    hands.at += RING_AGAIN + timedelta(seconds=1)
    await others.hand_over(case_no)
    assert not others.is_carried(await the_due(others))


async def test_an_archived_case_whose_worker_died_before_it_let_go_is_found(house: House, hands: Hands) -> None:
    open_case, ended, let_go = [await complain(house) for _ in range(3)]
    mine, others = worker(house, "there:1"), worker(house, "here:2")
    await mine.renew([open_case, ended, let_go])
    await withdraw(house, ended)
    await withdraw(house, let_go)
    await mine.release(let_go)
    assert await others.cut_off() == []
    hands.at += LEASE + timedelta(seconds=1)
    assert [case.case_no for case in await others.cut_off()] == [ended]


# --- runs of the engine -----------------------------------------------------------------


async def test_the_run_of_an_open_case_is_found_and_of_an_ended_one_not(house: House) -> None:
    alarms = worker(house)
    open_case, ended = await complain(house), await complain(house)
    await alarms.started(open_case, "run-1")
    await alarms.started(ended, "run-2")
    await withdraw(house, ended)
    assert await alarms.runs_of_open_cases(["run-1", "run-2", "run-3"]) == {"run-1": open_case}


async def test_an_ended_run_is_given_up_once_and_its_number_is_never_used_again(house: House) -> None:
    alarms, case_no = worker(house), await complain(house)
    assert await alarms.claim(await the_due(alarms))
    await alarms.started(case_no, "run-1")
    assert await alarms.forget_run(case_no, "run-1")
    assert not await alarms.forget_run(case_no, "run-1")
    assert await the_due(alarms) == DueCase(case_no, run_id=None, run_no=1, lease_owner=None, lease_until=None)


async def test_an_interrupted_case_rests_as_long_as_it_is_told_to(house: House, hands: Hands) -> None:
    alarms, case_no = worker(house), await complain(house)
    await alarms.wake_after(case_no, timedelta(minutes=5))
    assert await alarms.due() == []
    hands.move(minutes=5)
    assert (await the_due(alarms)).case_no == case_no
    await alarms.wake_after(case_no, None)
    hands.move(days=365)
    assert await alarms.due() == []


async def test_nothing_to_note_is_noted_without_complaint(house: House) -> None:
    alarms = worker(house)
    await alarms.rang([])
    await alarms.renew(iter(()))
    assert await alarms.runs_of_open_cases([]) == {}
