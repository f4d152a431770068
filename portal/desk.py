"""The desk: takes what a page posted and has the casebook record it once, however many press at the same time."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from adapters.cipher import stationery
from adapters.contention import until_first
from adapters.linking import find
from complaints import acts, coming_back, withdrawal
from complaints.answering import answer, fill
from complaints.briefing import Verdict
from complaints.chain import Signature
from complaints.errors import AnswerWrong, NotYours, TaskClosed
from complaints.events import EvidenceAdded
from complaints.handover import HandOverForm, barred_from_moving, everything, hand_over
from complaints.reassigning import Cause
from complaints.submission import Submission
from complaints.words import CUSTOMER, ActKind
from portal.standing import Standing, standing
from portal.uploads import Upload, media_type

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from typing import Any

    from adapters.house import House
    from adapters.links import Ticket
    from complaints.briefing import Briefing
    from complaints.case import Case
    from complaints.chain import Entry
    from complaints.record import Complaint


@dataclass(frozen=True)
class Press:
    """One press of a button: by whom, on which opening of which page, with which fields and files."""

    by: str
    nonce: str
    fields: Mapping[str, Any]
    uploads: tuple[Upload, ...] = ()

    @property
    def origin(self) -> str:
        """What the history notes as the place the answer came from; the same page sent twice has the same one."""
        return f"portal {hashlib.sha256(self.nonce.encode()).hexdigest()[:16]}"


@dataclass(frozen=True)
class _Kept:
    """A file in the evidence store, and what the history will say of it."""

    upload: Upload
    address: str
    salt: str
    sha256: str


async def register(house: House, record: Complaint, press: Press) -> str:
    """Open a case for a complaint and return its number; the same form sent twice opens one."""
    policy = await house.library.current()
    registered = await house.casebook.register(
        record,
        signature=Signature(actor=press.by, origin=press.origin, policy=policy.version),
        stationery=stationery(),
        external_id=_fingerprint(press) if press.nonce else "",
    )
    if press.uploads:
        await _attach(house, registered.case_no, press)
    return registered.case_no


async def answer_task(house: House, ticket: Ticket, press: Press) -> Case:
    """Record an answer to a manual task; AnswerWrong when it does not fit, TaskClosed when the link may not act."""

    def decide(briefing: Briefing, evidence: tuple[str, ...]) -> Verdict:
        task = briefing.case.tasks[ticket.task_id]
        if standing(ticket, task) is not Standing.OPEN:
            message = f"{task.id} of {ticket.case_no} is not open to the holder of this link"
            raise TaskClosed(message)
        return answer(briefing, _submission(ticket, press, evidence))

    return await _record(house, ticket.case_no, press, decide)


async def act(house: House, ticket: Ticket, kind: ActKind, press: Press) -> Case:
    """Record an act about a manual task; AnswerWrong, TaskClosed, or ActNotOpen when it may not be done any more."""
    named = str(press.fields.get("original", "")).strip().upper()
    original = await find(house.casebook, named) if named else None

    def decide(briefing: Briefing, evidence: tuple[str, ...]) -> Verdict:
        if standing(ticket, briefing.case.tasks[ticket.task_id]) is not Standing.OPEN:
            message = f"{ticket.task_id} of {ticket.case_no} is not open to the holder of this link"
            raise TaskClosed(message)
        return acts.act(replace(briefing, original=original), kind, _submission(ticket, press, evidence))

    return await _record(house, ticket.case_no, press, decide)


async def reassign(house: House, queued: tuple[str, str], press: Press, *, may_move: Callable[[str], bool]) -> Case:
    """Give the task of (case, id) to a colleague at a lead's word, by the rule of handing over.

    `may_move` says whose work the lead may move; NotYours when it is somebody else's by now.
    """
    case_no, task_id = queued

    def decide(briefing: Briefing, evidence: tuple[str, ...]) -> Verdict:
        task = briefing.case.tasks.get(task_id)
        if task is None or not task.is_open:
            message = f"{task_id} of {case_no} is no longer open"
            raise TaskClosed(message)
        if not may_move(task.assignee):
            message = f"{task_id} of {case_no} is not of the department"
            raise NotYours(message)
        if barred_from_moving(briefing, task, press.by):
            raise AnswerWrong({"task": "part_in_case"})
        post = Submission(task_id, press.by, press.fields, stationery(), evidence)
        return hand_over(briefing, task, form=fill(HandOverForm, press.fields), post=post)

    return await _record(house, case_no, press, decide)


async def release(house: House, case_no: str, press: Press, *, leaver: str, heir: str) -> Case:
    """Give all that somebody has in a case to an heir, or where she may not do it to whom the rules find."""

    def decide(briefing: Briefing, _evidence: tuple[str, ...]) -> Verdict:
        return everything(briefing, leaver, cause=Cause("left", by=press.by), to=heir or None)

    return await _record(house, case_no, press, decide)


def _submission(ticket: Ticket, press: Press, evidence: tuple[str, ...]) -> Submission:
    return Submission(
        task_id=ticket.task_id, by=press.by, fields=press.fields, stationery=stationery(), evidence=evidence
    )


async def add_information(house: House, ticket: Ticket, press: Press) -> Case:
    """Attach what the customer adds; CaseClosed when the case has ended."""

    def decide(briefing: Briefing, evidence: tuple[str, ...]) -> Verdict:
        text = str(press.fields.get("text", ""))
        return withdrawal.add_information(briefing, text=text, evidence=evidence, stationery=stationery())

    return await _record(house, ticket.case_no, press, decide)


async def tell_dissatisfied(house: House, ticket: Ticket, press: Press) -> Case:
    """The customer is not satisfied with what was done; CaseClosed when the case is not followed up any more."""

    def decide(briefing: Briefing, evidence: tuple[str, ...]) -> Verdict:
        text = str(press.fields.get("text", ""))
        return coming_back.tell(briefing, text=text, evidence=evidence, stationery=stationery())

    return await _record(house, ticket.case_no, press, decide)


async def begin_anew(house: House, ticket: Ticket, press: Press) -> str:
    """Open a case that follows a closed one and return its number; CaseStillOpen when that one is not closed."""
    briefing = await house.casebook.brief(ticket.case_no)
    return await register(house, coming_back.begin_anew(briefing, text=str(press.fields.get("text", ""))), press)


async def withdraw(house: House, ticket: Ticket, press: Press) -> Case:
    """End the procedure at the customer's word; CaseClosed when it has ended already."""

    def decide(briefing: Briefing, _evidence: tuple[str, ...]) -> Verdict:
        reason = str(press.fields.get("reason", ""))
        return withdrawal.withdraw(briefing, reason=reason, stationery=stationery())

    return await _record(house, ticket.case_no, press, decide)


