"""Neighbours: the open cases that came shortly before another one and read alike, whoever complains."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from sqlalchemy import func, select, tuple_
from sqlmodel import col

from adapters.cipher import open_paper
from adapters.likeness import alike, signature
from complaints import clocks
from complaints.incidents import Incident, SimilarCase, known_to
from complaints.words import Stage
from models.tables import PAPERS, CaseKeyRow, CaseRow

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.cipher import Cipher
    from complaints.briefing import Briefing

_MOST = 4096
"""Signatures in memory, 600 characters at most each; what falls out is read again."""


class Neighbours:
    """Compares a case that is screened with the newest open ones; keeps what it has read of them, in memory only."""

    def __init__(self, cipher: Cipher, *, most: int = _MOST) -> None:
        self._cipher = cipher
        self._most = most
        self._signatures: OrderedDict[str, str] = OrderedDict()

    async def similar(self, session: AsyncSession, briefing: Briefing) -> tuple[SimilarCase, ...]:
        """Those that are similar enough for the policy, oldest first."""
        rule = briefing.policy.intake.mass_event
        # Where so many are never compared, no number of them could make an incident.
        rows = await self._lately(session, briefing) if rule.count <= rule.most + 1 else ()
        mine, record = briefing.case.case_no, briefing.record
        own = signature(f"{record.item} {record.detail}")
        if not rows or not own:
            return ()
        await self._read(session, [row.case_no for row in rows])
        self._keep(mine, own)
        others = {row.case_no: self._signatures.get(row.case_no, "") for row in rows}
        found = alike(own, others, least=rule.similarity)
        return tuple(
            SimilarCase(row.case_no, row.customer, row.received_at, found[row.case_no], row.incident)
            for row in reversed(rows)
            if row.case_no in found
        )

    async def incident(self, session: AsyncSession, briefing: Briefing) -> Incident | None:
        """What there is to know of the incident that similar cases belong to; None when they belong to none."""
        number = known_to(briefing.similar)
        if not number:
            return None
        wide_from = briefing.policy.intake.mass_event.wide_from
        counted = select(func.count()).select_from(CaseRow).where(col(CaseRow.incident) == number)
        cases = (await session.execute(counted)).scalar_one()
        told = (
            select(col(CaseRow.case_no))
            .where(col(CaseRow.incident) == number, col(CaseRow.incident_cases) < wide_from, *_is_open())
            .order_by(col(CaseRow.case_no))
        )
        return Incident(cases, tuple((await session.execute(told)).scalars()))

    async def _lately(self, session: AsyncSession, briefing: Briefing) -> Sequence[CaseRow]:
        """The newest open cases before this one, newest first: not one that came at once, or both would count both."""
        rule, case = briefing.policy.intake.mass_event, briefing.case
        window = clocks.due(briefing.now, rule.within, briefing.policy.calendar) - briefing.now
        query = (
            select(CaseRow)
            .where(*_is_open())
            .where(col(CaseRow.received_at) >= briefing.now - window)
            .where(tuple_(col(CaseRow.received_at), col(CaseRow.case_no)) < (case.received_at, case.case_no))
            .order_by(col(CaseRow.received_at).desc(), col(CaseRow.case_no).desc())
            .limit(rule.most)
        )
        return (await session.execute(query)).scalars().all()

    async def _read(self, session: AsyncSession, case_nos: Collection[str]) -> None:
        """Open the records of those cases that are not known yet; an erased one resembles nothing."""
        missing = [case_no for case_no in case_nos if case_no not in self._signatures]
        if not missing:
            return
        query = (
            select(PAPERS.c.case_no, PAPERS.c.id, PAPERS.c.sealed, col(CaseKeyRow.wrapped))
            .join(CaseKeyRow, col(CaseKeyRow.case_no) == PAPERS.c.case_no)
            .where(PAPERS.c.case_no.in_(missing), PAPERS.c.kind == "record")
            .order_by(PAPERS.c.created_at)
        )
        for case_no, paper_id, sealed, wrapped in (await session.execute(query)).tuples():
            key = self._cipher.unwrap(case_no, wrapped)
            content = open_paper(key, paper_id=paper_id, kind="record", sealed=sealed).content
            self._keep(case_no, signature(f"{content['item']} {content['detail']}"))

    def _keep(self, case_no: str, text: str) -> None:
        self._signatures[case_no] = text
        self._signatures.move_to_end(case_no)
        while len(self._signatures) > self._most:
            self._signatures.popitem(last=False)


def _is_open() -> tuple[ColumnElement[bool], ...]:
    return col(CaseRow.stage).is_not(None), col(CaseRow.stage) != Stage.ARCHIVING.value
