"""Rhythm: work repeated until told to stop, through the outages of what it talks to."""

from __future__ import annotations

import asyncio
import logging
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


async def every(
    seconds: float, work: Callable[[], Awaitable[Any]], stop: asyncio.Event, *, sooner: asyncio.Event | None = None
) -> None:
    """Do the work, pause, do it again, until told to stop; `sooner` ends a pause."""
    while not stop.is_set():
        if sooner:
            sooner.clear()
        try:
            await _once(work)
        except Exception:
            # The edge of the process: one turn that broke must not end all that this process carries.
            log.exception("turn.broken", extra={"work": getattr(work, "__name__", "work")})
        await rest(seconds, stop, *([sooner] if sooner else []))


async def until_done(work: Callable[[], Awaitable[T]], stop: asyncio.Event) -> T | None:
    """Try until it works once; None when told to stop first."""
    while not stop.is_set():
        found: T | None = await _once(work)
        if found is not None:
            return found
        await rest(1, stop)
    return None


async def rest(seconds: float, *until: asyncio.Event) -> None:
    """Sleep, but not longer than until told something."""
    told = [asyncio.create_task(event.wait()) for event in until]
    try:
        await asyncio.wait(told, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in told:
            task.cancel()


async def _once(work: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401  whatever the work gives
    try:
        return await work()
    except OUTAGES as trouble:
        log.warning("outage", extra={"work": getattr(work, "__name__", "work"), "trouble": str(trouble)[:200]})
        return None
