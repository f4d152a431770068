"""A submission: one posted form, by whom, with what came along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from complaints.papers import Stationery


@dataclass(frozen=True)
class Submission:
    """Whose answer to which task, with fresh papers to write on and the numbers of the evidence uploaded with it."""

    task_id: str
    by: str
    fields: Mapping[str, Any]
    stationery: Stationery
    evidence: tuple[str, ...] = ()
