"""Policies in a console: what differs between two of them, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console
from rich.table import Table

from portal.what_if import cases_of, shown

if TYPE_CHECKING:
    from datetime import datetime

    from portal.what_if import Comparison


def print_comparison(found: Comparison) -> None:
    """The keys that differ; and when cases were asked for, the clocks that would run out at another time."""
    console = Console()
    if found.moved is None:
        _print_keys(console, found)
    else:
        _print_clocks(console, found)


def _print_keys(console: Console, found: Comparison) -> None:
    if not found.keys:
        console.print("The two policies say the same.")
        return
    table = _table("key", found.old.version, found.new.version)
    for one in found.keys:
        table.add_row(one.key, shown(one.old), shown(one.new))
    console.print(table)


def _print_clocks(console: Console, found: Comparison) -> None:
    moved = found.moved or ()
    if not moved:
        console.print(f"None of {found.looked_at} open cases would get another deadline.")
        return
    zone = ZoneInfo(found.new.calendar.timezone)
    table = _table("case", "clock", f"due under {found.old.version}", f"under {found.new.version}")
    for one in moved:
        table.add_row(one.case_no, found.new.clock_name(one.clock, "en"), _local(one.old, zone), _local(one.new, zone))
    console.print(table)
    console.print(f"{cases_of(moved)} of {found.looked_at} open cases would get other deadlines.")


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for nth, name in enumerate(columns):
        table.add_column(name, no_wrap=nth == 0, overflow="fold")
    return table


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else "does not run"
