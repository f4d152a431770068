"""Accessing: the access log as an operator, an auditor or a customer asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from complaints.errors import AnswerWrong

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.house import House
    from complaints.roster import Roster
    from models.confidentiality import AccessRow


@dataclass(frozen=True)
class Looks:
    """Rows of the access log, and what they are told with."""

    rows: Sequence[AccessRow]
    roster: Roster
    zone: ZoneInfo


async def read_looks(house: House, case_no: str, *, by: str, most: int) -> Looks:
    """The looks at a case, or of a person; NoSuchCase when there is no such case. Itself no look at a case."""
    if bool(case_no) == bool(by):
        raise AnswerWrong({"CASE": "name a case, or a member of staff with --by"})
    zone = ZoneInfo((await house.library.current()).calendar.timezone)
    if by:
        rows = await house.accesses.by(by, most=most)
    else:
        case = await house.casebook.case(case_no.strip().upper())
        rows = await house.accesses.of_case(case.case_no)
    return Looks(rows, await house.directory.current(), zone)


def looks_as_data(looks: Looks) -> list[dict[str, Any]]:
    """The rows for programs."""
    return [
        {
            "at": row.at.isoformat(),
            "by": row.by,
            "case_no": row.case_no,
            "page": row.page,
            "purpose": row.purpose,
            "stated": row.stated,
        }
        for row in looks.rows
    ]


def print_looks(looks: Looks) -> None:
    """The rows for people."""
    console = Console(highlight=False)
    if not looks.rows:
        console.print("Nobody looked.")
        return
    table = Table(box=None, padding=(0, 1))
    for column in ("when", "by", "case", "page", "what for"):
        table.add_column(column, header_style="dim", overflow="fold", no_wrap=column in {"when", "case"})
    for row in looks.rows:
        when = row.at.astimezone(looks.zone).strftime("%Y-%m-%d %H:%M")
        person = looks.roster.staff.get(row.by)
        who = f"{row.by} ({person.name})" if person else row.by
        table.add_row(when, who, row.case_no, row.page, f"{row.purpose}: {row.stated}" if row.stated else row.purpose)
    console.print(table)
