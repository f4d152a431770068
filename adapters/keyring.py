"""The keyring: the master keys that a process knows, the newest first, from the environment or from their file."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from typing import TYPE_CHECKING

from complaints.errors import GiveUp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from adapters.settings import Settings

KEY_BYTES = 32
SETTING = "REDRESS_MASTER_KEY"
_FILE = "master.key"


class Keyring:
    """Master keys. One of a file reads it anew when a key is asked for that it does not know: somebody may rotate."""

    def __init__(self, keys: Sequence[bytes], *, reread: Callable[[], Sequence[bytes]] | None = None) -> None:
        self.keys = _checked(keys)
        self._reread = reread

    @property
    def newest(self) -> bytes:
        """The key that was made last."""
        return self.keys[0]

    @property
    def oldest(self) -> bytes:
        """The key that was made first; in a house that never rotated, the only one."""
        return self.keys[-1]

    def find(self, name: str) -> bytes | None:
        """The key of this name."""
        found = self._find(name)
        if found is None and self.renew():
            found = self._find(name)
        return found

    def _find(self, name: str) -> bytes | None:
        return next((key for key in self.keys if name_of(key) == name), None)

    def renew(self) -> bool:
        """Look whether there are other keys by now."""
        read = _checked(self._reread()) if self._reread else self.keys
        changed, self.keys = read != self.keys, read
        return changed


def _checked(keys: Sequence[bytes]) -> tuple[bytes, ...]:
    if not keys:
        message = "there is no master key"
        raise GiveUp(message)
    wrong = next((len(key) for key in keys if len(key) != KEY_BYTES), None)
    if wrong is not None:
        message = f"the master key must be {KEY_BYTES} bytes, not {wrong}"
        raise GiveUp(message)
    return tuple(keys)


def name_of(master: bytes) -> str:
    """The name of a master key, which does not help to guess it."""
    return hashlib.sha256(b"redress master\n" + master).hexdigest()[:16]


def root_of(master: bytes) -> bytes:
    """The stable secret that all else is derived from: HKDF's extraction (RFC 5869) of the first master key.

    It goes one way: whoever knows the root and the key that wraps it does not know the first master.
    """
    return hmac.new(bytes(KEY_BYTES), master, hashlib.sha256).digest()


def keyring_of(settings: Settings) -> Keyring:
    """The keys of the environment, else those of the file in the home folder, which is made on first use."""
    given = settings.master_key.get_secret_value()
    if given:
        return Keyring(_decoded(given, SETTING))
    path = key_path(settings)
    read_or_make_key(path)
    return Keyring(_read(path), reread=lambda: _read(path))


def key_path(settings: Settings) -> Path:
    """Where the master keys lie unless the environment holds them."""
    return settings.home / _FILE


def read_or_make_key(path: Path) -> bytes:
    """The 32 bytes that lie in a file in base64; made on first use, for the owner of the process alone."""
    try:
        return _read(path)[0]
    except FileNotFoundError:
        return _create(path)


def put_first(path: Path) -> bytes:
    """Make a new key and write it before those of the file, in one move."""
    key = secrets.token_bytes(KEY_BYTES)
    _replace(path, (key, *_read(path)))
    return key


def put_away(path: Path, keep: bytes) -> tuple[Path, ...]:
    """Leave one key in the file; each other gets a file of its own, which no process reads."""
    others = [key for key in _read(path) if key != keep]
    away = []
    for key in others:
        away.append(path.with_name(f"{path.name}.{name_of(key)}.retired"))
        _replace(away[-1], (key,))
    if others:
        _replace(path, (keep,))
    return tuple(away)


def _replace(path: Path, keys: Sequence[bytes]) -> None:
    scratch = _scratch(path, keys)
    with scratch.open("rb") as written:
        os.fsync(written.fileno())
    scratch.replace(path)


def _read(path: Path) -> tuple[bytes, ...]:
    return _decoded(path.read_bytes(), str(path))


def _create(path: Path) -> bytes:
    key = secrets.token_bytes(KEY_BYTES)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = _scratch(path, (key,))
    try:
        # Two processes may start at once: the first link wins and both read the same key.
        path.hardlink_to(scratch)
    except FileExistsError:
        return _read(path)[0]
    finally:
        scratch.unlink()
    return key


def _scratch(path: Path, keys: Sequence[bytes]) -> Path:
    scratch = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    # Made unreadable for others before anything stands in it.
    scratch.touch(mode=0o600, exist_ok=False)
    scratch.write_text("\n".join(base64.b64encode(key).decode() for key in keys))
    return scratch


def _decoded(written: str | bytes, where: str) -> tuple[bytes, ...]:
    """The keys in a text: in base64, parted by commas or white space."""
    text = written if isinstance(written, str) else written.decode("latin-1")
    try:
        keys = tuple(base64.b64decode(part, validate=True) for part in text.replace(",", " ").split())
    except ValueError as wrong:
        message = f"{where} does not hold a key in base64"
        raise GiveUp(message) from wrong
    return keys or (b"",)
