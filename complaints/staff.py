"""Staff and departments of the house, as a policy pack or a roster file describes them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from complaints.policy_parts import Code, Named, Part
from complaints.words import Channel, Language, Role

AbsenceReason = Literal["holiday", "illness", "training", "travel", "parental", "other"]
"""Why somebody is away, as a code: no more is anybody's business."""


class Department(Part):
    """A department of the house."""

    name: Named


class Absence(Part):
    """Days on which somebody is away, both included, in the house's time zone."""

    first_day: date
    last_day: date
    substitute: Code | None = None
    """Who is asked in her place; nobody in particular when left out."""
    reason: AbsenceReason = "other"

    def covers(self, day: date) -> bool:
        """Whether somebody is away on this day."""
        return self.first_day <= day <= self.last_day


class Staff(Part):
    """A member of staff."""

    name: str
    email: str
    department: Code
    roles: tuple[Role, ...]
    language: Language
    """The language she is written to in."""
    skills: tuple[Code, ...] = ()
    """Category codes: what she knows best."""
    languages: tuple[Language, ...] = (Language.EN, Language.ZH_CN)
    """Those she can answer customers in."""
    channels: tuple[Channel, ...] = ()
    """Those she works best in; none named is no preference."""
    levels: tuple[Code, ...] = ()
    """The levels she is authorised for; none named is all."""
    key_customers: bool = False
    """Whether she is among those who look after key customers."""
    max_open: int | None = Field(default=None, ge=0)
    """How much open work she takes at most; None is no limit."""
    hours: Code | None = None
    """The calendar of the policy by which she works, where it is not the house's."""
    present: bool = True
    absences: tuple[Absence, ...] = ()
    left: date | None = None
    """The first day on which she is no longer of the house: histories still name her, nothing else does."""

    heir: Code | None = None
    """Who gets her open work then; whoever the rules find when left out, or where that person may not do it."""

    def has_left(self, day: date) -> bool:
        """Whether she is no longer of the house on this day."""
        return self.left is not None and self.left <= day

    def absence(self, day: date) -> Absence | None:
        """The absence that covers a day: the one that began last, where several do."""
        covering = [absence for absence in self.absences if absence.covers(day)]
        return max(covering, key=lambda absence: absence.first_day, default=None)
