"""Erasing: holds, requests, approvals and what remains, as an operator or a page asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from adapters import erasing as destroying
from adapters.cipher import stationery
from adapters.contention import until_first
from adapters.housekeeping import sort_due
from adapters.retention import cases_asked
from adapters.sealing import seals_of
from complaints import erasing
from complaints.chain import Signature
from complaints.erasure_events import CaseErased
from models.confidentiality import ACCESSES
from models.tables import CASE_KEYS, LETTERS, MANUAL_TASKS, PAPERS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.house import House
    from complaints.briefing import Briefing, Verdict
    from complaints.case import Case
    from complaints.chain import Entry

_COMMAND = "erasure"
"""The origin that histories note for what the command line does."""


@dataclass(frozen=True)
class Doer:
    """Who does it, and where; the same page sent twice has the same origin, so that it counts once."""

    by: str
    origin: str = _COMMAND

    def has_done(self, entries: Sequence[Entry]) -> bool:
        """Whether this very press stands in a history already."""
        return self.origin != _COMMAND and any((one.actor, one.origin) == (self.by, self.origin) for one in entries)


async def hold(house: House, case_no: str, doer: Doer, *, reason: str) -> Case:
    """Keep a case from being erased; ErasureNotOpen when it is held, or by nobody of the staff."""
    return await _record(
        house, case_no, doer, lambda b: erasing.hold(b, by=doer.by, reason=reason, stationery=stationery(1))
    )


async def release(house: House, case_no: str, doer: Doer, *, reason: str) -> Case:
    """End a hold."""
    return await _record(
        house, case_no, doer, lambda b: erasing.release(b, by=doer.by, reason=reason, stationery=stationery(1))
    )


async def request(house: House, case_no: str, doer: Doer, *, reason: str) -> Case:
    """Ask for an erasure."""
    return await _record(
        house, case_no, doer, lambda b: erasing.request(b, by=doer.by, reason=reason, stationery=stationery(1))
    )


async def refuse(house: House, case_no: str, doer: Doer, *, reason: str) -> Case:
    """Say no to one, or take it back."""
    return await _record(
        house, case_no, doer, lambda b: erasing.refuse(b, by=doer.by, reason=reason, stationery=stationery(1))
    )


async def approve(house: House, case_no: str, doer: Doer) -> Case:
    """Say yes: the case is erased when this returns."""

    async def once() -> Case:
        policy = await house.library.current()
        signature = Signature(actor=doer.by, origin=doer.origin, policy=policy.version)
        return await destroying.erase(house, case_no, signature=signature)

    return await _persist(house, case_no, doer, once)


async def _record(house: House, case_no: str, doer: Doer, rule: Callable[[Briefing], Verdict]) -> Case:
    async def once() -> Case:
        briefing = await house.casebook.brief(case_no, with_loads=False)
        signature = Signature(actor=doer.by, origin=doer.origin, policy=briefing.policy.version)
        return await house.casebook.record(briefing, rule(briefing), signature=signature, wake=False)

    return await _persist(house, case_no, doer, once)


async def _persist(house: House, case_no: str, doer: Doer, work: Callable[[], Awaitable[Case]]) -> Case:
    async def attempt() -> Case:
        file = await house.casebook.file(case_no)
        return file.case if doer.has_done(file.entries) else await work()

    return await until_first(case_no, attempt)


@dataclass(frozen=True)
class Wanted:
    """What could be erased, and what waits for another person's word."""

    due: tuple[str, ...]
    waiting: tuple[Case, ...]


async def read_wanted(house: House) -> Wanted:
    """Cases past their date that nobody asked to erase, and all that wait for approval, also before their date."""
    due, _ = await sort_due(house)
    return Wanted(due, await cases_asked(house))


async def request_due(house: House, doer: Doer, *, reason: str) -> Sequence[str]:
    """Ask for the erasure of every case past its date; which they are."""
    due, _ = await sort_due(house)
    for case_no in due:
        await request(house, case_no, doer, reason=reason)
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
