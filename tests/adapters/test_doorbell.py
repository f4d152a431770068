"""The doorbell: no ring is lost, however early it comes, and everybody leaves when the house closes."""

from __future__ import annotations

import asyncio

from adapters.doorbell import Doorbell

CASE, OTHER = "TC20261123-0001", "TC20261123-0002"


def opened(*, hot_limit: int = 10, inside: tuple[str, ...] = (CASE,)) -> Doorbell:
    bell = Doorbell(hot_limit)
    for case_no in inside:
        assert bell.enter(case_no)
    return bell


async def waiting(bell: Doorbell, case_no: str = CASE) -> asyncio.Task[bool]:
    """A flow that has begun to wait."""
    task = asyncio.create_task(bell.wait(case_no))
    await asyncio.sleep(0)
    assert not task.done()
    return task


async def test_a_waiting_flow_hears_the_bell_and_stays() -> None:
    bell = opened()
    flow = await waiting(bell)
    assert bell.waiting == 1
    assert bell.ring(CASE)
    assert await flow
    assert bell.waiting == 0


async def test_a_ring_that_came_before_the_wait_is_heard() -> None:
    bell = opened()
    bell.ring(CASE)
    assert await asyncio.wait_for(bell.wait(CASE), 1)


async def test_a_ring_is_heard_once() -> None:
    bell = opened()
    bell.ring(CASE)
    bell.ring(CASE)
    assert await bell.wait(CASE)
    flow = await waiting(bell)
    bell.ring(CASE)
    assert await flow


async def test_the_bell_of_one_case_wakes_no_other() -> None:
    bell = opened(inside=(CASE, OTHER))
    flow = await waiting(bell)
    bell.ring(OTHER)
    await asyncio.sleep(0)
    assert not flow.done()
    bell.ring(CASE)
    assert await flow


async def test_nobody_is_at_home_for_a_case_that_does_not_run_here() -> None:
    bell = opened()
    assert not bell.ring(OTHER)
    assert not bell.dismiss(OTHER)
    assert not await bell.wait(OTHER)


def test_a_case_runs_here_once_at_a_time() -> None:
    bell = opened()
    assert not bell.enter(CASE)
    assert bell.inside == {CASE}
    bell.leave(CASE)
    bell.leave(CASE)
    assert bell.inside == frozenset()
    assert bell.enter(CASE)


async def test_without_room_a_flow_leaves_and_there_is_room_again_when_another_left() -> None:
    bell = opened(hot_limit=1, inside=(CASE, OTHER))
    flow = await waiting(bell)
    assert not await bell.wait(OTHER)
    bell.ring(CASE)
    assert await flow
    await waiting(bell, OTHER)
    bell.close()


async def test_with_room_for_nobody_every_wait_is_cold() -> None:
    assert not await opened(hot_limit=0).wait(CASE)


async def test_a_flow_that_was_given_up_makes_room() -> None:
    bell = opened(hot_limit=1, inside=(CASE, OTHER))
    flow = await waiting(bell)
    flow.cancel()
    await asyncio.gather(flow, return_exceptions=True)
    assert bell.waiting == 0
    await waiting(bell, OTHER)
    bell.close()


async def test_a_dismissed_flow_leaves_whether_it_waits_or_works() -> None:
    bell = opened(inside=(CASE, OTHER))
    flow = await waiting(bell)
    assert bell.dismiss(CASE)
    assert not await flow
    assert bell.dismiss(OTHER)
    assert not await bell.wait(OTHER)


async def test_when_the_house_closes_everybody_leaves_even_who_comes_late() -> None:
    bell = opened()
    flow = await waiting(bell)
    bell.close()
    assert not await flow
    bell.enter(OTHER)
    assert not await asyncio.wait_for(bell.wait(OTHER), 1)


async def test_whoever_has_something_left_to_do_waits_so_long_at_most_and_stays_even_without_room() -> None:
    bell = opened(hot_limit=0)
    assert await bell.wait(CASE, at_most=0.01)
    bell.ring(CASE)
    assert await asyncio.wait_for(bell.wait(CASE, at_most=60), 1)
    assert not await bell.wait(CASE)


async def test_a_short_wait_ends_with_the_house_too() -> None:
    bell = opened()
    flow = asyncio.create_task(bell.wait(CASE, at_most=60))
    await asyncio.sleep(0)
    bell.close()
    assert not await asyncio.wait_for(flow, 1)


async def test_what_comes_while_it_is_quiet_is_left_for_the_wait() -> None:
    bell = opened(hot_limit=0)
    assert await bell.is_quiet(CASE, 0.01)
    bell.ring(CASE)
    assert not await bell.is_quiet(CASE, 10)
    # Even where no room is: leaving, the flow would not look again.
    assert await bell.wait(CASE)
    assert not await bell.wait(CASE)


async def test_a_flow_knows_once_that_an_answer_woke_it() -> None:
    bell = opened()
    bell.ring(CASE)
    assert not bell.is_for_answer(CASE)
    bell.ring(CASE, for_answer=True)
    bell.ring(CASE)
    assert bell.is_for_answer(CASE)
    assert not bell.is_for_answer(CASE)
    assert not bell.is_for_answer(OTHER)


async def test_what_rang_before_the_flow_looked_does_not_wake_it_again() -> None:
    bell = opened()
    bell.ring(CASE)
    bell.hush(CASE)
    assert await bell.is_quiet(CASE, 0.01)
    bell.ring(CASE)
    assert await asyncio.wait_for(bell.wait(CASE), 1)


async def test_no_look_makes_a_flow_forget_that_it_must_leave() -> None:
    bell = opened(inside=(CASE, OTHER))
    bell.dismiss(CASE)
    bell.hush(CASE)
    assert not await asyncio.wait_for(bell.wait(CASE), 1)
    bell.close()
    bell.hush(OTHER)
    assert not await asyncio.wait_for(bell.wait(OTHER), 1)
    bell.hush("TC20261123-0099")
