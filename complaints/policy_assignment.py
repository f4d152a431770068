"""The parts of a policy about who gets a case (PROCESS.md section 4). Defaults let older packs read as they did."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from complaints.durations import Length, parse_duration
from complaints.policy_parts import Code, Part, Severity, Share
from complaints.words import Role


class Responsibility(Part):
    """One row of the responsibility matrix."""

    lead: Code
    supporting: tuple[Code, ...]
    respond_within: Length


class BySeverity(Part):
    """One row of the table by severity: in which role somebody takes the case, and by when she answers."""

    role: Role
    department: Code | None = None
    """Where it is not the lead department of the matrix."""
    respond_within: Length


class SkillMatch(Part):
    """How much knowing a category counts; by default the house's choice."""

    subcategory: Share = 1.0
    category: Share = 0.8
    none: Share = 0.5


class Acceptance(Part):
    """Whether a handler is asked to take a case on before it is hers."""

    levels: tuple[Code, ...] | Literal["never"] = "never"
    within: Length = parse_duration("2 bh")
    most_declines: int = Field(default=2, ge=1)
    """After so many the dispatcher decides."""


class Assignment(Part):
    """Who leads and who handles (PROCESS.md section 4)."""

    matrix: dict[Code, Responsibility]
    default: Responsibility
    special_team: Code
    special_team_from_urgency: int = Field(ge=1, le=6)
    key_customer_lane: Code | None = None
    key_customers_need_flag: bool = False
    """Whether key customers go to staff with `key_customers = true` alone."""
    in_hours_only: bool = False
    """Whether only people whose working hours it is are given cases."""
    table: Literal["matrix", "by_severity"] = "matrix"
    by_severity: dict[Severity, BySeverity] = Field(default_factory=dict)
    skill_match: SkillMatch = SkillMatch()
    acceptance: Acceptance = Acceptance()
