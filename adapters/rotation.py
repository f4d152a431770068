"""Rotation: a new master key takes the old one's place; only the wrapped case keys are written anew, in batches.

It may be killed at any moment and run again, and everybody reads and registers cases meanwhile: all masters stay known
until nothing is wrapped by the old ones.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, insert, select, update

from adapters.cipher import Cipher
from adapters.keyring import SETTING, key_path, keyring_of, name_of, put_away, put_first
from adapters.masters import lock_masters, open_cipher, read_masters
from complaints.errors import GiveUp
from models.confidentiality import MASTERS
from models.tables import CASE_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.house import House
    from adapters.keyring import Keyring

log = logging.getLogger("redress.keys")

_AT_ONCE = 500


@dataclass(frozen=True)
class Rotated:
    """What a rotation did."""

    key_id: str
    """The master that wraps now."""
    rewrapped: int
    retired: tuple[str, ...]
    put_away: tuple[Path, ...]
    """Files of retired keys, which no process reads."""
    was_cut_off: bool
    """Whether it finished an earlier one and made no new key."""


@dataclass(frozen=True)
class Master:
    """A master key as an operator sees it."""

    key_id: str
    made_at: str
    state: str
    cases: int


class Rotation:
    """One rotation of the master key."""

    def __init__(self, house: House, *, at_once: int = _AT_ONCE) -> None:
        self._house = house
        self._settings = house.settings
        self._is_given = bool(house.settings.master_key.get_secret_value())
        self._at_once = at_once

    async def run(self, tell: Callable[[int], None] = lambda _done: None) -> Rotated:
        """Rotate, or finish the rotation that was cut off; `tell` hears how many case keys are written anew so far."""
        with _alone(key_path(self._settings).with_suffix(".lock")):
            ring = keyring_of(self._settings)
            was_cut_off = await self._is_under_way(ring)
            if not was_cut_off:
                ring = self._with_new_key(ring)
            name = name_of(ring.newest)
            cipher = await open_cipher(self._settings, self._house.database)
            await self._register(cipher, ring)
            done, retired = 0, None
            while retired is None:
                while moved := await self._rewrap(cipher, name):
                    done += moved
                    tell(done)
                retired = await self._retire(name)
            away = () if self._is_given else await asyncio.to_thread(put_away, key_path(self._settings), ring.newest)
        log.info("master.rotated", extra={"master": name, "rewrapped": done})
        return Rotated(name, done, retired, away, was_cut_off)

    async def _is_under_way(self, ring: Keyring) -> bool:
        """Whether a new key is there that not everything is wrapped by, or an old one that is not put away."""
        name = name_of(ring.newest)
        async with self._house.database.reading() as session:
            rows = await read_masters(session)
            if not rows:
                return len(ring.keys) > 1
            known = {row["key_id"] for row in rows}
            is_new = name not in known
            left = await _count_others(session, rows[0]["key_id"])
            unretired = sum(row["retired_at"] is None for row in rows) > 1
        return is_new or bool(left) or unretired or (not self._is_given and len(ring.keys) > 1)

    def _with_new_key(self, ring: Keyring) -> Keyring:
        if self._is_given:
            raise GiveUp(
                f"{SETTING} is set: put a new key before the old one there, parted by a comma, start every process "
                "anew, and run this again"
            )
        put_first(key_path(self._settings))
        ring.renew()
        return ring

    async def _register(self, cipher: Cipher, ring: Keyring) -> None:
        """Write the new key's name down, and the first one's before it; from then on new cases are wrapped by it."""
        now = self._house.clock.now()
        async with self._house.database.writing() as session:
            await lock_masters(session, alone=True)
            known = [row["key_id"] for row in await read_masters(session)]
            number = len(known)
            wanted = [ring.newest] if known else [ring.oldest, ring.newest]
            fresh = [name_of(key) for key in wanted if name_of(key) not in known]
            rows = [
                {"number": number + nth, "key_id": name, "root": cipher.wrapped_root(master=name), "made_at": now}
                for nth, name in enumerate(fresh, start=1)
            ]
            if rows:
                await session.execute(insert(MASTERS), rows)

    async def _rewrap(self, cipher: Cipher, name: str) -> int:
        """Wrap the next case keys anew; a key that is destroyed meanwhile stays destroyed."""
        keys = CASE_KEYS.c
        query = select(keys.case_no, keys.wrapped).where(keys.master != name).order_by(keys.case_no)
        async with self._house.database.writing() as session:
            rows = (await session.execute(query.limit(self._at_once))).all()
            if not rows:
                return 0
            told = [
                {
                    "of": row.case_no,
                    "before": row.wrapped,
                    "after": cipher.wrap(row.case_no, cipher.unwrap(row.case_no, row.wrapped), master=name),
                }
                for row in rows
            ]
            write = (
                update(CASE_KEYS)
                .where(keys.case_no == bindparam("of"), keys.wrapped == bindparam("before"))
                .values(wrapped=bindparam("after"), master=name)
            )
            connection = await session.connection()
            await connection.execute(write, told)
        return len(rows)

    async def _retire(self, name: str) -> tuple[str, ...] | None:
        """Retire all masters but this; None when somebody wrapped a key with another one meanwhile."""
        async with self._house.database.writing() as session:
            await lock_masters(session, alone=True)
            if await _count_others(session, name):
                return None
            open_ones = [
                row["key_id"]
                for row in await read_masters(session)
                if row["retired_at"] is None and row["key_id"] != name
            ]
            retire = update(MASTERS).where(MASTERS.c.key_id.in_(open_ones))
            await session.execute(retire.values(retired_at=self._house.clock.now()))
        return tuple(open_ones)


async def list_masters(house: House) -> Sequence[Master]:
    """The master keys of the house, the newest first, and how many case keys each wraps."""
    counting = select(CASE_KEYS.c.master, func.count()).group_by(CASE_KEYS.c.master)
    async with house.database.reading() as session:
        rows = await read_masters(session)
        counted = dict((await session.execute(counting)).tuples().all())
    if not rows:
        name = name_of(keyring_of(house.settings).oldest)
        return (Master(name, "", "in use since the house began", counted.get("", 0)),)
    first = rows[-1]["key_id"]
    return tuple(
        Master(
            key_id=row["key_id"],
            made_at=row["made_at"].isoformat(),
            state="in use" if nth == 0 else f"retired {row['retired_at']:%Y-%m-%d}" if row["retired_at"] else "old",
            cases=counted.get(row["key_id"], 0) + (counted.get("", 0) if row["key_id"] == first else 0),
        )
        for nth, row in enumerate(rows)
    )


async def _count_others(session: AsyncSession, name: str) -> int:
    query = select(func.count()).select_from(CASE_KEYS).where(CASE_KEYS.c.master != name)
    return int((await session.execute(query)).scalar_one())


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One rotation at a time on this machine; whoever is killed lets go."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            message = "the master key is being rotated already"
            raise GiveUp(message) from None
        yield
