"""The gate: how many do a thing at once, and who goes first when more want to."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Turn(IntEnum):
    """Who goes before whom: ten thousand deadlines must not keep a person waiting, nor pictures a deadline."""

    ANSWER = 0
    DEADLINE = 1
    PICTURE = 2


@dataclass(frozen=True, eq=False)
class _Place:
    """Somebody in a queue."""

    name: str
    given: asyncio.Future[None]


class Gate:
    """Lets so many through at once; of those that wait, each turn before the next, and within a turn in order."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._queues: dict[Turn, deque[_Place]] = {turn: deque() for turn in Turn}

    @asynccontextmanager
    async def passage(self, turn: Turn, name: str) -> AsyncIterator[None]:
        """A place at the gate, for as long as the block lasts."""
        await self._come_in(turn, name)
        try:
            yield
        finally:
            self._go_out()

    def hurry(self, name: str) -> None:
        """An answer came for somebody who waits with the deadlines: from now on she waits with the answers."""
        queue = self._queues[Turn.DEADLINE]
        for place in [place for place in queue if place.name == name]:
            queue.remove(place)
            self._queues[Turn.ANSWER].append(place)

    @property
    def queue(self) -> int:
        """How many wait to come in."""
        return sum(map(len, self._queues.values()))

    async def _come_in(self, turn: Turn, name: str) -> None:
        if self._free > 0:
            self._free -= 1
            return
        place = _Place(name, asyncio.get_running_loop().create_future())
        self._queues[turn].append(place)
        try:
            await place.given
        except asyncio.CancelledError:
            if place.given.done() and not place.given.cancelled():
                # The place was given just then: it goes on to the next.
                self._go_out()
            raise

    def _go_out(self) -> None:
        for queue in self._queues.values():
            while queue:
                given = queue.popleft().given
                if not given.done():
                    given.set_result(None)
                    return
        self._free += 1
