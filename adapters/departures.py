"""Departures: files that leave the house, written whole or not at all, and the book in which each is noted."""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING

from sqlmodel import col, select

from complaints.errors import GiveUp
from models.exports import ExportRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from adapters.database import Database

logger = logging.getLogger("redress.exports")
_CHARACTERS = 400


@contextmanager
def leaving(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name once it is whole, readable by its owner only."""
    part = path.with_name(f".{path.name}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            yield out
        part.replace(path)
    except OSError as refused:
        raise GiveUp(f"{path} cannot be written: {(refused.strerror or str(refused)).lower()}.") from refused
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def leaving_text(path: Path) -> Iterator[IO[str]]:
    """The same for text, in UTF-8 with line ends as they are written."""
    with leaving(path) as out, TextIOWrapper(out, encoding="utf-8", newline="", write_through=False) as text:
        yield text


@dataclass(frozen=True)
class Departure:
    """What left: which kind of export, of what, for whom, and how much."""

    what: str
    form: str
    by: str
    scope: str
    is_named: bool
    cases: int
    entries: int


async def note_departure(database: Database, departure: Departure, *, file: Path, now: datetime) -> str:
    """Write an export into the book; the hash of its file."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    told = {**departure.__dict__, "scope": departure.scope[:_CHARACTERS]}
    async with database.writing() as session:
        session.add(ExportRow(id=secrets.token_hex(16), at=now, sha256=digest, **told))
    logger.info("export.left", extra={**told, "sha256": digest})
    return digest


async def departures(database: Database, *, most: int = 50) -> Sequence[ExportRow]:
    """The exports that were made, the newest first."""
    query = select(ExportRow).order_by(col(ExportRow.at).desc(), col(ExportRow.id)).limit(most)
    async with database.reading() as session:
        return (await session.execute(query)).scalars().all()
