"""Rhythm: work repeated until told to stop, through the outages of what it talks to."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
from prefect.exceptions import PrefectException

from complaints.errors import TryAgain

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

log = logging.getLogger("redress.rhythm")

OUTAGES = (TryAgain, httpx.HTTPError, PrefectException, OSError)
"""What may pass by itself: database, engine and network away."""


async def every(seconds: float, work: Callable[[], Awaitable[Any]], stop: asyncio.Event) -> None:
    """Do the work, pause, do it again, until told to stop."""
    while not stop.is_set():
        await _once(work)
        await rest(seconds, stop)


async def until_done(work: Callable[[], Awaitable[T]], stop: asyncio.Event) -> T | None:
    """Try until it works once; None when told to stop first."""
    while not stop.is_set():
        found: T | None = await _once(work)
        if found is not None:
            return found
        await rest(1, stop)
    return None


async def rest(seconds: float, stop: asyncio.Event) -> None:
    """Sleep, but not longer than until told to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def _once(work: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401  whatever the work gives
    try:
        return await work()
    except OUTAGES as trouble:
        log.warning("outage", extra={"work": getattr(work, "__name__", "work"), "trouble": str(trouble)[:200]})
        return None
