"""Correspondence: what each letter says. A template sees one of these and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from complaints.letters import LetterKind
from complaints.words import Channel, Language, Outcome, RemedyKind, Role, Stage, TaskKind

LETTERS: dict[LetterKind, type[Letter]] = {}


@dataclass(frozen=True)
class Letterhead:
    """What every letter carries: whose it is, whom it is for, about which case."""

    case_no: str
    house: str
    address: str
    email: str
    phone: str
    reader: str
    """The name to greet; '' when the house does not know it."""
    language: Language
    written_at: datetime


@dataclass(frozen=True)
class Letter:
    """A letter of the house."""

    kind: ClassVar[LetterKind]

    head: Letterhead

    def __init_subclass__(cls) -> None:
        if "kind" in cls.__dict__:
            LETTERS[cls.kind] = cls


@dataclass(frozen=True)
class Offer:
    """A remedy in a letter; an amount of 0 is none."""

    kind: RemedyKind
    amount: float
    currency: str


@dataclass(frozen=True)
class Matter:
    """What a member of staff needs to know of a complaint before she opens it."""

    customer: str
    category: str
    level: str
    """Both by name; '' before classification."""
    channel: Channel
    received_at: datetime
    item: str
    expected_remedy: str
    detail: str
    follows: str = ""
    """The closed case that the customer comes back about."""


@dataclass(frozen=True)
class Work:
    """A manual task: what is asked, by when, and the one link to it."""

    kind: TaskKind
    due_at: datetime
    link: str


@dataclass(frozen=True)
class RuledOut:
    """Somebody who was weighed for a case by name, and codes of the vocabulary's table `RuledOut`."""

    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Acknowledgement(Letter):
    """Your complaint is registered: its number, what happens next and by when."""

    kind = LetterKind.ACKNOWLEDGEMENT

    item: str
    received_at: datetime
    respond_by: datetime
    resolve_by: datetime
    notice: str
    """What the rule of the pack wants said of its times; '' for nothing."""
    track: str


@dataclass(frozen=True)
class InformationRequest(Letter):
    """Something is missing in your complaint."""

    kind = LetterKind.INFORMATION_REQUEST

    work: Work
    missing: tuple[str, ...]
    """Codes of the vocabulary's table `Field`."""


@dataclass(frozen=True)
class Progress(Letter):
    """Where your complaint stands."""

    kind = LetterKind.PROGRESS

    stage: Stage
    handler: str
    """By name; '' while nobody is named."""
    department: str
    resolve_by: datetime
    track: str


@dataclass(frozen=True)
class _Decided(Letter):
    """What the house decided, as it was signed."""

    text: str
    offers: tuple[Offer, ...]
    signed_by: str
    department: str
    legal: tuple[str, ...]
    """Paragraphs of the pack that stand below the signature."""
    appeal: str
    track: str


@dataclass(frozen=True)
class Decision(_Decided):
    """Our written decision, and our question whether you accept it."""

    kind = LetterKind.DECISION

    work: Work


@dataclass(frozen=True)
class FinalDecision(_Decided):
    """Our final written decision, and where you may turn if you disagree."""

    kind = LetterKind.FINAL_DECISION


@dataclass(frozen=True)
class Survey(Letter):
    """The question how satisfied you are."""

    kind = LetterKind.SURVEY

    work: Work


@dataclass(frozen=True)
class CustomerReminder(Letter):
    """We still wait for your answer."""

    kind = LetterKind.CUSTOMER_REMINDER

    work: Work
    is_last: bool


@dataclass(frozen=True)
class WithdrawalConfirmed(Letter):
    """You withdrew your complaint; the procedure has ended."""

    kind = LetterKind.WITHDRAWAL_CONFIRMED

    track: str


@dataclass(frozen=True)
class DuplicateNotice(Letter):
    """Your complaint is handled together with an earlier one."""

    kind = LetterKind.DUPLICATE_NOTICE

    original: str
    track: str


@dataclass(frozen=True)
class ReferralNotice(Letter):
    """Your complaint is for somebody else to answer."""

    kind = LetterKind.REFERRAL_NOTICE

    referred_to: str
    track: str


@dataclass(frozen=True)
class Closing(Letter):
    """Your case is closed."""

    kind = LetterKind.CLOSING

    outcome: Outcome
    appeal: str
    track: str


@dataclass(frozen=True)
class Given:
    """Who gave a piece of work to the reader, by name, and what she should know of it."""

    by: str
    words: str


@dataclass(frozen=True)
class TaskAsked(Letter):
    """You are asked to do a piece of work."""

    kind = LetterKind.TASK_ASKED

    work: Work
    matter: Matter
    offers: tuple[Offer, ...]
    """The remedy proposed or agreed so far."""
    round: int
    objection: str
    """Why an authority sent the proposal back, in its own words; '' when none did."""
    in_place_of: str = ""
    """By name: the absent person for whom the reader stands in."""
    ruled_out: tuple[RuledOut, ...] = ()
    """For a dispatcher: who was weighed for the case, and why she cannot take it."""
    given: Given | None = None
    """For work that was somebody else's."""
    resumed: str = ""
    """Why work that rested goes on, as a code of `ClocksResumed.because`; '' when it did not rest."""


@dataclass(frozen=True)
class TaskWarning(Letter):
    """Your deadline is near."""

    kind = LetterKind.TASK_WARNING

    work: Work
    matter: Matter

    @property
    def time_left(self) -> timedelta:
        """Until the deadline; nothing when it passed while the letter waited."""
        return max(self.work.due_at - self.head.written_at, timedelta(0))


@dataclass(frozen=True)
class TaskEscalated(Letter):
    """A deadline passed: the work is now yours, or you are told because it is your people's."""

    kind = LetterKind.TASK_ESCALATED

    work: Work
    matter: Matter
    level: int
    role: Role
    """In which role the reader is told."""
    is_mine: bool
    """Whether the work moved to the reader."""
    asked: str
    """Who was asked and did not answer in time."""
    missed_at: datetime | None

    @property
    def late_by(self) -> timedelta | None:
        """Since the missed deadline; None when it is not known."""
        return self.head.written_at - self.missed_at if self.missed_at else None


@dataclass(frozen=True)
class TaskMoved(Letter):
    """Your work was given to somebody else."""

    kind = LetterKind.TASK_MOVED

    work: Work
    moved_to: str
    why: str = "deadline"
    """A code of the vocabulary's table `Reassigned`."""


@dataclass(frozen=True)
class TaskReminder(Letter):
    """Your work is overdue, and nobody stands above you to whom it could go."""

    kind = LetterKind.TASK_REMINDER

    work: Work
    matter: Matter
    asked_at: datetime
    count: int

    @property
    def waiting_for(self) -> timedelta:
        """Since the work was first asked for."""
        return self.head.written_at - self.asked_at
