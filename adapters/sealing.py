"""Sealing: the signed head of a case, written in the transaction that archives it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import insert

from complaints.seals import Seal
from models.tables import SEALS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.signet import Signet
    from complaints.case import Case


async def add_seal(session: AsyncSession, case: Case, *, signet: Signet, at: datetime) -> Seal:
    """Seal a case as it stands after its last entry."""
    key_id = await signet.register(session, at=at)
    bare = Seal(case_no=case.case_no, entries=case.seq, head=case.head, sealed_at=at, key_id=key_id)
    seal = replace(bare, signature=signet.sign(bare.signed))
    await session.execute(insert(SEALS), [{**seal.__dict__}])
    return seal
