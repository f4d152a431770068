"""The gate: how many cases take a step at once, and who goes first when more want to."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Gate:
    """Lets so many through at once. Answers go first: ten thousand deadlines must not keep a person waiting."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._answers: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def step(self, *, for_answer: bool) -> AsyncIterator[None]:
        """One step of one case, from its wake to its next wait."""
        await self._come_in(self._answers if for_answer else self._others)
        try:
            yield
        finally:
            self._go_out()

    @property
    def queue(self) -> int:
        """How many wait to come in."""
        return len(self._answers) + len(self._others)

    async def _come_in(self, queue: deque[asyncio.Future[None]]) -> None:
        if self._free > 0:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # The place was given just then: it goes on to the next.
                self._go_out()
            raise

    def _go_out(self) -> None:
        for queue in (self._answers, self._others):
            while queue:
                turn = queue.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        self._free += 1
