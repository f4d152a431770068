"""The cipher: a key for each case, wrapped by a master key of the house. Destroying a case's key forgets the person."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from contextlib import suppress
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from adapters.keyring import KEY_BYTES, Keyring, root_of
from complaints.errors import GiveUp
from complaints.papers import Paper, Stationery

_NONCE_BYTES = 12
ROOT = "the root of this house"
"""What the stable secret is wrapped as."""


class Cipher:
    """AES-256-GCM under master keys that never leave this object."""

    def __init__(self, masters: bytes | Keyring, *, root: bytes = b"") -> None:
        """`root` is the stable secret for everything derived; a house that never rotated has it from its only key."""
        self._ring = Keyring((masters,)) if isinstance(masters, bytes) else masters
        self._root = root or root_of(self._ring.oldest)

    def knows(self, master: str) -> bool:
        """Whether the master key of this name is here."""
        return self._ring.find(master) is not None

    def new_case_key(self, case_no: str, *, master: str = "") -> tuple[bytes, bytes]:
        """A fresh case key, bare and wrapped by the master of this name, or by the one that the house began with."""
        key = AESGCM.generate_key(bit_length=8 * KEY_BYTES)
        return key, self.wrap(case_no, key, master=master)

    def wrap(self, about: str, key: bytes, *, master: str = "") -> bytes:
        """A key in the wrapping of a master key; GiveUp when this process does not know it."""
        found = self._ring.find(master) if master else self._ring.oldest
        if found is None:
            message = f"master key {master} is not known here: start anew with all keys of the house"
            raise GiveUp(message)
        return _seal(found, key, about=about)

    def unwrap(self, about: str, wrapped: bytes) -> bytes:
        """The key behind its wrapping, whichever of the house's masters it is."""
        bare = self._tried(about, wrapped)
        if bare is None and self._ring.renew():
            bare = self._tried(about, wrapped)
        return bare if bare is not None else _open(self._ring.newest, wrapped, about=about)

    def _tried(self, about: str, wrapped: bytes) -> bytes | None:
        for master in self._ring.keys:
            with suppress(GiveUp):
                return _open(master, wrapped, about=about)
        return None

    def wrapped_root(self, *, master: str) -> bytes:
        """The stable secret in the wrapping of a master key."""
        return self.wrap(ROOT, self._root, master=master)

    def derived(self, purpose: str) -> bytes:
        """A key for another purpose (signing links, looking people up), independent of all others.

        From the stable secret, not from the master in use: links and lookups outlive a rotation.
        """
        return HKDFExpand(algorithm=SHA256(), length=KEY_BYTES, info=purpose.encode()).derive(self._root)

    def lookup(self, contact: str) -> str:
        """A keyed digest of a contact: equal for equal contacts, useless without the key."""
        plain = "".join(contact.split()).casefold()
        return hmac.new(self.derived("lookup"), plain.encode(), hashlib.sha256).hexdigest() if plain else ""


def seal_paper(key: bytes, paper: Paper) -> bytes:
    """A paper as it is stored."""
    plain = json.dumps({"salt": paper.salt, "content": paper.content}, ensure_ascii=False).encode()
    return _seal(key, plain, about=paper.id)


def open_paper(key: bytes, *, paper_id: str, kind: str, sealed: bytes) -> Paper:
    """A stored paper, readable again."""
    plain: dict[str, Any] = json.loads(_open(key, sealed, about=paper_id))
    return Paper(id=paper_id, kind=kind, salt=plain["salt"], content=plain["content"])


def seal_bytes(key: bytes, content: bytes, *, about: str) -> bytes:
    """A file as it is stored."""
    return _seal(key, content, about=about)


def open_bytes(key: bytes, sealed: bytes, *, about: str) -> bytes:
    """A stored file, readable again."""
    return _open(key, sealed, about=about)


def stationery(sheets: int = 4) -> Stationery:
    """Fresh ids and salts for the papers of one decision."""
    return Stationery(ids=tuple((secrets.token_hex(16), secrets.token_hex(16)) for _ in range(sheets)))


def _seal(key: bytes, plain: bytes, *, about: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about.encode())


def _open(key: bytes, sealed: bytes, *, about: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError) as wrong:
        message = f"what was sealed for {about} does not open with this house's key, or was changed"
        raise GiveUp(message) from wrong
