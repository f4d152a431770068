"""The shelf: the files of cases that were read lately, so that only what is new must be read again.

A file is as good as its history is long: entries are never changed, and papers come with entries. So one look at the
case's row tells whether a kept file is whole. Auditors read past the shelf.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from adapters import ledger
from complaints.errors import DataErased, NoSuchCase
from complaints.fold import fold
from models.tables import CASE_KEYS, CASES, CaseKeyRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.cipher import Cipher
    from complaints.case import Case
    from complaints.chain import Entry
    from complaints.papers import Paper

_MOST = 256
"""Some 100 kB each. Cases that wait in memory do so without a file."""


@dataclass(frozen=True)
class CaseFile:
    """What the house knows of a case: its history, what follows from it, and its papers while its key exists."""

    policy: str
    entries: tuple[Entry, ...]
    case: Case
    wrapped: bytes | None = field(repr=False)
    key: bytes | None = field(repr=False)
    papers: Mapping[str, Paper] = field(repr=False)

    def drawer(self) -> ledger.Drawer:
        """Where papers are filed; NoSuchCase when the case's personal data was erased."""
        if self.key is None:
            message = f"{self.case.case_no} cannot be read: its personal data was erased"
            raise DataErased(message)
        return ledger.Drawer(self.case.case_no, self.key)

    def grown(self, entries: tuple[Entry, ...], papers: Iterable[Paper], case: Case | None = None) -> CaseFile:
        """The file with what was added to it."""
        return CaseFile(
            policy=self.policy,
            entries=self.entries + entries,
            case=case or fold(entries, self.case),
            wrapped=self.wrapped,
            key=self.key,
            papers={**self.papers, **{paper.id: paper for paper in papers}},
        )


_LOOK = (
    select(CASES.c.policy, CASES.c.seq, CASE_KEYS.c.wrapped)
    .outerjoin(CASE_KEYS, CASE_KEYS.c.case_no == CASES.c.case_no)
    .where(CASES.c.case_no == bindparam("of"))
)
"""Asked before every step and every page; built once, and past SQLAlchemy's objects."""


class Shelf:
    """The files that were read lately."""

    def __init__(self, cipher: Cipher, *, most: int = _MOST) -> None:
        self._cipher = cipher
        self._most = most
        self._files: OrderedDict[str, CaseFile] = OrderedDict()

    async def file(self, session: AsyncSession, case_no: str) -> CaseFile:
        """The file of a case as it stands in the database; NoSuchCase when there is no such case."""
        row = (await session.execute(_LOOK, {"of": case_no})).one_or_none()
        if row is None:
            message = f"there is no case {case_no}"
            raise NoSuchCase(message)
        policy, seq, wrapped = row
        known = self._files.get(case_no)
        if known is None or known.wrapped != wrapped:
            known = await self._read(session, case_no, policy=policy, wrapped=wrapped)
        elif known.case.seq != seq:
            entries = await ledger.read_entries(session, case_no, after=known.case.seq)
            known = known.grown(entries, await self._papers(session, known))
        self.put(known)
        return known

    async def file_of(self, session: AsyncSession, case: Case) -> CaseFile:
        """The file of a case as its holder knows it, without another look when it is kept as it was then."""
        known = self._files.get(case.case_no)
        return known if known and known.case.seq == case.seq else await self.file(session, case.case_no)

    def kept(self, case_no: str) -> Case | None:
        """The case as it was last seen; None when its file is not kept."""
        known = self._files.get(case_no)
        return known.case if known else None

    def put(self, file: CaseFile) -> None:
        """Keep a file, and let go of the one that was not asked for longest."""
        self._files[file.case.case_no] = file
        self._files.move_to_end(file.case.case_no)
        if len(self._files) > self._most:
            self._files.popitem(last=False)

    async def _read(self, session: AsyncSession, case_no: str, *, policy: str, wrapped: bytes | None) -> CaseFile:
        entries = await ledger.read_entries(session, case_no)
        key = self._cipher.unwrap(case_no, wrapped) if wrapped is not None else None
        bare = CaseFile(policy=policy, entries=entries, case=fold(entries), wrapped=wrapped, key=key, papers={})
        papers = await self._papers(session, bare)
        if key is not None and not papers and await session.get(CaseKeyRow, case_no) is None:
            # Erased between these two questions.
            bare = replace(bare, wrapped=None, key=None)
        return bare.grown((), papers, bare.case)

    async def _papers(self, session: AsyncSession, file: CaseFile) -> Collection[Paper]:
        if file.key is None:
            return ()
        read = await ledger.read_papers(session, file.case.case_no, key=file.key, known=file.papers)
        return read.values()
