"""What letters about clocks say: missed, about to run out, extended. Templates see one of these and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints.correspondence import Letter, Matter
from complaints.letters import LetterKind
from complaints.words import Stage


@dataclass(frozen=True)
class ClockMissed(Letter):
    """A promise to the customer was missed."""

    kind = LetterKind.CLOCK_MISSED

    clock: str
    """By name, as everywhere here."""
    due_at: datetime
    stage: Stage | None
    handler: str
    department: str
    matter: Matter
    view: str


@dataclass(frozen=True)
class ClockWarning(Letter):
    """A clock of your case is about to run out."""

    kind = LetterKind.CLOCK_WARNING

    clock: str
    is_law: bool
    due_at: datetime
    stage: Stage | None
    matter: Matter
    view: str

    @property
    def time_left(self) -> timedelta:
        """Until it runs out."""
        return max(self.due_at - self.head.written_at, timedelta(0))


@dataclass(frozen=True)
class ExtensionNotice(Letter):
    """We need longer than we told you: the new date, why, and where else you may turn."""

    kind = LetterKind.EXTENSION_NOTICE

    clock: str
    reason: str
    """In the words of the policy."""
    previous_due_at: datetime
    due_at: datetime
    is_latest: bool
    """Whether the clock stands still, so that it may be sooner."""
    appeal: str
    track: str


@dataclass(frozen=True)
class Question(Letter):
    """We need something from you before we can go on."""

    kind = LetterKind.QUESTION

    words: str
    """What the handler asks, in her own words."""
    handler: str
    """By name."""
    ends_at: datetime
    """When the house goes on with what it has."""
    track: str


@dataclass(frozen=True)
class ExtensionDecided(Letter):
    """You asked for more time: it is granted, or not."""

    kind = LetterKind.EXTENSION_DECIDED

    clock: str
    granted: bool
    decided_by: str
    reason: str
    """What the decider wrote; '' when nothing."""
    due_at: datetime
    matter: Matter
    view: str
