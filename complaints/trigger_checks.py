"""What can be wrong with the escalation triggers of a policy: levels beyond the path, roles that nobody holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from complaints.policy import Policy
    from complaints.toml_lines import Path

    Found = Iterator[tuple[Path, str]]


def triggers_beyond_the_path(policy: Policy) -> Found:
    """A trigger goes up to a level that there is."""
    top = len(policy.escalation.path)
    for name, rise in policy.escalation.triggers.named():
        if rise.level > top:
            yield ("escalation", "triggers", name, "level"), f"is {rise.level}, but the path has {top} levels"


def triggers_that_tell_nobody(policy: Policy) -> Found:
    """Whom a trigger tells besides is somebody."""
    for name, rise in policy.escalation.triggers.named():
        for nth, role in enumerate(rise.tell):
            if not policy.with_role(role):
                path = ("escalation", "triggers", name, "tell", nth)
                yield path, f"nobody holds the role {role.value!r}: give it to a member of staff"
