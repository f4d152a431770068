"""The publisher: appends the root of every day that is over to a file, once, however many workers think of it."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, text

from adapters.audit_looks import looks_of
from adapters.signet import is_signed, read_keys
from complaints.errors import GiveUp, HistoryBroken, TryAgain
from complaints.heads import Leaf, Line, bounds, days_to_publish, read_line
from complaints.merkle import root_of
from complaints.seals import key_named, moment
from models.tables import EVENTS, PUBLISHED_HEADS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

    from adapters.house import House
    from complaints.look_digests import Looks

log = logging.getLogger("redress.publisher")

_ADVISORY_LOCK = 7_733_771
"""Any number that all publishers of this house share."""


class HeadsFile:
    """The file of lines, and beside it a folder with the list of heads under each root."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lists = path.with_suffix("")

    def lines(self) -> tuple[str, ...]:
        """All lines, without their ends; none when there is no file."""
        try:
            return tuple(self.path.read_text(encoding="utf-8").splitlines())
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as trouble:
            raise TryAgain(f"the published heads {self.path} cannot be read") from trouble

    def list_of(self, day: str) -> bytes | None:
        """The heads under the root of a day, a line each; None when the list is not there."""
        try:
            return (self._lists / f"{day}.jsonl").read_bytes()
        except OSError:
            return None

    def append(self, line: Line, leaves: Sequence[Leaf]) -> None:
        """Add a line; its list is there before it, and both are on the disk when this returns."""
        try:
            self._lists.mkdir(parents=True, exist_ok=True)
            scratch = self._lists / f".{line.day}.{secrets.token_hex(4)}"
            _write(scratch, b"".join(leaf.line + b"\n" for leaf in leaves), mode="xb")
            scratch.replace(self._lists / f"{line.day}.jsonl")
            # An editor, or a process that died, may have left the last line without its end.
            start = "\n" if self._is_unended() else ""
            _write(self.path, f"{start}{line.text}\n".encode(), mode="ab")
        except OSError as trouble:
            raise TryAgain(f"the published heads {self.path} cannot be written") from trouble

    def _is_unended(self) -> bool:
        content = self.path.read_bytes() if self.path.exists() else b""
        return bool(content) and not content.endswith(b"\n")


def _write(path: Path, content: bytes, *, mode: str) -> None:
    with path.open(mode) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@dataclass(frozen=True)
class _Day:
    """What is to be published of a day."""

    day: str
    leaves: Sequence[Leaf]
    looks: Looks


class Publisher:
    """Publishes what is due."""

    def __init__(self, house: House, path: Path | None = None) -> None:
        self._house = house
        self.file = HeadsFile(path or house.settings.heads_path)

    async def publish_due(self) -> tuple[Line, ...]:
        """A line for every day that is over and has none; those that this call published."""
        async with self._house.database.reading() as session:
            last = await _last_line(session)
            first = "" if last else await _first_day(session)
        days = days_to_publish(last=last.day if last else "", first=first, now=self._house.clock.now())
        published = [line for day in days if (line := await self._publish(day))]
        for line in published:
            log.info("heads.published", extra={"day": line.day, "cases": line.cases})
        return tuple(published)

    async def _publish(self, day: str) -> Line | None:
        """The line of a day; None when another worker was first."""
        database = self._house.database
        async with database.reading() as session:
            before = await _last_line(session)
            if before and before.day >= day:
                # Somebody published it after we asked which days are due: it must not come to stand in the file twice.
                return None
            connection = await session.connection()
            leaves = await heads_of(connection, day, is_first=before is None)
            looks = await looks_of(connection, day, is_first=before is None)
        async with database.writing() as session:
            if not database.is_sqlite:
                await session.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
            if await _last_line(session) != before:
                return None
            line = await self._written(session, day, before)
            line = line or await self._write(session, _Day(day, leaves, looks), before)
            await session.execute(insert(PUBLISHED_HEADS), [{"day": day, "line": line.text}])
        return line

    async def _write(self, session: AsyncSession, day: _Day, before: Line | None) -> Line:
        house = self._house
        now = house.clock.now()
        bare = Line(
            day=day.day,
            cases=len(day.leaves),
            root=root_of(leaf.line for leaf in day.leaves),
            previous=before.digest if before else "",
            published_at=moment(now),
            key_id=await house.signet.register(session, at=now),
            looks_number=day.looks.number,
            looks_digest=day.looks.digest,
        )
        line = replace(bare, signature=house.signet.sign(bare.signed))
        await asyncio.to_thread(self.file.append, line, day.leaves)
        return line

    async def _written(self, session: AsyncSession, day: str, before: Line | None) -> Line | None:
        """The line of this day if it stands in the file already: a process died before its table was written."""
        lines = await asyncio.to_thread(self.file.lines)
        if not lines:
            return None
        try:
            line = read_line(lines[-1])
        except HistoryBroken:
            return None
        key = key_named(await read_keys(session), line.key_id)
        is_ours = key is not None and is_signed(line.signed, line.signature, key.public)
        follows = (line.day, line.previous) == (day, before.digest if before else "")
        return line if is_ours and follows else None


async def heads_of(connection: AsyncConnection, day: str, *, is_first: bool) -> tuple[Leaf, ...]:
    """Where the history of each case that moved on a day ended on it, by case number."""
    begin, end = bounds(day, is_first=is_first)
    last = (
        select(EVENTS.c.case_no, func.max(EVENTS.c.seq).label("seq"))
        .where(EVENTS.c.at >= begin, EVENTS.c.at < end)
        .group_by(EVENTS.c.case_no)
        .subquery()
    )
    query = select(EVENTS.c.case_no, EVENTS.c.seq, EVENTS.c.hash).join(
        last, (EVENTS.c.case_no == last.c.case_no) & (EVENTS.c.seq == last.c.seq)
    )
    return tuple(sorted(Leaf(*row) for row in await connection.execute(query)))


async def read_lines(connection: AsyncConnection) -> tuple[str, ...]:
    """The lines as the table knows them."""
    query = select(PUBLISHED_HEADS.c.line).order_by(PUBLISHED_HEADS.c.day)
    return tuple((await connection.execute(query)).scalars())


async def _last_line(session: AsyncSession) -> Line | None:
    query = select(PUBLISHED_HEADS.c.line).order_by(PUBLISHED_HEADS.c.day.desc()).limit(1)
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        return None
    try:
        return read_line(found)
    except HistoryBroken as wrong:
        raise GiveUp(f"the last published line in the database {wrong}: run `redress audit verify --all`") from wrong


async def _first_day(session: AsyncSession) -> str:
    first: datetime | None = (await session.execute(select(func.min(EVENTS.c.at)))).scalar_one()
    return first.astimezone(UTC).date().isoformat() if first else ""
