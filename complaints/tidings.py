"""Tidings: what one case has to tell another; it stands in the other's history once, however often it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from complaints.fact import Fact


@dataclass(frozen=True)
class Tiding:
    """A fact for another case's history."""

    case_no: str
    fact: Fact
    must_arrive: bool = False
    """Whether the teller has to decide again when the other case has ended meanwhile."""
