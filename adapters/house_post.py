"""House post: what letters to staff that are about no case say, when the post room sends them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from adapters.envelopes import Label, enclose
from adapters.house_letters import MORE, NO_CASE
from adapters.letterpress import print_letter
from adapters.links import Ticket
from adapters.storm import covered_by
from complaints.erasing import Decision
from complaints.erasure_events import ErasureCause
from complaints.errors import GiveUp
from complaints.findings import Severity
from complaints.house_correspondence import (
    ErasureAsked,
    ErasureAskedLine,
    ErasureDecided,
    ErasureDecidedLine,
    FindingAsked,
    FindingDue,
    SignIn,
    head_for,
)
from complaints.letters import LetterKind
from complaints.notices import Digest, DigestLine

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from email.message import EmailMessage

    from adapters.house import House
    from adapters.letterpress import Printed
    from adapters.outbox import Claim
    from adapters.storm import Notice
    from complaints.correspondence import Letter
    from complaints.policy import Policy
    from complaints.staff import Staff


async def prepare(house: House, claim: Claim) -> tuple[EmailMessage, str, Printed]:
    """The message, its address, and the letter as it was printed; GiveUp when its reader has left the staff."""
    policy, roster = await house.library.current(), await house.directory.current()
    if not roster.works_here(claim.order.to):
        raise GiveUp("the recipient is not on the staff")
    person = roster.staff[claim.order.to]
    letter = await _COMPOSERS[claim.order.kind](house, claim, policy, person)
    printed = print_letter(letter, zone=policy.calendar.timezone)
    label = Label(
        to=person.email,
        to_name=person.name,
        sender=house.settings.mail_from,
        sender_name=letter.head.house,
        reply_to=letter.head.email,
        message_id=claim.message_id,
        sent_at=letter.head.written_at,
        case_no=NO_CASE,
        kind=claim.order.kind.value,
        language=letter.head.language,
    )
    return enclose(printed, label), person.email, printed


async def _sign_in(house: House, claim: Claim, policy: Policy, person: Staff) -> Letter:
    """The link is made when the letter leaves, so that its time does not run while a mail server is away."""
    return SignIn(
        head=head_for(person, house=policy.house, now=house.clock.now()),
        link=house.door.address(dict(claim.order.details)["sign_in"], claim.order.to),
        minutes=house.settings.sign_in_minutes,
    )


async def _digest(house: House, claim: Claim, policy: Policy, person: Staff) -> Letter:
    """Case numbers, kinds and deadlines as they are now, with links of the reader's own: nobody is named."""
    notices = await covered_by(house.database, claim.letter_id)
    lines = [_line(house, notice, reader=claim.order.to) for notice in notices]
    return Digest(head=head_for(person, house=policy.house, now=house.clock.now()), lines=tuple(dict.fromkeys(lines)))


def _line(house: House, notice: Notice, *, reader: str) -> DigestLine:
    is_mine = notice.due_at is not None and notice.assignee == reader
    ticket = (
        Ticket("task", notice.case_no, reader, notice.task_id) if is_mine else Ticket("view", notice.case_no, reader)
    )
    return DigestLine(
        case_no=notice.case_no,
        notice=notice.kind,
        task=notice.task,
        due_at=notice.due_at,
        is_mine=is_mine,
        link=house.links.address(ticket),
    )


async def _finding(house: House, claim: Claim, policy: Policy, person: Staff) -> Letter:
    """Its number, how grave and by when: the letter says nothing of what was found, nor about whom."""
    told = dict(claim.order.details)
    kind = FindingDue if claim.order.kind is LetterKind.FINDING_DUE else FindingAsked
    return kind(
        head=head_for(person, house=policy.house, now=house.clock.now()),
        number=told["finding"],
        severity=Severity(told["severity"]),
        due_on=date.fromisoformat(told["due_on"]),
        link=f"{house.settings.public_url}/me/findings/{told['finding']}",
    )


async def _erasure_asked(house: House, claim: Claim, policy: Policy, person: Staff) -> Letter:
    """Case numbers, who asked, and how each stands now: why stands on the pages only."""
    roster, told = await house.directory.current(), _gathered(claim)
    return ErasureAsked(
        head=head_for(person, house=policy.house, now=house.clock.now()),
        lines=tuple(
            [
                ErasureAskedLine(
                    case_no,
                    by=roster.name_of(by),
                    is_early=cause != ErasureCause.DUE,
                    is_waiting=await _is_waiting(house, case_no, reader=claim.order.to),
                )
                for case_no, cause, by in told
            ]
        ),
        more=_more(claim),
        link=_privacy_page(house, claim),
    )


async def _is_waiting(house: House, case_no: str, *, reader: str) -> bool:
    case = await house.casebook.case(case_no)
    return case.erasure is not None and case.erasure.requested_by != reader and not case.held_since


async def _erasure_decided(house: House, claim: Claim, policy: Policy, person: Staff) -> Letter:
    """Nothing of it needs a key: of an erased case nothing else is left."""
    roster = await house.directory.current()
    may_open = not set(policy.archive.guardians).isdisjoint(person.roles)
    return ErasureDecided(
        head=head_for(person, house=policy.house, now=house.clock.now()),
        lines=tuple(
            ErasureDecidedLine(case_no, by=roster.name_of(by), is_erased=decision == Decision.ERASED)
            for case_no, decision, by in _gathered(claim)
        ),
        more=_more(claim),
        link=_privacy_page(house, claim) if may_open else "",
    )


def _gathered(claim: Claim) -> list[tuple[str, str, str]]:
    """The lines of a gathered letter: case number, code, staff id."""
    lines = [(case_no, said.partition(" ")) for case_no, said in claim.order.details if case_no != MORE]
    return [(case_no, code, by) for case_no, (code, _, by) in lines]


def _more(claim: Claim) -> int:
    return int(dict(claim.order.details).get(MORE, "0"))


def _privacy_page(house: House, claim: Claim) -> str:
    """The page of the case, or of all where the letter tells of several; it opens to whoever is signed in."""
    numbers = [case_no for case_no, _, _ in _gathered(claim)]
    page = f"{house.settings.public_url}/privacy"
    return f"{page}/{numbers[0]}" if len(numbers) == 1 and not _more(claim) else page


_COMPOSERS: Mapping[LetterKind, Callable[[House, Claim, Policy, Staff], Awaitable[Letter]]] = {
    LetterKind.SIGN_IN: _sign_in,
    LetterKind.DIGEST: _digest,
    LetterKind.FINDING_ASKED: _finding,
    LetterKind.FINDING_DUE: _finding,
    LetterKind.ERASURE_ASKED: _erasure_asked,
    LetterKind.ERASURE_DECIDED: _erasure_decided,
}
