"""The casebook: briefs the rules on a case and records what they decide, in one transaction each."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, update
from sqlmodel import select

from adapters import ledger, masters, repeats
from adapters.house_letters import gather_house_letters
from adapters.linking import point_back
from adapters.neighbours import Neighbours
from adapters.sealing import add_seal
from adapters.shelf import CaseFile, Shelf
from complaints import intake
from complaints.briefing import UNREAD, Briefing
from complaints.chain import Head, Signature, link
from complaints.contact import next_look
from complaints.errors import HistoryMoved, LoadsUnread, NoSuchCase
from complaints.events import StageClosed
from complaints.fold import fold
from complaints.receiving import receive
from complaints.roster import Roster
from complaints.words import SYSTEM
from models.tables import CASES, CaseKeyRow, CaseRow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.cipher import Cipher
    from adapters.clock import Clock
    from adapters.database import Database
    from adapters.directory import StaffDirectory
    from adapters.library import PolicyLibrary
    from adapters.signet import Signet
    from complaints.briefing import Verdict
    from complaints.case import Case
    from complaints.chain import Entry
    from complaints.papers import Paper, Stationery
    from complaints.record import Complaint
    from complaints.tidings import Tiding


_Decision = TypeVar("_Decision")


@dataclass(frozen=True)
class Registered:
    """A case number, and whether this call made it (an external id that was registered before makes none)."""

    case_no: str
    is_new: bool


class CaseBook:
    """All cases of the house."""

    def __init__(  # noqa: PLR0913  what every book of this kind stands on
        self,
        database: Database,
        *,
        cipher: Cipher,
        library: PolicyLibrary,
        directory: StaffDirectory,
        signet: Signet,
        clock: Clock,
        tell: Callable[[str], None] = lambda _case_no: None,
    ) -> None:
        """`tell` is called with the number of each case that something came for, once that is written."""
        self._tell = tell
        self._database = database
        self._cipher = cipher
        self._library = library
        self._directory = directory
        self._signet = signet
        self._clock = clock
        self._shelf = Shelf(cipher)
        self._neighbours = Neighbours(cipher)

    async def register(
        self, record: Complaint, *, signature: Signature, stationery: Stationery, external_id: str = ""
    ) -> Registered:
        """Open a case for a complaint. The same external id again returns the case it opened."""
        external = self._cipher.lookup(f"external:{external_id}") if external_id else None
        try:
            return await self._register(record, signature=signature, stationery=stationery, external=external)
        except HistoryMoved:
            # Two registered the same external id at once: now the other's case is there.
            return await self._register(record, signature=signature, stationery=stationery, external=external)

    async def _register(
        self, record: Complaint, *, signature: Signature, stationery: Stationery, external: str | None
    ) -> Registered:
        policy, now = await self._library.current(), self._clock.now()
        async with self._database.writing() as session:
            if external and (known := await _by_external_id(session, external)):
                return Registered(case_no=known, is_new=False)
            day = now.astimezone(ZoneInfo(policy.calendar.timezone)).strftime("%Y%m%d")
            case_no = await ledger.next_case_no(session, day)
            await self._open(session, case_no, record, signature=signature, stationery=stationery, external=external)
        self._tell(case_no)
        return Registered(case_no=case_no, is_new=True)

    async def _open(  # noqa: PLR0913  everything a first page needs
        self,
        session: AsyncSession,
        case_no: str,
        record: Complaint,
        *,
        signature: Signature,
        stationery: Stationery,
        external: str | None,
    ) -> None:
        policy, now = await self._library.current(), self._clock.now()
        paper = stationery.paper(0, kind="record", content=record.model_dump(mode="json"))
        customer = self._cipher.lookup(record.email or record.phone)
        registration = intake.Registration(record=record, paper=paper, customer=customer, now=now)
        verdict = intake.receive(registration, policy)
        entries = link(Head(case_no=case_no), verdict.facts, at=now, signature=signature)
        master = await masters.in_use(session, self._cipher)
        key, wrapped = self._cipher.new_case_key(case_no, master=master)
        told = {**projection(fold(entries)), "policy": policy.version, "received_at": now, "wake_at": now}
        session.add(CaseRow(case_no=case_no, external_id=external, **told))
        session.add(CaseKeyRow(case_no=case_no, wrapped=wrapped, master=master))
        with ledger.unless_moved():
            await session.flush()
        await ledger.append_entries(session, entries)
        await point_back(session, entries, signet=self._signet)
        await ledger.add_papers(session, ledger.Drawer(case_no, key), verdict.papers, at=now)

    async def file(self, case_no: str) -> CaseFile:
        """History, state and papers of a case; NoSuchCase when there is none."""
        async with self._database.reading() as session:
            return await self._shelf.file(session, case_no)

    async def file_of(self, case: Case) -> CaseFile:
        """The file of a case that was just read or recorded."""
        async with self._database.reading() as session:
            return await self._shelf.file_of(session, case)

    async def brief(self, case_no: str, *, with_loads: bool = True) -> Briefing:
        """Everything a rule may look at; NoSuchCase when there is no such case, or its personal data was erased.

        Who only reads (letters, pages) does without the loads of all staff, and who decides by `decide` for now.
        """
        stored = await self._directory.stored()
        async with self._database.reading() as session:
            file = await self._shelf.file(session, case_no)
            file.drawer()
            policy = await self._library.version(file.case.adopted or file.policy)
            briefing = Briefing(
                case=file.case,
                policy=policy,
                now=self._clock.now(),
                papers={paper.id: paper.content for paper in file.papers.values()},
                loads=await ledger.read_loads(session) if with_loads else UNREAD,
                roster=stored or Roster.of_policy(policy),
            )
            if file.case.screening is not None:
                return briefing
            seen = replace(briefing, similar=await self._neighbours.similar(session, briefing))
            known = replace(seen, incident=await self._neighbours.incident(session, seen))
            return replace(known, lookalikes=await repeats.of_customer(session, self._shelf, known))

    async def decide(self, briefing: Briefing, rule: Callable[[Briefing], _Decision]) -> tuple[Briefing, _Decision]:
        """What a rule decides, and the briefing it decided on: loads are read only when it asks how busy people are.

        Few decisions choose among people, and counting everybody's work costs more the more there is of it.
        """
        try:
            return briefing, rule(briefing)
        except LoadsUnread:
            weighed = await self.with_loads(briefing)
            return weighed, rule(weighed)

    async def with_loads(self, briefing: Briefing) -> Briefing:
        """The same with how busy everybody is now."""
        async with self._database.reading() as session:
            return replace(briefing, loads=await ledger.read_loads(session))

    async def record(self, briefing: Briefing, verdict: Verdict, *, signature: Signature, wake: bool) -> Case:
        """Append a verdict with its letters, papers and projections, in one transaction.

        `wake` says that the case's flow must look again at once (an answer from outside the flow). HistoryMoved when
        somebody else was first: nothing is written, brief and decide again. What other cases learn of it stands in
        their histories before: told again by a second try, it stands there once.
        """
        case = briefing.case
        for tiding in verdict.tidings:
            await self._pass_on(tiding, told_by=case.case_no)
        head = Head(case_no=case.case_no, seq=case.seq, hash=case.head)
        now = self._clock.now()
        # An entry bears the moment for which it was decided, so that whoever decides it once more gets the same.
        entries = link(head, verdict.facts, at=briefing.now, signature=signature)
        after = fold(entries, case)
        is_moving = wake or any(isinstance(fact, StageClosed) and fact.next for fact in verdict.facts)
        async with self._database.writing() as session:
            file = await self._shelf.file_of(session, case)
            await ledger.append_entries(session, entries)
            await point_back(session, entries, signet=self._signet)
            await ledger.add_papers(session, file.drawer(), verdict.papers, at=now)
            await ledger.project_tasks(session, case, after)
            await ledger.order_letters(session, after, verdict.letters, at=now)
            await gather_house_letters(session, verdict.house_letters, at=now, policy=briefing.policy)
            wake_at = now if is_moving else next_look(after, briefing.policy)
            changes = {**projection(after), "wake_at": wake_at, "rung_at": None}
            if after.stage is None:
                changes |= {"closed_at": briefing.now, "wake_at": None} if case.is_open else {"wake_at": None}
                await add_seal(session, after, signet=self._signet, at=now)
            await session.execute(_PROJECT, {**changes, "of": case.case_no})
        self._shelf.put(file.grown(entries, verdict.papers, after))
        if wake:
            self._tell(case.case_no)
        return after

    async def _pass_on(self, tiding: Tiding, *, told_by: str) -> None:
        """Write what a case has to tell into another one's history, unless it stands there or that case is no more."""
        while True:
            try:
                other = await self.brief(tiding.case_no)
            except NoSuchCase:
                return
            verdict = receive(other, tiding)
            if not verdict:
                return
            signature = Signature(actor=SYSTEM, origin=told_by, policy=other.policy.version)
            with suppress(HistoryMoved):
                await self.record(other, verdict, signature=signature, wake=True)
                return

    async def settle(self, briefing: Briefing) -> None:
        """The flow has nothing left to do: set the alarm for its next deadline, unless the history moved meanwhile."""
        case = briefing.case
        query = update(CASES).where(CASES.c.case_no == case.case_no, CASES.c.seq == case.seq)
        async with self._database.writing_once() as session:
            await session.execute(query.values(wake_at=next_look(case, briefing.policy), rung_at=None))

    async def lately(self, case_no: str) -> Case:
        """The case as this process last saw it, which may be behind; for what does not change any more."""
        return self._shelf.kept(case_no) or await self.case(case_no)

    async def case(self, case_no: str) -> Case:
        """The case as its history stands now."""
        return (await self.file(case_no)).case

    async def history(self, case_no: str) -> Sequence[Entry]:
        """The whole history of a case; NoSuchCase when there is none."""
        return (await self.file(case_no)).entries

    async def papers(self, case_no: str) -> Mapping[str, Paper]:
        """All papers of a case, readable; NoSuchCase when its personal data was erased."""
        file = await self.file(case_no)
        file.drawer()
        return file.papers

    async def key(self, case_no: str) -> bytes:
        """The bare key of a case, for sealing what is kept outside the database."""
        return (await self.file(case_no)).drawer().key


_PROJECT = update(CASES).where(CASES.c.case_no == bindparam("of"))


async def _by_external_id(session: AsyncSession, external: str) -> str | None:
    query = select(CaseRow.case_no).where(CaseRow.external_id == external)
    return (await session.execute(query)).scalar_one_or_none()


def projection(case: Case) -> dict[str, Any]:
    """The columns of `cases` that restate the history."""
    return {
        "seq": case.seq,
        "head": case.head,
        "stage": case.stage.value if case.stage else None,
        "outcome": case.outcome.value if case.outcome else None,
        "category": case.classification.category if case.classification else "",
        "level": case.level,
        "channel": case.channel.value,
        "language": case.language.value,
        "department": case.assignment.department if case.assignment else "",
        "handler": case.assignment.handler if case.assignment else "",
        "round": case.round,
        "escalation_level": case.escalation_level,
        "was_escalated": case.was_escalated,
        "customer": case.customer,
        "keep_until": case.keep_until,
        "incident": case.incident,
        "incident_cases": case.incident_cases,
    }
