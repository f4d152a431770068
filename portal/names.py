"""Names: what pages call codes where no case is open to ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.standing import name_of

if TYPE_CHECKING:
    from adapters.house import House
    from complaints.policy import Policy
    from complaints.roster import Roster
    from complaints.words import Language


@dataclass(frozen=True)
class Names:
    """What codes are called by the policy and the roster of now, in a reader's language."""

    policy: Policy
    roster: Roster
    language: Language

    def person(self, staff_id: str) -> str:
        """A name; '' for the customer and the rules."""
        return name_of(staff_id, self.roster)

    def department(self, code: str | None) -> str:
        """A department by name."""
        known = self.roster.departments.get(code or "")
        return known.name.in_language(self.language) if known else code or ""

    def category_called(self, code: str) -> str:
        """A category by name."""
        return self.policy.category_name(code, self.language)

    def level_called(self, code: str) -> str:
        """A level by name."""
        known = self.policy.grading.level_names.get(code)
        return known.in_language(self.language) if known else code


async def names_of(house: House, language: Language) -> Names:
    """What codes are called now."""
    return Names(await house.library.current(), await house.directory.current(), language)
