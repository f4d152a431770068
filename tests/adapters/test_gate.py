"""The gate: so many steps at once, answers first, and no place is ever lost."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from adapters.gate import Gate, Turn


class Crowd:
    """Steps that end when told, and the order in which they began."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self.began: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, *names: str, turn: Turn = Turn.DEADLINE) -> None:
        for name in names:
            self._ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._step(name, turn))
            await asyncio.sleep(0)

    async def end(self, *names: str) -> None:
        for name in names:
            self._ends[name].set()
            await self.tasks[name]
            await asyncio.sleep(0)

    async def _step(self, name: str, turn: Turn) -> None:
        async with self._gate.passage(turn, name):
            self.began.append(name)
            await self._ends[name].wait()


async def test_no_more_steps_are_taken_at_once_than_there_are_places() -> None:
    crowd = Crowd(Gate(2))
    await crowd.come("one", "two", "three")
    assert crowd.began == ["one", "two"]
    await crowd.end("one")
    assert crowd.began == ["one", "two", "three"]


async def test_answers_go_before_all_deadlines_that_wait_and_pictures_last() -> None:
    gate = Gate(1)
    crowd = Crowd(gate)
    await crowd.come("now")
    await crowd.come("picture", turn=Turn.PICTURE)
    await crowd.come("deadline 1", "deadline 2")
    await crowd.come("answer 1", "answer 2", turn=Turn.ANSWER)
    assert gate.queue == 5
    await crowd.end("now", "answer 1", "answer 2", "deadline 1", "deadline 2", "picture")
    assert crowd.began == ["now", "answer 1", "answer 2", "deadline 1", "deadline 2", "picture"]
    assert gate.queue == 0


async def test_who_gives_up_waiting_leaves_the_place_to_the_next() -> None:
    crowd = Crowd(Gate(1))
    await crowd.come("now", "gives up", "next")
    crowd.tasks["gives up"].cancel()
    await crowd.end("now")
    assert crowd.began == ["now", "next"]
    await crowd.end("next")
    await crowd.come("last")
    assert crowd.began[-1] == "last"


async def test_a_place_given_to_somebody_who_just_left_is_not_lost() -> None:
    gate = Gate(1)
    crowd = Crowd(gate)
    async with gate.passage(Turn.DEADLINE, "first"):
        await crowd.come("leaves")
    # The place is given, but who waited for it has not run since.
    crowd.tasks["leaves"].cancel()
    with suppress(asyncio.CancelledError):
        await crowd.tasks["leaves"]
    await crowd.come("next")
    assert crowd.began == ["next"]


async def test_an_answer_hurries_whoever_waits_with_the_deadlines() -> None:
    gate = Gate(1)
    crowd = Crowd(gate)
    await crowd.come("now", "deadline 1", "hurried", "deadline 2")
    await crowd.come("answer", turn=Turn.ANSWER)
    gate.hurry("hurried")
    gate.hurry("nobody")
    await crowd.end("now", "answer", "hurried", "deadline 1", "deadline 2")
    assert crowd.began == ["now", "answer", "hurried", "deadline 1", "deadline 2"]


async def test_who_was_hurried_may_give_up_too() -> None:
    gate = Gate(1)
    crowd = Crowd(gate)
    await crowd.come("now", "gives up", "next")
    gate.hurry("gives up")
    crowd.tasks["gives up"].cancel()
    await crowd.end("now")
    assert crowd.began == ["now", "next"]
