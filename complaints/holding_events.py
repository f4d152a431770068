"""What happened when a law's time for an answer ended, or was not needed: codes only."""

from __future__ import annotations

from datetime import datetime

from complaints.fact import Fact


class HoldingResponseSent(Fact):
    """A clock ran out without a decision, and the customer was told why, until when, and where she may turn now."""

    type = "holding_response.sent"

    clock: str
    due_at: datetime
    late: bool
    """Whether the day on which the clock ran out was over, as after downtime: laws count whole days."""
    by_mail: bool
    """False when no e-mail reaches her; then whoever answers for the case must tell her otherwise."""


class SummaryResolutionSent(Fact):
    """The customer accepted so soon that the rule wants no more than a summary of it."""

    type = "summary_resolution.sent"

    clock: str
    by_mail: bool
