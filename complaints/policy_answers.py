"""The parts of a policy about approving, answering and asking back (PROCESS.md sections 7 and 8)."""

from __future__ import annotations

from pydantic import Field

from complaints.policy_parts import Code, Part
from complaints.words import Role


class ChainRule(Part):
    """Which proposals need several approvals, and by which roles, one after another."""

    levels: tuple[Code, ...] = ()
    """Levels of the scheme in use; empty for every level."""
    above: float | None = Field(default=None, ge=0)
    """Only proposals of more money than this."""
    roles: tuple[Role, ...] = Field(min_length=1)
