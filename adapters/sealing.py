"""Sealing: the signed head of a case, written in the transaction that archives it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from adapters.audit_seals import signature_fault
from adapters.signet import read_keys
from complaints.seals import Seal
from models.tables import PUBLISHED_HEADS, SEALS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.signet import Signet
    from complaints.case import Case


async def add_seal(session: AsyncSession, case: Case, *, signet: Signet, at: datetime) -> Seal:
    """Seal a case as it stands after its last entry."""
    key_id = await signet.register(session, at=at)
    heads = await _last_published(session)
    bare = Seal(case_no=case.case_no, entries=case.seq, head=case.head, sealed_at=at, key_id=key_id, heads=heads)
    seal = replace(bare, signature=signet.sign(bare.signed))
    await session.execute(insert(SEALS), [{**seal.__dict__}])
    return seal


async def _last_published(session: AsyncSession) -> str:
    """The digest of the last published line, as complaints/heads.py defines it; empty when there is none."""
    query = select(PUBLISHED_HEADS.c.line).order_by(PUBLISHED_HEADS.c.day.desc()).limit(1)
    line = (await session.execute(query)).scalar_one_or_none()
    return hashlib.sha256(line.encode()).hexdigest() if line else ""


async def seals_of(session: AsyncSession, case_no: str) -> tuple[tuple[Seal, str], ...]:
    """The seals of a case, the first first, each with what is wrong with its signature: '' when nothing is."""
    keys = await read_keys(session)
    rows = await session.execute(select(SEALS).where(SEALS.c.case_no == case_no).order_by(SEALS.c.entries))
    seals = tuple(Seal(**row) for row in rows.mappings())
    return tuple((seal, signature_fault(seal, seal.sealed_at, keys=keys)) for seal in seals)
