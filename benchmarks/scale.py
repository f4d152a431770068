"""Scale: how much of everything is measured, in full and when there is little time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """The sizes of all measures, and which of them are taken when none is named."""

    measures: tuple[str, ...] = ("throughput", "wake", "waiting", "kill", "growth", "audit")

    runs: int = 3
    batch: int = 200
    """Cases in flight."""
    batch_seconds: float = 400
    """The longest that a batch may take."""
    wake_cases: int = 4
    """Cases of a run, with six wakes each."""
    crowd: int = 334
    """Cases that come to wait in a run: three runs make a thousand."""
    climb_seconds: float = 90
    """From one deadline of the crowd to its next."""
    kill_cases: int = 50
    growth_cases: int = 20
    audit_entries: tuple[int, ...] = (200_000, 1_000_000)


FULL = Scale()
QUICK = Scale(
    measures=("throughput", "wake", "kill"),
    runs=1,
    batch=20,
    batch_seconds=120,
    wake_cases=1,
    crowd=34,
    climb_seconds=20,
    kill_cases=10,
    growth_cases=5,
    audit_entries=(200_000,),
)
