"""Notices: letters to staff that say more than what one of their own deadlines does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from complaints.correspondence import Letter, Matter
from complaints.letters import LetterKind
from complaints.words import HelpReason, Role, TaskKind, Trigger


@dataclass(frozen=True)
class CaseEscalated(Letter):
    """A case went up for another reason than a deadline: the work is now yours, or you are told."""

    kind = LetterKind.CASE_ESCALATED

    trigger: Trigger
    level: int
    role: Role
    """Of the step of the path that the case went up to."""
    is_mine: bool
    """Whether the work moved to the reader."""
    task: TaskKind | None
    """The work concerned; None when the case waits for nobody in particular."""
    asked: str
    """Who does that work; '' when nobody does."""
    due_at: datetime | None
    reason: HelpReason | None
    text: str
    """What whoever asked for help wrote; '' otherwise."""
    incident: str
    cases: int
    """How many cases the incident had when it was declared; 0 without one."""
    link: str
    matter: Matter


@dataclass(frozen=True)
class DigestLine:
    """One notice that a digest stands for."""

    case_no: str
    notice: LetterKind
    task: TaskKind | None
    """The work it is about; None when it is about a whole case."""
    due_at: datetime | None
    """The deadline of that work; None once it is done."""
    is_mine: bool
    """Whether the link opens the reader's own work."""
    link: str


@dataclass(frozen=True)
class Digest(Letter):
    """Many notices came for you within an hour: here they are in one mail; no customer is named."""

    kind = LetterKind.DIGEST

    lines: tuple[DigestLine, ...]
