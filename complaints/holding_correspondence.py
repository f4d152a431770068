"""What the letters say that a pack's rule wants: the answer needs longer, the complaint was resolved at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from complaints.correspondence import Letter, Offer
from complaints.letters import LetterKind
from complaints.words import Stage


@dataclass(frozen=True)
class HoldingResponse(Letter):
    """Our decision is not ready in time: why, when you will have it, and where you may turn now."""

    kind = LetterKind.HOLDING_RESPONSE

    received_at: datetime
    due_at: datetime
    stage: Stage
    """Where the case stood when the time was over: that is why."""
    late: bool
    """Whether this letter itself comes too late."""
    expected_by: datetime | None
    signpost: str
    track: str


@dataclass(frozen=True)
class SummaryResolution(Letter):
    """You accepted our answer; we consider your complaint resolved, and this is where you may turn all the same."""

    kind = LetterKind.SUMMARY_RESOLUTION

    received_at: datetime
    offers: tuple[Offer, ...]
    signpost: str
    track: str
