"""Erasing: holds, requests, approvals and what remains, as an operator or a page asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from adapters import erasing as destroying
from adapters.cipher import stationery
from adapters.housekeeping import sort_due
from adapters.sealing import seals_of
from complaints import erasing
from complaints.chain import Signature
from complaints.erasure_events import CaseErased, ErasureRequested
from complaints.errors import HistoryMoved, TryAgain
from models.confidentiality import ACCESSES
from models.tables import CASE_KEYS, EVENTS, LETTERS, MANUAL_TASKS, PAPERS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.house import House
    from complaints.briefing import Briefing, Verdict
    from complaints.case import Case
    from complaints.chain import Entry

_MOST_TRIES = 5
_ORIGIN = "erasure"


async def hold(house: House, case_no: str, *, by: str, reason: str) -> Case:
    """Keep a case from being erased; ErasureNotOpen when it is held, or by nobody of the staff."""
    return await _record(house, case_no, by, lambda b: erasing.hold(b, by=by, reason=reason, stationery=stationery(1)))


async def release(house: House, case_no: str, *, by: str, reason: str) -> Case:
    """End a hold."""
    return await _record(
        house, case_no, by, lambda b: erasing.release(b, by=by, reason=reason, stationery=stationery(1))
    )


async def request(house: House, case_no: str, *, by: str, reason: str) -> Case:
    """Ask for an erasure."""
    return await _record(
        house, case_no, by, lambda b: erasing.request(b, by=by, reason=reason, stationery=stationery(1))
    )


async def refuse(house: House, case_no: str, *, by: str, reason: str) -> Case:
    """Say no to one, or take it back."""
    return await _record(
        house, case_no, by, lambda b: erasing.refuse(b, by=by, reason=reason, stationery=stationery(1))
    )


async def approve(house: House, case_no: str, *, by: str) -> Case:
    """Say yes: the case is erased when this returns."""

    async def once() -> Case:
        policy = await house.library.current()
        signature = Signature(actor=by, origin=_ORIGIN, policy=policy.version)
        return await destroying.erase(house, case_no, signature=signature)

    return await _persist(once)


async def _record(house: House, case_no: str, by: str, rule: Callable[[Briefing], Verdict]) -> Case:
    async def once() -> Case:
        briefing = await house.casebook.brief(case_no, with_loads=False)
        signature = Signature(actor=by, origin=_ORIGIN, policy=briefing.policy.version)
        return await house.casebook.record(briefing, rule(briefing), signature=signature, wake=False)

    return await _persist(once)


async def _persist(work: Callable[[], Awaitable[Case]]) -> Case:
    for _ in range(_MOST_TRIES):
        try:
            return await work()
        except HistoryMoved:
            continue
    raise TryAgain("the case is busy: try again")


@dataclass(frozen=True)
class Wanted:
    """What could be erased, and what waits for another person's word."""

    due: tuple[str, ...]
    waiting: tuple[Case, ...]


async def read_wanted(house: House) -> Wanted:
    """Cases past their date that nobody asked to erase, and all that wait for approval, also before their date."""
    due, _ = await sort_due(house)
    asked = (
        select(EVENTS.c.case_no)
        .join(CASE_KEYS, CASE_KEYS.c.case_no == EVENTS.c.case_no)
        .where(EVENTS.c.type == ErasureRequested.type)
        .distinct()
        .order_by(EVENTS.c.case_no)
    )
    async with house.database.reading() as session:
        numbers = (await session.execute(asked)).scalars().all()
    cases = [await house.casebook.case(case_no) for case_no in numbers]
    return Wanted(due, tuple(case for case in cases if case.erasure))


async def request_due(house: House, *, by: str, reason: str) -> Sequence[str]:
    """Ask for the erasure of every case past its date; which they are."""
    due, _ = await sort_due(house)
    for case_no in due:
        await request(house, case_no, by=by, reason=reason)
    return due


async def read_remains(house: House, case_no: str) -> dict[str, Any]:
    """What the house holds of a case, counted and by hashes; of an erased one that is all that remains."""
    entries = await house.casebook.history(case_no.strip().upper())
    case = await house.casebook.case(entries[0].case_no)
    erased = next((entry for entry in entries if isinstance(entry.fact, CaseErased)), None)
    async with house.database.reading() as session:
        counted = await _counted(session, case.case_no)
        seals = await seals_of(session, case.case_no)
    return {
        "case_no": case.case_no,
        "erased_at": case.erased_at.isoformat() if case.erased_at else None,
        "erased": {**erased.fact.stated(), "approved_by": erased.actor} if erased else None,
        "held_since": case.held_since.isoformat() if case.held_since else None,
        "keep_until": case.keep_until.isoformat() if case.keep_until else None,
        "rows": counted,
        "files": len(house.evidence.files_of(case.case_no)),
        "customer_digest_in_first_entry": entries[0].fact.stated().get("customer", ""),
        "seals": [{"entries": seal.entries, "head": seal.head, "key_id": seal.key_id} for seal, _ in seals],
        "history": [_line(entry) for entry in entries],
    }


def _line(entry: Entry) -> dict[str, Any]:
    told = {"seq": entry.seq, "at": entry.at.isoformat(), "actor": entry.actor, "type": entry.fact.type}
    return {**told, "hash": entry.hash}


async def _counted(session: AsyncSession, case_no: str) -> dict[str, int]:
    """How many rows of each kind there are about a case."""
    tables = {"papers": PAPERS, "letters": LETTERS, "tasks": MANUAL_TASKS, "looks": ACCESSES, "keys": CASE_KEYS}
    counted = {}
    for what, table in tables.items():
        query = select(func.count()).select_from(table).where(table.c.case_no == case_no)
        counted[what] = int((await session.execute(query)).scalar_one())
    return counted
