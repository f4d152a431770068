"""What differs between two policies: key by key, and for an open case, clock by clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from complaints.policy_source import name_of
from complaints.reckoning import reckon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from complaints.case import Case
    from complaints.chain import Entry
    from complaints.policy import Policy
    from complaints.toml_lines import Path


class Difference(NamedTuple):
    """A key that the two say differently; None where one says nothing."""

    key: str
    old: Any
    new: Any


class Moved(NamedTuple):
    """A clock of an open case that would run out at another time; None where it would not run at all."""

    case_no: str
    clock: str
    old: datetime | None
    new: datetime | None


def differences(old: Policy, new: Policy) -> tuple[Difference, ...]:
    """Every key whose value differs, in the order of the file; names and versions aside, which always do."""
    values = [policy.model_dump(mode="json", exclude={"name", "version"}) for policy in (old, new)]
    return tuple(Difference(name_of(path), one, other) for path, one, other in _compare((), *values))


def _compare(path: Path, old: Any, new: Any) -> Iterator[tuple[Path, Any, Any]]:  # noqa: ANN401  any part of a policy
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            yield from _compare((*path, key), old.get(key), new.get(key))
    elif _is_rows(old) and _is_rows(new):
        for nth in range(max(len(old), len(new))):
            yield from _compare((*path, nth), old[nth : nth + 1] or None, new[nth : nth + 1] or None)
    elif _is_one_row(old) and _is_one_row(new):
        yield from _compare(path, old[0], new[0])
    elif old != new:
        yield path, old, new


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and len(value) > 1 and all(isinstance(row, dict) for row in value)


def _is_one_row(value: object) -> bool:
    return isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict)


def moved_clocks(case: Case, entries: Sequence[Entry], old: Policy, new: Policy) -> tuple[Moved, ...]:
    """The clocks of a case that the two policies let run out at different times."""
    one, other = reckon(case, entries, old), reckon(case, entries, new)
    pairs = ((name, one.get(name), other.get(name)) for name in dict.fromkeys((*one, *other)))
    return tuple(
        Moved(case.case_no, name, before and before.due_at, after and after.due_at)
        for name, before, after in pairs
        if (before and before.due_at) != (after and after.due_at)
    )
