"""The evidence store: files of a case, encrypted with its key, addressed by what they contain."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

from adapters.cipher import open_bytes, seal_bytes
from complaints.errors import TryAgain

if TYPE_CHECKING:
    from pathlib import Path


class EvidenceStore:
    """A folder of sealed files: <case>/<sha256 of the sealed bytes>."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, case_no: str, key: bytes, content: bytes) -> str:
        """Store a file and return its address within the case."""
        sealed = seal_bytes(key, content, about=case_no)
        address = hashlib.sha256(sealed).hexdigest()
        path = self._folder / case_no / address
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(sealed)
        except OSError as trouble:
            message = f"the evidence folder {self._folder} cannot be written"
            raise TryAgain(message) from trouble
        return address

    def forget(self, case_no: str) -> int:
        """Remove all files of a case; how many there were. TryAgain when the folder does not let go of them."""
        many = len(self.files_of(case_no))
        try:
            shutil.rmtree(self._folder / case_no)
        except FileNotFoundError:
            return 0
        except OSError as trouble:
            message = f"the evidence of {case_no} cannot be removed"
            raise TryAgain(message) from trouble
        return many

    def files_of(self, case_no: str) -> tuple[str, ...]:
        """The addresses of all files of a case."""
        try:
            return tuple(sorted(path.name for path in (self._folder / case_no).iterdir()))
        except FileNotFoundError:
            return ()

    def cases(self) -> tuple[str, ...]:
        """The numbers of all cases that have a folder here."""
        try:
            return tuple(sorted(folder.name for folder in self._folder.iterdir() if folder.is_dir()))
        except FileNotFoundError:
            return ()

    def fetch(self, case_no: str, key: bytes, address: str) -> bytes:
        """A stored file; TryAgain when the folder does not answer."""
        try:
            sealed = (self._folder / case_no / address).read_bytes()
        except OSError as trouble:
            message = f"evidence {address[:12]} of {case_no} cannot be read"
            raise TryAgain(message) from trouble
        return open_bytes(key, sealed, about=case_no)
