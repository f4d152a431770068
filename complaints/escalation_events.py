"""What goes up for another reason than a deadline, who helps, and who complains again; codes and references only."""

from __future__ import annotations

from datetime import datetime

from complaints.fact import Answer, Fact
from complaints.papers import PaperRef
from complaints.words import Role, Trigger


class CaseEscalated(Fact):
    """Something other than a deadline raised a case: somebody above was told, or got the work."""

    type = "case.escalated"

    trigger: Trigger
    about: str
    """Which occasion of its trigger, e.g. the task whose holder asked: each raises a case once."""
    level: int
    """Of the policy's path, from 1."""
    role: Role
    told: str
    also_told: tuple[str, ...] = ()
    moved: bool = False
    task_id: str | None = None
    """The task concerned, when there is one."""
    previous: str | None = None
    """Who held that task."""
    warn_at: datetime | None = None
    due_at: datetime | None = None
    """The task's deadline from now on; None when no task is concerned."""
    late: bool = False
    """Whether the task was overdue already."""
    reason_code: str = ""
    text: PaperRef | None = None
    """What whoever raised it wrote."""


class HelpGiven(Answer):
    """Who was asked for help takes the work over (`task.reassigned` says so too), or accompanies whoever keeps it."""

    type = "help.given"

    about_task: str
    takes_over: bool
    by: str
    previous: str
    text: PaperRef | None = None


class IncidentJoined(Fact):
    """The case is one of many of a kind that came within a short time: it belongs to this incident."""

    type = "incident.joined"

    incident: str
    """`IN-` and the number of the first of its cases."""
    cases: int
    """How many there were when this one joined, itself included."""
    alike: dict[str, float] = {}  # noqa: RUF012  pydantic copies it
    """Which cases it was found to resemble, and how much; of cases that joined because another one did, nothing."""


class IncidentGrew(Fact):
    """The incident that the case belongs to has so many cases by now that it concerns everybody."""

    type = "incident.grew"

    incident: str
    cases: int
    """How many there were when the one that told this joined, itself included."""
