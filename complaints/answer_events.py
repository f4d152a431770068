"""What happened on the way to an answer and after it: objections in review; codes and references only."""

from __future__ import annotations

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
