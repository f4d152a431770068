"""Erasing: destroys a case's key, papers and files, says so in its history, and seals that."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, text, update

from adapters import ledger
from adapters.casebook import projection
from adapters.house_letters import gather_house_letters
from adapters.sealing import add_seal
from complaints import erasing
from complaints.chain import Head, link
from complaints.events import EvidenceAdded
from complaints.fold import fold
from models.confidentiality import ACCESSES, CONTACTS
from models.tables import CASE_KEYS, CASES, LETTERS, PAPERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.database import Database
    from adapters.house import House
    from complaints.case import Case
    from complaints.chain import Signature

log = logging.getLogger("redress.erasing")

_ERASED = "the case's personal data was erased"


async def erase(house: House, case_no: str, *, signature: Signature) -> Case:
    """Approve an erasure and carry it out; `signature.actor` is who approves.

    ErasureNotOpen when she may not, or nobody asked; DataErased when it is done; HistoryMoved when something else was
    written at this moment: then nothing is erased. Files go after the transaction; should this process die before
    that, nobody can read them, and housekeeping removes them.
    """
    briefing = await house.casebook.brief(case_no, with_loads=False)
    case, now = briefing.case, house.clock.now()
    files = sum(isinstance(entry.fact, EvidenceAdded) for entry in await house.casebook.history(case_no))
    async with house.database.writing() as session:
        if house.database.is_sqlite:
            # Else the bytes stay in free pages of the file.
            await session.execute(text("PRAGMA secure_delete = ON"))
        counting = select(func.count()).select_from(PAPERS).where(PAPERS.c.case_no == case_no)
        papers = (await session.execute(counting)).scalar_one()
        verdict = erasing.approve(briefing, by=signature.actor, papers=papers, files=files)
        entries = link(Head(case_no, case.seq, case.head), verdict.facts, at=now, signature=signature)
        after = fold(entries, case)
        await ledger.append_entries(session, entries)
        await _destroy(session, after)
        await gather_house_letters(session, verdict.house_letters, at=now, policy=briefing.policy)
        await add_seal(session, after, signet=house.signet, at=now)
    await asyncio.to_thread(house.evidence.forget, case_no)
    await _scrub(house.database)
    log.info("case.erased", extra={"case_no": case_no, "by": signature.actor})
    return after


async def _destroy(session: AsyncSession, case: Case) -> None:
    """Whatever the database holds of the person, but for the digest in the first entry, which no chain lets go."""
    number = case.case_no
    await session.execute(delete(CASE_KEYS).where(CASE_KEYS.c.case_no == number))
    await session.execute(delete(PAPERS).where(PAPERS.c.case_no == number))
    # After the papers: whoever fills the index at this moment holds their rows until she is done.
    await session.execute(delete(CONTACTS).where(CONTACTS.c.case_no == number))
    letters = update(LETTERS).where(LETTERS.c.case_no == number)
    await session.execute(letters.values(paper_id=None))
    await session.execute(letters.where(LETTERS.c.status == "waiting").values(status="dead", trouble=_ERASED))
    await session.execute(update(ACCESSES).where(ACCESSES.c.case_no == number).values(stated=""))
    told = {**projection(case), "external_id": None, "wake_at": None}
    await session.execute(update(CASES).where(CASES.c.case_no == number).values(**told))


async def _scrub(database: Database) -> None:
    """Have the database let go of the bytes too: SQLite's log, PostgreSQL's dead rows. Backups it cannot reach."""
    async with database.engine.connect() as connection:
        raw = await connection.get_raw_connection()
        driver = raw.driver_connection
        if driver is None:
            return
        for statement in ("PRAGMA wal_checkpoint(TRUNCATE)",) if database.is_sqlite else _VACUUMS:
            await driver.execute(statement)


_VACUUMS = ("VACUUM case_keys", "VACUUM papers", "VACUUM contacts")


async def cases_past_their_date(database: Database, *, now: datetime) -> Sequence[str]:
    """Archived cases whose retention is over and whose key is still there, the longest overdue first."""
    query = (
        select(CASES.c.case_no)
        .join(CASE_KEYS, CASE_KEYS.c.case_no == CASES.c.case_no)
        .where(CASES.c.stage.is_(None), CASES.c.keep_until <= now)
        .order_by(CASES.c.keep_until, CASES.c.case_no)
    )
    async with database.reading() as session:
        return (await session.execute(query)).scalars().all()
