"""The parts of a policy about escalation beyond deadlines: what raises a case, how far, and how storms are calmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from complaints.durations import Length, parse_duration
from complaints.policy_parts import Part
from complaints.words import Role, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator


class Rise(Part):
    """What a trigger does: how far up the path it goes at least, whether the work moves, whom else to tell."""

    level: int = Field(ge=0)
    """Of the escalation path, from 1; 0 switches off a trigger that another pack names."""
    moves_work: bool = False
    extends_by: Length | None = None
    """Time from now that the task concerned has at least; None leaves its deadline as it is."""
    tell: tuple[Role, ...] = ()
    """Who is told besides."""


class ContactRise(Rise):
    """Raised whenever the customer came back so many times more about an unresolved case."""

    contacts: int = Field(ge=1)


class HelpRise(Rise):
    """Raised when somebody asks for help with her work."""

    answer_within: Length
    """How long whoever is asked has to take over or to accompany."""


class LevelRise(Rise):
    """Raised when a case is graded so gravely."""

    from_urgency: int = Field(ge=1)
    """The mildest level of the scheme counts 1."""


class ScoreRise(Rise):
    """Raised when a customer's score is as low as this."""

    at_or_below: int = Field(ge=1, le=5)


class Triggers(Part):
    """What raises a case besides a deadline (PROCESS.md section 6); a trigger that is not named does nothing."""

    customer_contact: ContactRise | None = None
    handler_asks: HelpRise | None = None
    level_reached: LevelRise | None = None
    mass_event: Rise | None = None
    final_offer_refused: Rise | None = None
    low_score: ScoreRise | None = None

    def rise(self, trigger: Trigger) -> Rise | None:
        """What a trigger does; None when it does nothing."""
        found: Rise | None = getattr(self, trigger.value, None)
        return found if found and found.level else None

    def named(self) -> Iterator[tuple[str, Rise]]:
        """Every trigger that the pack names."""
        for name in type(self).model_fields:
            if rise := getattr(self, name):
                yield name, rise


class Storm(Part):
    """When notices to one person are gathered into one mail."""

    most_per_hour: int = Field(default=20, ge=1)
    """More notices than this within an hour become one digest."""
    gather: Length = parse_duration("2 min")
    """How long a digest waits for what else comes."""
