"""Masters: which master keys the house had, which wraps now, and the stable secret that all of them guarded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text

from adapters.cipher import ROOT, Cipher
from adapters.keyring import keyring_of
from complaints.errors import GiveUp
from models.confidentiality import MASTERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.database import Database
    from adapters.settings import Settings

_ADVISORY_LOCK = 7_733_772
"""Any number that all processes of a house share: who makes a case key holds it shared, who retires a master alone."""


async def open_cipher(settings: Settings, database: Database) -> Cipher:
    """The cipher of this house; GiveUp when none of its master keys is known here."""
    ring = keyring_of(settings)
    async with database.reading() as session:
        rows = await read_masters(session)
    if not rows:
        return Cipher(ring)
    newest_known = next((row for row in rows if row["retired_at"] is None and ring.find(row["key_id"])), None)
    if newest_known is None:
        named = rows[0]["key_id"]
        message = f"this house locks with master key {named}, which is not the one here: put it back"
        raise GiveUp(message)
    return Cipher(ring, root=Cipher(ring).unwrap(ROOT, newest_known["root"]))


async def in_use(session: AsyncSession, cipher: Cipher) -> str:
    """The name of the master key that wraps new case keys; empty while the house has the one that it began with.

    A process that does not know the newest yet wraps with the one before: the rotation goes on until none is left. On
    PostgreSQL that cannot end while this transaction is open; on SQLite writers come one after the other anyway.
    """
    await lock_masters(session, alone=False)
    rows = await read_masters(session)
    if not rows:
        return ""
    known = next((row["key_id"] for row in rows if row["retired_at"] is None and cipher.knows(row["key_id"])), None)
    if known is None:
        message = f"master key {rows[0]['key_id']} is not known here: start anew with all keys of the house"
        raise GiveUp(message)
    return str(known)


async def lock_masters(session: AsyncSession, *, alone: bool) -> None:
    """Keep others from retiring masters, or from making case keys, until this transaction ends."""
    if session.get_bind().dialect.name == "sqlite":
        return
    kind = "" if alone else "_shared"
    await session.execute(text(f"SELECT pg_advisory_xact_lock{kind}({_ADVISORY_LOCK})"))


async def read_masters(session: AsyncSession) -> Sequence[RowMapping]:
    """All master keys that the house ever rotated from or to, the newest first."""
    rows: Any = await session.execute(select(MASTERS).order_by(MASTERS.c.number.desc()))
    return list(rows.mappings())
