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


@dataclass(frozen=True)
class ErasureAskedLine:
    """A case whose erasure somebody asked for."""

    case_no: str
    by: str
    """Who asked, by name."""
    is_early: bool
    """Whether the case's time is not over, so that a reason was given."""
    is_waiting: bool
    """Whether it can be approved now: nobody decided meanwhile, and it is not held."""


@dataclass(frozen=True)
class ErasureDecidedLine:
    """What became of an erasure."""

    case_no: str
    by: str
    """Who decided, by name."""
    is_erased: bool


@dataclass(frozen=True)
class _AboutErasures(Letter):
    """A letter that gathers cases. No customer is named."""

    lines: tuple[ErasureAskedLine | ErasureDecidedLine, ...]
    more: int
    """How many cases stand on the page only."""
    link: str
    """'' for a reader whom those pages are not open to: whoever works here may ask."""

    @property
    def count(self) -> int:
        """Of how many cases it tells."""
        return len(self.lines) + self.more


@dataclass(frozen=True)
class ErasureAsked(_AboutErasures):
    """Somebody asked for cases to be erased; you may approve or refuse it."""

    kind = LetterKind.ERASURE_ASKED

    lines: tuple[ErasureAskedLine, ...]


@dataclass(frozen=True)
class ErasureDecided(_AboutErasures):
    """Cases whose erasure you asked for were erased, or stay."""

    kind = LetterKind.ERASURE_DECIDED

    lines: tuple[ErasureDecidedLine, ...]


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
