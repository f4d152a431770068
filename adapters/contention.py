"""Contention: what was decided on a history that moved meanwhile is decided once more, on what is now true."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from complaints.errors import HistoryMoved, TryAgain

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_Done = TypeVar("_Done")

_MOST_TRIES = 5


async def until_first(case_no: str, attempt: Callable[[], Awaitable[_Done]]) -> _Done:
    """What an attempt gives that nobody else was faster than; it must look at the case anew each time it is called.

    TryAgain when others were faster every time.
    """
    for _ in range(_MOST_TRIES):
        try:
            return await attempt()
        except HistoryMoved:
            continue
    message = f"{case_no} is being written to by too many at once"
    raise TryAgain(message)
