"""What happened to clocks after they had started: warned, stopped, run on, extended; codes and references only."""

from __future__ import annotations

from datetime import datetime

from complaints.fact import Answer, Fact, Part
from complaints.papers import PaperRef


class ClockWarned(Fact):
    """Whoever answers for the case was warned that a clock is about to run out."""

    type = "clock.warned"

    name: str
    due_at: datetime


class Held(Part):
    """A clock, or somebody's task, that stands still."""

    name: str
    was_due_at: datetime
    was_warn_at: datetime | None
    """As it stood when it stopped: what is left of it counts from here."""
    due_at: datetime
    warn_at: datetime | None
    """As it will be if the pause lasts as long as it may: while it stands still, it is due then at the latest."""


class Resumed(Part):
    """A clock, or somebody's task, that runs on."""

    name: str
    due_at: datetime
    warn_at: datetime | None


class ClocksPaused(Fact):
    """The house waits for somebody else, for a reason that the policy knows; the clocks that allow it stand still."""

    type = "clocks.paused"

    reason: str
    by: str
    ends_at: datetime
    """When they run on all the same."""
    clocks: tuple[Held, ...]
    tasks: tuple[Held, ...]
    """The open tasks of whoever waits."""
    note: PaperRef | None = None
    asks_customer: bool = False
    """Whether the note is a question that was put to the customer; else it is for the file, and not for her eyes."""


class ClocksResumed(Fact):
    """What stood still runs on, with what was left of it."""

    type = "clocks.resumed"

    reason: str
    by: str
    because: str
    """`handler`, `answered` (what was asked for came, or the work was done) or `longest` (it may not last longer)."""
    since: datetime
    until: datetime
    clocks: tuple[Resumed, ...]
    tasks: tuple[Resumed, ...]
    note: PaperRef | None = None


class ExtensionAsked(Fact):
    """The handler asked for more time; the task `task_id` lies with whoever may grant it."""

    type = "extension.asked"

    task_id: str
    clock: str
    reason: str
    by: str
    note: PaperRef | None = None


class ExtensionDecided(Answer):
    """Somebody with the authority granted more time, or refused it."""

    type = "extension.decided"

    clock: str
    approved: bool
    by: str
    reason: PaperRef | None = None


class ClockExtended(Fact):
    """A clock got more time, and the customer is told."""

    type = "clock.extended"

    clock: str
    length: str
    reason: str
    asked_by: str
    approved_by: str
    previous_due_at: datetime
    due_at: datetime
    warn_at: datetime | None
    held_due_at: datetime | None = None
    """Of a clock that stands still: when it would have run out had nothing stopped it."""


class PolicyAdopted(Fact):
    """An open case goes on under another version of the policy, by decision; its clocks were reckoned anew."""

    type = "policy.adopted"

    previous: str
    adopted: str
    by: str
    reason: PaperRef | None = None
    clocks: tuple[Resumed, ...] = ()
