"""Contention: whoever was slower decides once more, and is told when others were faster every time."""

from __future__ import annotations

import pytest

from adapters.contention import until_first
from complaints.errors import HistoryMoved, TryAgain


class Slow:
    """Loses so many races, then wins."""

    def __init__(self, losses: int) -> None:
        self.losses = losses
        self.tries = 0

    async def attempt(self) -> int:
        """The number of the try that won."""
        self.tries += 1
        if self.tries <= self.losses:
            raise HistoryMoved
        return self.tries


async def test_whoever_loses_four_races_wins_the_fifth() -> None:
    assert await until_first("TC20261126-0001", Slow(4).attempt) == 5


async def test_whoever_loses_five_is_told_to_try_again() -> None:
    slow = Slow(5)
    with pytest.raises(TryAgain, match="TC20261126-0001 is being written to by too many at once"):
        await until_first("TC20261126-0001", slow.attempt)
    assert slow.tries == 5
