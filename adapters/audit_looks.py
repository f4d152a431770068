"""The auditor on looks: the rows of the access log, day by day, are those whose digest was published."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from sqlalchemy import select

from complaints.flaws import Flaw, Report
from complaints.heads import Periods, bounds
from complaints.look_digests import LookDigest, Looks, NotedLook
from models.confidentiality import ACCESSES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from complaints.heads import Line

_AT_ONCE = 2000
_UNPUBLISHED = "looks after the last published day: whether any was removed or changed is not seen yet"
_BEFORE = "looks of days that were published before this house published digests of looks"


async def looks_of(connection: AsyncConnection, day: str, *, is_first: bool) -> Looks:
    """The looks of a day that is over, as its line is to state them."""
    begin, end = bounds(day, is_first=is_first)
    digest = LookDigest()
    async for look in _looks(connection, ACCESSES.c.at >= begin, ACCESSES.c.at < end):
        digest.add(look)
    return digest.looks


async def check_looks(connection: AsyncConnection, report: Report, lines: Sequence[Line]) -> None:
    """Hold the whole log against the published lines; memory grows with the days, not with the looks."""
    periods, digests = Periods([line.day for line in lines]), [LookDigest() for _ in lines]
    async for look in _looks(connection):
        report.count("looks")
        place = periods.of(look.at.astimezone(UTC).date().isoformat())
        if place is None:
            report.note(_UNPUBLISHED)
        else:
            digests[place].add(look)
    for line, digest in zip(lines, digests, strict=True):
        found = digest.looks
        if line.looks is None:
            if found.number:
                report.note(_BEFORE, found.number)
        elif found != line.looks:
            what = f"the looks at cases of {line.day} are not those that were published"
            report.blame(Flaw("", 0, "looks", what, _told(line.looks), _told(found)))


async def _looks(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> AsyncIterator[NotedLook]:
    """In the order of their numbers, a batch at a time: a cursor would want a transaction of its own."""
    log, last = ACCESSES.c, -1
    query = select(log.id, log.at, log.by, log.case_no, log.page, log.purpose).where(*conditions)
    while True:
        batch = (await connection.execute(query.where(log.id > last).order_by(log.id).limit(_AT_ONCE))).all()
        for row in batch:
            yield NotedLook(*row)
        if len(batch) < _AT_ONCE:
            return
        last = batch[-1].id


def _told(looks: Looks) -> str:
    return f"{looks.number} looks, digest {looks.digest}"
