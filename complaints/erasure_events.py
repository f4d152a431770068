"""What happens to a case after its life: held against erasure, asked to be erased, erased. Codes only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from complaints.fact import Fact
from complaints.papers import PaperRef


class ErasureCause(StrEnum):
    """Why a case is to be erased."""

    DUE = "due"
    """Its retention is over."""
    ASKED = "asked"
    """Somebody gave a reason before that, as when the customer asks for it."""


class HoldPlaced(Fact):
    """The case must not be erased, whatever its date: a lawsuit, a request of an authority."""

    type = "hold.placed"

    reason: PaperRef


class HoldReleased(Fact):
    """Nothing speaks against erasing the case any more."""

    type = "hold.released"

    reason: PaperRef | None = None


class ErasureRequested(Fact):
    """Somebody wants the case's personal data destroyed; another person decides."""

    type = "erasure.requested"

    cause: ErasureCause
    reason: PaperRef | None = None


class ErasureRefused(Fact):
    """The other person said no."""

    type = "erasure.refused"

    reason: PaperRef | None = None


class CaseErased(Fact):
    """The key of the case was destroyed, with its papers and files: nobody can read what was personal."""

    type = "case.erased"

    cause: ErasureCause
    requested_by: str
    requested_at: datetime
    papers: int
    """How many papers were destroyed, letters as sent among them."""
    files: int
