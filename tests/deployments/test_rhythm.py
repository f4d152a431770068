"""Rhythm: work goes on through outages and through turns that break."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from complaints.errors import TryAgain
from deployments.rhythm import every

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.mark.parametrize("troubles", [(TryAgain("away"),), (RuntimeError("broken"), OSError("gone"), KeyError("x"))])
async def test_a_turn_that_fails_is_followed_by_the_next(
    troubles: Sequence[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    stop, left, turns = asyncio.Event(), list(troubles), []

    async def work() -> None:
        turns.append(len(left))
        if left:
            raise left.pop()
        stop.set()

    await asyncio.wait_for(every(0, work, stop), 10)
    assert len(turns) == len(troubles) + 1
    is_unforeseen = any(isinstance(trouble, RuntimeError | KeyError) for trouble in troubles)
    assert ("turn.broken" in caplog.text) is is_unforeseen
