"""House correspondence: letters to staff that are about no case, and what each says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from complaints.correspondence import Letter, Letterhead
from complaints.findings import Severity
from complaints.letters import LetterKind

if TYPE_CHECKING:
    from datetime import datetime

    from complaints.policy import House
    from complaints.staff import Staff


@dataclass(frozen=True)
class SignIn(Letter):
    """Here is the link that you asked for; it signs you in to your own pages, once."""

    kind = LetterKind.SIGN_IN

    link: str
    minutes: int
    """How long the link is good, from the moment the letter was written."""


@dataclass(frozen=True)
class _AboutFinding(Letter):
    """A finding by its number; what it is stands on the reader's page only."""

    number: str
    severity: Severity
    due_on: date
    link: str


@dataclass(frozen=True)
class FindingAsked(_AboutFinding):
    """The internal audit found something that you are to see to."""

    kind = LetterKind.FINDING_ASKED


@dataclass(frozen=True)
class FindingDue(_AboutFinding):
    """A finding that you answer for is due and not closed."""

    kind = LetterKind.FINDING_DUE


def head_for(person: Staff, *, house: House, now: datetime) -> Letterhead:
    """The head of a letter to a member of staff that is about no case."""
    return Letterhead(
        case_no="",
        house=house.name.in_language(person.language),
        address=house.address.in_language(person.language),
        email=house.email,
        phone=house.phone,
        reader=person.name,
        language=person.language,
        written_at=now,
    )
