"""Repeats: the earlier cases of the same customer that read like the one that is screened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import tuple_
from sqlmodel import col, select

from adapters.likeness import OtherCase, lookalikes
from complaints import clocks
from models.tables import CaseRow

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.shelf import Shelf
    from complaints.briefing import Briefing
    from complaints.events import Lookalike

_MOST = 50


async def of_customer(session: AsyncSession, shelf: Shelf, briefing: Briefing) -> tuple[Lookalike, ...]:
    """Those that came within the policy's time and are alike enough for it, most similar first."""
    rules, case = briefing.policy.intake, briefing.case
    if not case.customer:
        return ()
    window = clocks.due(briefing.now, rules.duplicate_within, briefing.policy.calendar) - briefing.now
    query = (
        select(CaseRow.case_no, CaseRow.received_at)
        .where(CaseRow.customer == case.customer, CaseRow.received_at >= briefing.now - window)
        # Only earlier cases: two that came at once must not be taken for copies of each other and both be closed.
        .where(tuple_(col(CaseRow.received_at), col(CaseRow.case_no)) < (case.received_at, case.case_no))
        .order_by(col(CaseRow.received_at).desc())
        .limit(_MOST)
    )
    rows = (await session.execute(query)).all()
    others = [OtherCase(number, received, await _detail(session, shelf, number)) for number, received in rows]
    return lookalikes(briefing.record.detail, others, now=briefing.now, least=rules.duplicate_similarity)


async def _detail(session: AsyncSession, shelf: Shelf, case_no: str) -> str:
    """How a case reads; nobody can tell any more when it was erased."""
    papers = (await shelf.file(session, case_no)).papers
    return next((paper.content["detail"] for paper in papers.values() if paper.kind == "record"), "")
