"""The doorbell: how a waiting flow in this process is told that something came for its case."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass
class _Visitor:
    rung: asyncio.Event = field(default_factory=asyncio.Event)
    leaving: bool = False
    is_answer: bool = False


class Doorbell:
    """Rings are remembered until the flow listens, so that one that comes too early is not lost.

    With room for no flows (`hot_limit` 0) every wait is cold: the flow leaves the process and comes back when woken.
    """

    def __init__(self, hot_limit: int) -> None:
        self._hot_limit = hot_limit
        self._inside: dict[str, _Visitor] = {}
        self._waiting: set[str] = set()
        self._closing = False

    def enter(self, case_no: str) -> bool:
        """A flow begins here; False when this case already runs in this process."""
        if case_no in self._inside:
            return False
        self._inside[case_no] = _Visitor()
        return True

    def leave(self, case_no: str) -> None:
        """A flow has ended or gone cold."""
        self._inside.pop(case_no, None)

    def ring(self, case_no: str, *, for_answer: bool = False) -> bool:
        """Tell a flow to look at its case again; False when it does not run here."""
        visitor = self._inside.get(case_no)
        if visitor is None:
            return False
        visitor.is_answer |= for_answer
        visitor.rung.set()
        return True

    def is_for_answer(self, case_no: str) -> bool:
        """Whether somebody's answer woke this flow since it was last asked."""
        visitor = self._inside.get(case_no)
        if visitor is None:
            return False
        told, visitor.is_answer = visitor.is_answer, False
        return told

    def hush(self, case_no: str) -> None:
        """The flow is about to look at its case: whatever rang until now is answered by that."""
        visitor = self._inside.get(case_no)
        if visitor is not None and not (visitor.leaving or self._closing):
            visitor.rung.clear()

    def dismiss(self, case_no: str) -> bool:
        """Tell a flow to leave without another word to the engine; False when it does not run here."""
        visitor = self._inside.get(case_no)
        if visitor is None:
            return False
        visitor.leaving = True
        visitor.rung.set()
        return True

    def close(self) -> None:
        """Tell every flow to go cold: the process is about to end."""
        self._closing = True
        for visitor in self._inside.values():
            visitor.rung.set()

    @property
    def is_closing(self) -> bool:
        """Whether every flow must leave."""
        return self._closing

    @property
    def inside(self) -> frozenset[str]:
        """The cases that run in this process now."""
        return frozenset(self._inside)

    @property
    def waiting(self) -> int:
        """How many of them wait for people."""
        return len(self._waiting)

    async def is_quiet(self, case_no: str, seconds: float) -> bool:
        """Whether nothing comes for so long; what comes is left for `wait`."""
        visitor = self._inside.get(case_no)
        if visitor is None:
            return True
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await visitor.rung.wait()
        return not visitor.rung.is_set()

    async def wait(self, case_no: str, *, at_most: float | None = None) -> bool:
        """Wait until rung; False when the flow must leave instead (no room, dismissed, closing).

        A flow that waits `at_most` so many seconds has something left to do then, and stays even where no room is.
        """
        visitor = self._inside.get(case_no)
        # Who was rung meanwhile stays for that even where no room is: leaving, it would not look again.
        is_full = at_most is None and len(self._waiting) >= self._hot_limit and not (visitor and visitor.rung.is_set())
        if visitor is None or self._closing or is_full:
            return False
        self._waiting.add(case_no)
        try:
            async with asyncio.timeout(at_most):
                await visitor.rung.wait()
        except TimeoutError:
            return not (visitor.leaving or self._closing)
        finally:
            self._waiting.discard(case_no)
        visitor.rung.clear()
        return not (visitor.leaving or self._closing)
