"""What happened on the way to an answer and after it: objections in review; codes and references only."""

from __future__ import annotations

from complaints.fact import Fact


class ReviewObjected(Fact):
    """Departments objected, and the proposal goes back to its handler with their reasons."""

    type = "review.objected"

    departments: tuple[str, ...]
    nth: int
    """How often review has sent this round's proposal back for an objection, this time included."""