def was_recorded(entries: Sequence[Entry], press: Press) -> bool:
    """Whether this very press (or its double) stands in the history already."""
    return any(entry.origin == press.origin and entry.actor == press.by for entry in entries)


async def _attach(house: House, case_no: str, press: Press) -> None:
    """Add the files of a complaint form: a press of its own, since the form's is in the history already."""
    files = replace(press, nonce=f"{press.nonce} files")
    await _record(house, case_no, files, lambda _briefing, _evidence: Verdict())


async def _record(
    house: House, case_no: str, press: Press, decide: Callable[[Briefing, tuple[str, ...]], Verdict]
) -> Case:
    """Brief, decide, record; when somebody else wrote first, brief and decide again on what is now true."""
    keep = _keeper(house, case_no, press.uploads)

    async def attempt() -> Case:
        briefing = await house.casebook.brief(case_no, with_loads=False)
        if was_recorded((await house.casebook.file_of(briefing.case)).entries, press):
            return briefing.case
        numbers = _next_numbers(briefing, len(press.uploads))
        briefing, verdict = await house.casebook.decide(briefing, lambda known: decide(known, numbers))
        evidence = _evidence(numbers, await keep(), by=press.by)
        signature = Signature(actor=press.by, origin=press.origin, policy=briefing.policy.version)
        return await house.casebook.record(briefing, evidence + verdict, signature=signature, wake=True)

    return await until_first(case_no, attempt)


def _next_numbers(briefing: Briefing, files: int) -> tuple[str, ...]:
    taken = len(briefing.case.evidence)
    return tuple(f"E{taken + nth}" for nth in range(1, files + 1))


def _keeper(house: House, case_no: str, uploads: tuple[Upload, ...]) -> Callable[[], Awaitable[tuple[_Kept, ...]]]:
    """Stores the files when first asked, after the rules have agreed; a second try finds them stored."""
    done: list[tuple[_Kept, ...]] = []

    async def keep() -> tuple[_Kept, ...]:
        if not done:
            key = await house.casebook.key(case_no) if uploads else b""
            done.append(tuple([await asyncio.to_thread(_keep, house, case_no, key, upload) for upload in uploads]))
        return done[0]

    return keep


def _keep(house: House, case_no: str, key: bytes, upload: Upload) -> _Kept:
    salt = secrets.token_hex(16)
    digest = hashlib.sha256(salt.encode() + upload.content).hexdigest()
    return _Kept(upload, house.evidence.keep(case_no, key, upload.content), salt, digest)


def _evidence(numbers: tuple[str, ...], kept: tuple[_Kept, ...], *, by: str) -> Verdict:
    """The facts and papers of files; `sha256` in the fact is over the paper's salt as text and then the bytes."""
    sheets = stationery(len(kept))
    papers = tuple(
        sheets.paper(
            nth, kind="evidence", content={"name": file.upload.shown_name, "salt": file.salt, "address": file.address}
        )
        for nth, file in enumerate(kept)
    )
    facts = tuple(
        EvidenceAdded(
            evidence_no=number,
            paper=paper.ref,
            media_type=media_type(file.upload) or "application/octet-stream",
            size=len(file.upload.content),
            sha256=file.sha256,
            added_by=by,
        )
        for number, paper, file in zip(numbers, papers, kept, strict=True)
    )
    return Verdict(facts=facts, papers=papers)


def _fingerprint(press: Press) -> str:
    """One opening of the form with one content: going back and writing another complaint is not a double."""
    told = sorted((name, str(value)) for name, value in press.fields.items())
    return hashlib.sha256(repr((press.nonce, told)).encode()).hexdigest()


def by_customer(nonce: str, fields: Mapping[str, Any], uploads: tuple[Upload, ...] = ()) -> Press:
    """A press by the customer."""
    return Press(by=CUSTOMER, nonce=nonce, fields=fields, uploads=uploads)
