"""Folding: how one fact changes what is known of a case. Each room of facts registers its own; no clock, no policy."""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from complaints.case import Case
    from complaints.chain import Entry


@singledispatch
def change(fact: Any, case: Case, entry: Entry) -> Case:  # noqa: ANN401, ARG001  singledispatch's fallback
    """What a fact changes beyond closing its task; by default nothing."""
    return case


def close(case: Case, task_id: str, entry: Entry, **how: str) -> Case:
    """The case once a task has ended with this entry."""
    return with_task(case, task_id, closed_at=entry.at, closed_by=entry.actor, **how)


def with_task(case: Case, task_id: str, **changes: Any) -> Case:  # noqa: ANN401  field values
    """The case with one of its tasks changed."""
    return replace(case, tasks={**case.tasks, task_id: replace(case.tasks[task_id], **changes)})
