"""The gate: how many do a thing at once, and who goes first when more want to."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Turn(IntEnum):
    """Who goes before whom: ten thousand deadlines must not keep a person waiting, nor pictures a deadline."""

    ANSWER = 0
    DEADLINE = 1
    PICTURE = 2


class Gate:
    """Lets so many through at once; of those that wait, each turn before the next, and within a turn in order."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._queues: dict[Turn, deque[asyncio.Future[None]]] = {turn: deque() for turn in Turn}

    @asynccontextmanager
    async def passage(self, turn: Turn) -> AsyncIterator[None]:
        """A place at the gate, for as long as the block lasts."""
        await self._come_in(self._queues[turn])
        try:
            yield
        finally:
            self._go_out()

    @property
    def queue(self) -> int:
        """How many wait to come in."""
        return sum(map(len, self._queues.values()))

    async def _come_in(self, queue: deque[asyncio.Future[None]]) -> None:
        if self._free > 0:
            self._free -= 1
            return
        place = asyncio.get_running_loop().create_future()
        queue.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                # The place was given just then: it goes on to the next.
                self._go_out()
            raise

    def _go_out(self) -> None:
        for queue in self._queues.values():
            while queue:
                place = queue.popleft()
                if not place.done():
                    place.set_result(None)
                    return
        self._free += 1
