"""Standing: what a link to a manual task may still do, and what became of the task if it may do nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from complaints.assignment_events import TaskReassigned
from complaints.escalation_events import CaseEscalated
from complaints.words import CUSTOMER, SYSTEM, Language
from complaints.work_events import TaskEscalated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from adapters.links import Ticket
    from complaints.case import ManualTask
    from complaints.chain import Entry
    from complaints.fact import Fact
    from complaints.roster import Roster


class Standing(StrEnum):
    """How a task's link stands."""

    OPEN = "open"
    ANSWERED_BY_YOU = "answered_by_you"
    ANSWERED = "answered"
    EXPIRED = "expired"
    REVOKED = "revoked"
    MOVED = "moved"


_STATUS = {Standing.OPEN: 200, Standing.MOVED: 403}
_GONE = 410


def standing(ticket: Ticket, task: ManualTask) -> Standing:
    """How this link to this task stands now."""
    if task.is_open:
        return Standing.OPEN if task.assignee == ticket.holder else Standing.MOVED
    if task.status == "answered":
        return Standing.ANSWERED_BY_YOU if task.closed_by == ticket.holder else Standing.ANSWERED
    return Standing(task.status)


def status_of(link: Standing) -> int:
    """The HTTP status that fits."""
    return _STATUS.get(link, _GONE)


@dataclass(frozen=True)
class Farewell:
    """What a page says whose link may not act: who has the work or closed it, when, and why."""

    standing: Standing
    case_no: str
    task: ManualTask
    is_customers: bool
    who: str
    """By name; '' where the reader is not told names."""
    at: datetime | None
    why: str = ""
    """Why the work moved, as a code of the vocabulary's table `Reassigned`; '' for a deadline that passed."""
    typed: tuple[tuple[str, str], ...] = ()
    """What the reader had typed when somebody else was faster: shown, so that it can be copied."""


def farewell(ticket: Ticket, task: ManualTask, *, entries: Sequence[Entry], roster: Roster) -> Farewell:
    """What to tell the holder of a link that may not act."""
    link = standing(ticket, task)
    moved = _last_move(entries, ticket, task) if link is Standing.MOVED else None
    who = task.assignee if link is Standing.MOVED else task.closed_by or ""
    return Farewell(
        standing=link,
        case_no=ticket.case_no,
        task=task,
        is_customers=ticket.holder == CUSTOMER,
        who="" if ticket.holder == CUSTOMER else name_of(who, roster),
        at=moved.at if moved else task.closed_at,
        why=_why(moved.fact) if moved else "",
    )


def name_of(person: str, roster: Roster) -> str:
    """A name for staff to read; '' for the rules themselves and for the customer, whom pages name in words."""
    if person in {CUSTOMER, SYSTEM, ""}:
        return ""
    return roster.name_of(person)


def reader_of(ticket: Ticket, *, roster: Roster, case_language: Language) -> Language:
    """The language a link's holder reads: the customer that of her case, staff their own."""
    if ticket.holder in roster.staff:
        return roster.staff[ticket.holder].language
    return case_language


def _last_move(entries: Sequence[Entry], ticket: Ticket, task: ManualTask) -> Entry | None:
    """The last time that the work left the holder of the link."""
    moves = [entry for entry in entries if _takes_away(entry.fact, ticket, task)]
    return moves[-1] if moves else None


def _why(moved: Fact) -> str:
    if isinstance(moved, TaskReassigned):
        return moved.reason_code
    return "escalated" if isinstance(moved, CaseEscalated) else ""


def _takes_away(fact: Fact, ticket: Ticket, task: ManualTask) -> bool:
    if not isinstance(fact, TaskEscalated | CaseEscalated | TaskReassigned):
        return False
    if not isinstance(fact, TaskReassigned) and not fact.moved:
        return False
    return (fact.task_id, fact.previous) == (task.id, ticket.holder)
