"""The outbox in a console: letters that are not out yet, by kind and receiver's role, never by address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters.letter_list import list_unsent
from portal.outbox import address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.house import House
    from models.tables import LetterRow


@dataclass(frozen=True)
class Unsent:
    """The letters, and the zone they are read in."""

    rows: Sequence[LetterRow]
    zone: ZoneInfo


async def read_letters(house: House, *, most: int) -> Unsent:
    """The letters that died and those that wait."""
    policy = await house.library.current()
    return Unsent(await list_unsent(house.database, most=most), ZoneInfo(policy.calendar.timezone))


async def page_of_letters(house: House) -> str:
    """A link to the page that shows them."""
    return address(house)


def print_letters(unsent: Unsent) -> None:
    """One line for each letter, with why it is not out."""
    if not unsent.rows:
        Console().print("All letters are out.")
        return
    table = Table(box=None, padding=(0, 1))
    for column in ("letter", "status", "case", "kind", "to", "tries", "next try", "trouble"):
        table.add_column(column, header_style="dim", overflow="fold", no_wrap=column in {"case", "status", "next try"})
    for row in unsent.rows:
        is_dead = row.status == "dead"
        tried_at = "" if is_dead else f"{row.next_try_at.astimezone(unsent.zone):%Y-%m-%d %H:%M}"
        status = Text(row.status, style="bold red" if is_dead else "")
        told = (row.case_no, row.kind, row.recipient, str(row.tries), tried_at, Text(row.trouble or ""))
        table.add_row(str(row.id), status, *told)
    Console().print(table)


def letters_as_data(unsent: Unsent) -> list[dict[str, Any]]:
    """The letters for programs."""
    shown = ("id", "status", "case_no", "kind", "recipient", "tries", "trouble")
    return [
        {**{name: getattr(row, name) for name in shown}, "next_try_at": row.next_try_at.isoformat()}
        for row in unsent.rows
    ]
