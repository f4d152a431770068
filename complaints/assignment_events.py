"""Who was weighed for a case, who took it on or not, and how work changed hands; codes and references only."""

from __future__ import annotations

from datetime import datetime

from complaints.fact import Answer, Fact, Part
from complaints.papers import PaperRef


class Candidate(Part):
    """One person weighed for a case, and why she could or could not take it."""

    staff_id: str
    skill: float
    load: int
    weight: float
    ruled_out: str | None = None
    """The first reason that rules her out; None when none does."""
    substitute_of: str = ""
    """The absent person for whom she stands in."""
    reasons: tuple[str, ...] = ()
    """Every reason that rules her out, as codes of the vocabulary's table `RuledOut`."""
    last_asked_at: datetime | None = None
    """When she was last asked for something that is still open: among equals the longest idle goes first.

    Tables of before this was kept do not state it at all.
    """


class CandidatesWeighed(Fact):
    """The rules weighed a department's people and found nobody who could take the case."""

    type = "candidates.weighed"

    department: str
    candidates: tuple[Candidate, ...]
    reason: str
    """no_candidate or declined."""


class HandlerAccepted(Answer):
    """The handler took the case on."""

    type = "handler.accepted"

    handler: str


class HandlerDeclined(Fact):
    """Somebody declined a case that was given to her; it is assigned again without her."""

    type = "handler.declined"

    task_id: str
    declined_by: str
    reason_code: str
    reason: PaperRef | None = None


class HandlerChanged(Fact):
    """Another person answers for the case from now on."""

    type = "handler.changed"

    previous: str
    handler: str
    department: str
    reason_code: str


class TaskReassigned(Fact):
    """An open task went from one person to another; its deadline stays."""

    type = "task.reassigned"

    task_id: str
    previous: str
    assignee: str
    reason_code: str
    """A code of the vocabulary's table `Reassigned`."""
    by: str
    substitute_of: str = ""
    reason: PaperRef | None = None
