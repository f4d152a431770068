"""What the customer was told without having asked."""

from __future__ import annotations

from complaints.fact import Fact
from complaints.words import Stage


class ProgressTold(Fact):
    """The customer was told how her case stands: a stage was over, or she had not heard from the house for long."""

    type = "progress.told"

    stage: Stage
    """Where the case stood."""
    reason: str
    """stage or silence."""
