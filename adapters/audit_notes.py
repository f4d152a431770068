"""Audit notes: what auditors write about a case, sealed with that case's key, so that it is gone when the case is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters import ledger
from adapters.cipher import open_bytes, seal_bytes
from complaints.errors import NoSuchCase

if TYPE_CHECKING:
    from adapters.house import House


class AuditNotes:
    """Seals and opens notes. They are no papers: a case's history knows nothing of who judged it afterwards."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._keys: dict[str, bytes | None] = {}

    async def seal(self, text: str, *, case_no: str, about: str) -> bytes | None:
        """A note as it is stored, None for no note; NoSuchCase when the case's personal data was erased."""
        if not text:
            return None
        key = await self._key(case_no)
        if key is None:
            message = f"{case_no} cannot be written about: its personal data was erased"
            raise NoSuchCase(message)
        return seal_bytes(key, text.encode(), about=f"audit note {about}")

    async def open(self, sealed: bytes | None, *, case_no: str, about: str) -> str | None:
        """A stored note, '' where there is none; None when it was erased with its case."""
        if sealed is None:
            return ""
        key = await self._key(case_no)
        return open_bytes(key, sealed, about=f"audit note {about}").decode() if key else None

    async def _key(self, case_no: str) -> bytes | None:
        """The key of a case, None when it was destroyed; the house's own for what is about no case."""
        if case_no not in self._keys:
            self._keys[case_no] = await self._looked_up(case_no)
        return self._keys[case_no]

    async def _looked_up(self, case_no: str) -> bytes | None:
        if not case_no:
            return self._house.cipher.derived("audit-notes")
        try:
            # Not through the casebook, which would read the whole case for its key.
            async with self._house.database.reading() as session:
                return self._house.cipher.unwrap(case_no, await ledger.case_key(session, case_no))
        except NoSuchCase:
            return None
