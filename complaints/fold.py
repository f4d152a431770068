"""The fold: a case is what its history adds up to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

# Each registers how its facts change a case.
from complaints import (  # noqa: F401
    fold_answers,
    fold_assignment,
    fold_case,
    fold_clocks,
    fold_erasure,
    fold_escalation,
    fold_grading,
    fold_holding,
    fold_work,
)
from complaints.case import Case
from complaints.fact import Answer
from complaints.fold_contact import heard
from complaints.folding import change, close

if TYPE_CHECKING:
    from collections.abc import Iterable

    from complaints.chain import Entry


def fold(entries: Iterable[Entry], start: Case | None = None) -> Case:
    """The case after these entries, from nothing or from a known start."""
    case = start
    for entry in entries:
        case = apply(case or Case(case_no=entry.case_no), entry)
    if case is None:
        message = "a history has at least one entry"
        raise ValueError(message)
    return case


def apply(case: Case, entry: Entry) -> Case:
    """The case after one more entry."""
    changed = heard(change(entry.fact, case, entry), entry)
    if isinstance(entry.fact, Answer):
        changed = close(changed, entry.fact.task_id, entry, status="answered")
    return replace(changed, seq=entry.seq, head=entry.hash, last_at=entry.at)
