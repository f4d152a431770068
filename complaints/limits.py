"""Limits: how long a case of this level may take, by the table that the policy has chosen (PROCESS.md section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints.policy_clocks import LevelClocks

if TYPE_CHECKING:
    from complaints.policy import Policy


def limits_of(level: str, policy: Policy) -> LevelClocks:
    """First response, resolution and callback of a level of the scheme in use."""
    limits = policy.limits
    if limits.table == "by_level":
        return limits.by_level[level]
    if limits.otherwise is None:
        message = f"the table {limits.table!r} has one column, and limits.otherwise does not give the rest"
        raise ValueError(message)
    if limits.table == "maximum_response":
        return limits.otherwise.model_copy(update={"first_response": limits.maximum_response[level]})
    severity = policy.grading.severity[policy.grading.scheme][level]
    return limits.otherwise.model_copy(update={"resolve": limits.by_severity[severity]})
