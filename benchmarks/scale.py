"""Scale: how much of everything is measured, in full and when there is little time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """The sizes of all measures."""

    runs: int = 3
    batch: int = 200
    """Cases in flight."""
    batch_seconds: float = 400
    """The longest that a batch may take."""


FULL = Scale()
QUICK = Scale(batch=30, batch_seconds=120)
