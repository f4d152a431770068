"""What happened on the way to an answer and after it: objections in review; codes and references only."""

from __future__ import annotations

from typing import Literal

from complaints.fact import Answer, Fact
from complaints.papers import PaperRef
from complaints.work_events import Remedy


class ReviewObjected(Fact):
    """Departments objected, and the proposal goes back to its handler with their reasons."""

    type = "review.objected"

    departments: tuple[str, ...]
    nth: int
    """How often review has sent this round's proposal back for an objection, this time included."""


class FinalDecisionDrafted(Answer):
    """The handler wrote the final decision and why no more can be done; it leaves once an authority approved it."""

    type = "final_decision.drafted"

    letter: PaperRef
    reason: PaperRef
    remedies: tuple[Remedy, ...]
    signed_by: str


Relation = Literal["follows", "followed_by", "repeats", "repeated_by"]
"""How a case stands to another one: it came after it was closed, or it is the same complaint once more."""

BACKWARDS: dict[Relation, Relation] = {"follows": "followed_by", "repeats": "repeated_by"}
"""What the other case's history says of it."""


class CaseLinked(Fact):
    """Two cases belong together. It is the one fact that may come after a case was sealed."""

    type = "case.linked"

    other: str
    relation: Relation


class DuplicateFound(Answer):
    """Whoever looked into the case found that it says what an open one says already: it ends, and goes on there."""

    type = "duplicate.found"

    original: str
    by: str
    other_customer: bool = False
    """That somebody else complained there was known."""
    reason: PaperRef


class DissatisfactionTold(Fact):
    """The customer said that she is not satisfied before the callback asked her."""

    type = "dissatisfaction.told"

    text: PaperRef
    evidence: tuple[str, ...] = ()
