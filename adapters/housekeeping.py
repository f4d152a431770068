"""Housekeeping: once a day says which cases are past their date, and removes files that an erasure left behind."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from adapters.retention import past_their_date
from complaints.erasure_events import CaseErased
from models.tables import EVENTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from adapters.house import House

log = logging.getLogger("redress.housekeeping")

_MOST_NAMED = 20


@dataclass(frozen=True)
class Tidied:
    """What a round found and did."""

    due: tuple[str, ...]
    """Cases past their date that are neither held nor asked to be erased: somebody should ask for it."""
    waiting: tuple[str, ...]
    """Asked to be erased, and nobody has decided."""
    swept: tuple[str, ...]
    """Erased cases whose files were still there."""


class Housekeeper:
    """Goes round once on each day (UTC) on which it is asked."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._last: date | None = None

    async def tidy_daily(self) -> Tidied | None:
        """The round of the day; None when it was done."""
        today = self._house.clock.now().date()
        if today == self._last:
            return None
        done = await self.tidy()
        self._last = today
        return done

    async def tidy(self) -> Tidied:
        """One round."""
        due, waiting = await sort_due(self._house)
        swept = await self._sweep()
        if due or waiting:
            extra = {"due": len(due), "waiting": len(waiting), "first": ", ".join((*due, *waiting)[:_MOST_NAMED])}
            log.warning("retention.over", extra=extra)
        return Tidied(due, waiting, swept)

    async def _sweep(self) -> tuple[str, ...]:
        folders = await asyncio.to_thread(self._house.evidence.cases)
        left = await _erased_among(self._house, folders)
        for case_no in left:
            await asyncio.to_thread(self._house.evidence.forget, case_no)
            log.info("evidence.swept", extra={"case_no": case_no})
        return left


async def sort_due(house: House) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Cases past their date: those nobody asked to erase, and those that wait for approval. Held ones are neither."""
    due: list[str] = []
    waiting: list[str] = []
    async for case in past_their_date(house):
        (waiting if case.erasure else due).append(case.case_no)
    return tuple(due), tuple(waiting)


async def _erased_among(house: House, cases: Sequence[str]) -> tuple[str, ...]:
    """Only what a history says was erased: a key that is missing otherwise is for auditors, and its files stay."""
    found: list[str] = []
    async with house.database.reading() as session:
        for start in range(0, len(cases), 500):
            some = cases[start : start + 500]
            query = select(EVENTS.c.case_no).where(EVENTS.c.case_no.in_(some), EVENTS.c.type == CaseErased.type)
            found.extend((await session.execute(query)).scalars())
    return tuple(sorted(found))
