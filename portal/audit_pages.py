"""What the auditor's pages share: cases by the names of their codes, and what may be chosen in their forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from adapters.translations import word
from complaints.words import Language, Outcome, Stage
from portal.my_tasks import view_link
from portal.names import Names

if TYPE_CHECKING:
    from adapters.house import House
    from complaints.policy import Policy
    from complaints.roster import Roster
    from models.tables import CaseRow
    from portal.sessions import Colleague

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CaseLine:
    """A case in a list, by names; nothing of it is personal data of a customer."""

    case_no: str
    link: str
    stage: Stage | None
    outcome: Outcome | None
    category: str
    level: str
    department: str
    handler: str
    was_escalated: bool
    received_at: datetime
    closed_at: datetime | None
    deviations: tuple[str, ...] = ()
    """In words."""


@dataclass(frozen=True)
class Choices:
    """What may be chosen, as (code, name); staff by department."""

    categories: Options
    levels: Options
    departments: Options
    staff: tuple[tuple[str, Options], ...]
    outcomes: Options


def choices(policy: Policy, roster: Roster, language: Language) -> Choices:
    """What may be chosen by the policy and the roster of now; leavers too, since old cases name them."""
    departments = tuple((code, one.name.in_language(language)) for code, one in roster.departments.items())
    return Choices(
        categories=tuple((code, one.name.in_language(language)) for code, one in policy.categories.items()),
        levels=tuple((code, one.in_language(language)) for code, one in policy.grading.level_names.items()),
        departments=departments,
        staff=tuple(
            (name, tuple((one, person.name) for one, person in roster.staff.items() if person.department == code))
            for code, name in departments
        ),
        outcomes=tuple((outcome.value, word(outcome, language)) for outcome in Outcome),
    )


def case_link(house: House, me: Colleague, case_no: str) -> str:
    """Where the auditor reads a case; opening it is logged."""
    return view_link(house, me, case_no)


def case_line(house: House, me: Colleague, row: CaseRow, names: Names, *, wrong: tuple[str, ...] = ()) -> CaseLine:
    """A row as its list shows it; `wrong` are codes of deviations."""
    return CaseLine(
        case_no=row.case_no,
        link=case_link(house, me, row.case_no),
        stage=Stage(row.stage) if row.stage else None,
        outcome=Outcome(row.outcome) if row.outcome else None,
        category=names.category_called(row.category) if row.category else "",
        level=names.level_called(row.level),
        department=names.department(row.department),
        handler=names.person(row.handler),
        was_escalated=row.was_escalated,
        received_at=row.received_at,
        closed_at=row.closed_at,
        deviations=tuple(word(code, me.language, of="Deviation") for code in wrong),
    )


async def today(house: House) -> date:
    """The day that it is in the house."""
    return (await house.directory.current()).day_of(house.clock.now())
