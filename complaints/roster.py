"""The roster: who works for the house now, in which departments and roles. Live; the policy is frozen per case."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
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
        day = self.day_of(moment)
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
        person, day = self.staff.get(staff_id), self.day_of(at)
        return person is not None and person.present and not person.has_left(day) and person.absence(day) is None

    def stand_in(self, staff_id: str, at: datetime, *, barred: Collection[str] = ()) -> tuple[str, ...]:
        """Who is asked in turn for the work of somebody: herself, her substitute, and hers, to the first who is there.

        Empty when nobody on the way is there, or the way leads to somebody barred or back to where it was.
        """
        day, way, asked = self.day_of(at), [staff_id], staff_id
        while self.works_here(asked) and asked not in barred:
            if self.is_present(asked, at):
                return tuple(way)
            absence = self.staff[asked].absence(day)
            if absence is None or absence.substitute is None or absence.substitute in way:
                break
            asked = absence.substitute
            way.append(asked)
        return ()

    def deputies_of(self, staff_id: str, at: datetime) -> tuple[str, ...]:
        """Her substitute now, and hers, and so on: all to whom her work may come while she is away."""
        day, asked = self.day_of(at), staff_id
        found: list[str] = []
        while (person := self.staff.get(asked)) and (absence := person.absence(day)) and absence.substitute:
            if absence.substitute in {staff_id, *found}:
                break
            asked = absence.substitute
            found.append(asked)
        return tuple(found)

    def represented_by(self, staff_id: str, at: datetime) -> tuple[str, ...]:
        """The absent people for whom somebody stands in now, whether or not she passes their work on herself."""
        day = self.day_of(at)
        found: list[str] = []
        asked = [staff_id]
        while asked:
            substitute = asked.pop()
            for absent, person in self.staff.items():
                absence = person.absence(day)
                if absence and absence.substitute == substitute and absent not in {*found, staff_id}:
                    found.append(absent)
                    asked.append(absent)
        return tuple(found)

    def name_of(self, staff_id: str) -> str:
        """A name for people to read; an id that no roster knows stays an id."""
        person = self.staff.get(staff_id)
        return person.name if person else staff_id

    def day_of(self, moment: datetime) -> date:
        """The day that it is in the house at a moment."""
        return moment.astimezone(ZoneInfo(self.timezone)).date()


NO_ROSTER = Roster("")
"""What a briefing that was given no roster holds until it takes the sample roster of its policy."""
