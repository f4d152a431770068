"""The signet: the house's private signing key, and the table of the public keys it signed with, one after the other."""

from __future__ import annotations

import base64
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select

from adapters.keyring import read_or_make_key
from adapters.ledger import upsert
from complaints.errors import GiveUp, HistoryMoved
from complaints.seals import SealKey, key_id_of, key_named
from models.tables import SEAL_KEYS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.settings import Settings

SETTING = "REDRESS_SEAL_KEY"
_FILE = "seal.key"
_NEXT = "seal.key.next"


class Signet:
    """Ed25519 under the key of `REDRESS_SEAL_KEY`, else of a file in the home folder, which is made on first use.

    The file is read for each signature: they are few, and a worker must not go on with a key that was rotated away.
    """

    def __init__(self, settings: Settings) -> None:
        self._given = settings.seal_key.get_secret_value()
        self._home = settings.home
        self._registered = ""
        # A key that is none is said at the start, not when the first case is archived.
        self._private()

    @property
    def key_id(self) -> str:
        """The name of the key that signs now."""
        return key_id_of(public_of(self._private()))

    def sign(self, message: bytes) -> str:
        """The signature of these bytes, in hex."""
        return self._private().sign(message).hex()

    async def register(self, session: AsyncSession, *, at: datetime) -> str:
        """The name of the key that signs now, once its public half stands in the table."""
        await self._take_next(session)
        private = self._private()
        name = key_id_of(public_of(private))
        if name == self._registered:
            return name
        known = await read_keys(session)
        if key_named(known, name):
            self._registered = name
        else:
            # Not yet remembered as registered: this transaction may come to nothing.
            await _add(session, _successor(known, private, at=at))
        return name

    async def rotate(self, session: AsyncSession, *, at: datetime) -> SealKey:
        """Put a new key in the place of the present one, whose private half is no more once `finish` was called."""
        if self._given:
            raise GiveUp(f"{SETTING} is set: put a new key there and start anew; its public half joins the others")
        await self.register(session, at=at)
        (self._home / _NEXT).unlink(missing_ok=True)
        fresh = Ed25519PrivateKey.from_private_bytes(read_or_make_key(self._home / _NEXT))
        bare = _successor(await read_keys(session), fresh, at=at)
        key = replace(bare, endorsement=self.sign(bare.signed))
        await _add(session, key)
        return key

    def finish(self) -> None:
        """The new key takes the old one's place, now that the table is written."""
        (self._home / _NEXT).replace(self._home / _FILE)

    async def _take_next(self, session: AsyncSession) -> None:
        """Finish a rotation that was cut off after the table was written."""
        path = self._home / _NEXT
        if self._given or not path.exists():
            return
        waiting = key_id_of(public_of(_private_of(read_or_make_key(path), str(path))))
        known = await read_keys(session)
        if known and known[-1].key_id == waiting:
            with suppress(FileNotFoundError):
                self.finish()

    def _private(self) -> Ed25519PrivateKey:
        if self._given:
            try:
                return _private_of(base64.b64decode(self._given, validate=True), SETTING)
            except ValueError as wrong:
                raise GiveUp(f"{SETTING} does not hold a key in base64") from wrong
        path = self._home / _FILE
        return _private_of(read_or_make_key(path), str(path))


def public_of(private: Ed25519PrivateKey) -> bytes:
    """The public half, 32 bytes."""
    return private.public_key().public_bytes_raw()


def is_signed(message: bytes, signature: str, public: str) -> bool:
    """Whether the signature over these bytes was made with the private half of this key; all but the bytes in hex."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


async def read_keys(session: AsyncSession) -> tuple[SealKey, ...]:
    """All public keys of the house, the first first."""
    rows = await session.execute(select(SEAL_KEYS).order_by(SEAL_KEYS.c.number))
    return tuple(SealKey(**row) for row in rows.mappings())


def _successor(known: Sequence[SealKey], private: Ed25519PrivateKey, *, at: datetime) -> SealKey:
    public = public_of(private)
    bare = SealKey(
        number=len(known) + 1,
        key_id=key_id_of(public),
        public=public.hex(),
        valid_from=at,
        previous=known[-1].digest if known else "",
    )
    return replace(bare, signature=private.sign(bare.signed).hex())


async def _add(session: AsyncSession, key: SealKey) -> None:
    """Two who register one key at once write it once; HistoryMoved when another key took its number."""
    add = upsert(session)(SEAL_KEYS).on_conflict_do_nothing()
    await session.execute(add, [{**key.__dict__}])
    if key_named(await read_keys(session), key.key_id) is None:
        message = "another seal key was registered first"
        raise HistoryMoved(message)


def _private_of(seed: bytes, where: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(seed)
    except ValueError as wrong:
        raise GiveUp(f"{where} does not hold an Ed25519 key of 32 bytes") from wrong
