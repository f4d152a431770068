"""House post: what letters to staff that are about no case say, when the post room sends them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from adapters.envelopes import Label, enclose
from adapters.house_letters import NO_CASE
from adapters.letterpress import print_letter
from adapters.links import Ticket
from adapters.storm import covered_by
from complaints.errors import GiveUp
from complaints.findings import Severity
from complaints.house_correspondence import FindingAsked, FindingDue, SignIn, head_for
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


_COMPOSERS: Mapping[LetterKind, Callable[[House, Claim, Policy, Staff], Awaitable[Letter]]] = {
    LetterKind.SIGN_IN: _sign_in,
    LetterKind.DIGEST: _digest,
    LetterKind.FINDING_ASKED: _finding,
    LetterKind.FINDING_DUE: _finding,
}
