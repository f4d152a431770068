"""The roster: who works for the house now, in which departments and roles. Live; the policy is frozen per case."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from complaints.policy import Policy
    from complaints.staff import Department, Staff
    from complaints.words import Role


@dataclass(frozen=True)
class Roster:
    """Departments and staff by code and id, leavers included, so that old histories still name them.

    `day` is the day of the house on which one looks: it tells who has left by then. Without one, nobody has.
    """

    version: str
    departments: Mapping[str, Department] = field(default_factory=dict)
    staff: Mapping[str, Staff] = field(default_factory=dict)
    timezone: str = "UTC"
    day: date | None = None

    @classmethod
    def of_policy(cls, policy: Policy) -> Roster:
        """The sample roster that a pack brings, for a house that has stored none of its own."""
        return cls(policy.version, policy.departments, policy.staff, policy.calendar.timezone)

    def at(self, moment: datetime) -> Roster:
        """The roster as it stands at this moment."""
        day = self._day(moment)
        return self if day == self.day else replace(self, day=day)

    def works_here(self, staff_id: str) -> bool:
        """Whether somebody is of the house: known, and not left."""
        person = self.staff.get(staff_id)
        return person is not None and (self.day is None or not person.has_left(self.day))

    def members_of(self, department: str) -> dict[str, Staff]:
        """The staff of a department by id, without leavers."""
        return {
            staff_id: person
            for staff_id, person in self.staff.items()
            if person.department == department and self.works_here(staff_id)
        }

    def with_role(self, role: Role) -> dict[str, Staff]:
        """The staff who hold a role, by id; leavers hold none."""
        return {
            staff_id: person
            for staff_id, person in self.staff.items()
            if role in person.roles and self.works_here(staff_id)
        }

    def is_present(self, staff_id: str, at: datetime) -> bool:
        """Whether somebody is of the house and not away on the day of this moment."""
        person, day = self.staff.get(staff_id), self._day(at)
        return person is not None and person.present and not person.has_left(day) and person.absence(day) is None

    def name_of(self, staff_id: str) -> str:
        """A name for people to read; an id that no roster knows stays an id."""
        person = self.staff.get(staff_id)
        return person.name if person else staff_id

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.timezone)).date()


NO_ROSTER = Roster("")
"""What a briefing that was given no roster holds until it takes the sample roster of its policy."""
