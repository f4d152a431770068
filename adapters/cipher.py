"""The cipher: a key for each case, wrapped by the house's master key. Destroying a case's key forgets the person."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from complaints.errors import GiveUp
from complaints.papers import Paper, Stationery

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.settings import Settings

_KEY_BYTES = 32
_NONCE_BYTES = 12


class Cipher:
    """AES-256-GCM under a master key that never leaves this object."""

    def __init__(self, master: bytes) -> None:
        if len(master) != _KEY_BYTES:
            message = f"the master key must be {_KEY_BYTES} bytes, not {len(master)}"
            raise GiveUp(message)
        self._master = master

    def new_case_key(self, case_no: str) -> tuple[bytes, bytes]:
        """A fresh case key, bare and wrapped."""
        key = AESGCM.generate_key(bit_length=8 * _KEY_BYTES)
        return key, _seal(self._master, key, about=case_no)

    def unwrap(self, case_no: str, wrapped: bytes) -> bytes:
        """The case key behind its wrapping."""
        return _open(self._master, wrapped, about=case_no)

    def derived(self, purpose: str) -> bytes:
        """A key for another purpose (signing links, looking people up), independent of all others."""
        return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose.encode()).derive(self._master)

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


def master_key(settings: Settings) -> bytes:
    """The master key from the environment, else from its file in the home folder, which is made on first use."""
    given = settings.master_key.get_secret_value()
    if given:
        return _decoded(given, "REDRESS_MASTER_KEY")
    return read_or_make_key(settings.home / "master.key")


def read_or_make_key(path: Path) -> bytes:
    """The 32 bytes that lie in a file in base64; made on first use, for the owner of the process alone."""
    try:
        return _decoded(path.read_bytes(), str(path))
    except FileNotFoundError:
        return _create(path)


def _create(path: Path) -> bytes:
    key = secrets.token_bytes(_KEY_BYTES)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    # Made unreadable for others before anything stands in it.
    scratch.touch(mode=0o600, exist_ok=False)
    scratch.write_text(base64.b64encode(key).decode())
    try:
        # Two processes may start at once: the first link wins and both read the same key.
        path.hardlink_to(scratch)
    except FileExistsError:
        return _decoded(path.read_bytes(), str(path))
    finally:
        scratch.unlink()
    return key


def _decoded(written: str | bytes, where: str) -> bytes:
    try:
        return base64.b64decode(written.strip(), validate=True)
    except ValueError as wrong:
        message = f"{where} does not hold a key in base64"
        raise GiveUp(message) from wrong


def _seal(key: bytes, plain: bytes, *, about: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about.encode())


def _open(key: bytes, sealed: bytes, *, about: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError) as wrong:
        message = f"what was sealed for {about} does not open with this house's key, or was changed"
        raise GiveUp(message) from wrong
