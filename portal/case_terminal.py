"""Cases in a console: a list of them and one with its history, as an operator reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from portal.case_files import ARCHIVED, standing

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from adapters.case_list import CaseLine
    from complaints.chain import Entry
    from complaints.roster import Roster
    from portal.case_files import Listing, ShownCase

_WHOLE = frozenset({"case", "stage", "open task", "clock", "when", "due", "next due"})
"""Columns that are never broken over two lines."""
_TELLING = (
    "stage",
    "exit",
    "next",
    "category",
    "confidence",
    "kind",
    "task_id",
    "assignee",
    "name",
    "limit",
    "department",
    "handler",
    "told",
    "level",
    "trigger",
    "decision",
    "verdict",
    "approved",
    "csat",
    "resolved",
    "doubts",
    "missing",
    "reason",
    "outcome",
    "late",
)
"""The codes of a fact that say most, in this order; texts of people are in papers and never here."""


def print_listing(listing: Listing) -> None:
    """The list as a table; what is overdue is marked."""
    if not listing.lines:
        Console().print("There are no such cases.")
        return
    table = _table("case", "stage", "category", "level", "handler", "next due")
    for line in listing.lines:
        row = line.row
        stage = row.stage or f"{ARCHIVED}: {row.outcome}"
        where = f"{stage} ↑{row.escalation_level}" if row.escalation_level else stage
        table.add_row(row.case_no, where, row.category, row.level, row.handler, _due(line, listing))
    Console().print(table)


def _due(line: CaseLine, listing: Listing) -> Text:
    if line.due_at is None:
        return Text("")
    late = line.due_at < listing.now
    return Text(_local(line.due_at, listing.zone) + (" late" if late else ""), style="bold red" if late else "")


def print_case(shown: ShownCase) -> None:
    """How a case stands, what is asked of whom, and its history."""
    console, case = Console(), shown.case
    console.print(Text(case.case_no, style="bold"), Text(case.stage or f"{ARCHIVED}: {case.outcome}"))
    facts = Table.grid(padding=(0, 2))
    for name, value in _facts(shown).items():
        facts.add_row(Text(name, style="dim"), Text(value))
    console.print(Padding(facts, (0, 0, 1, 2)))
    if case.open_tasks:
        console.print(_tasks(shown))
    if case.clocks:
        console.print(_clocks(shown))
    console.print(_history(shown))


def _facts(shown: ShownCase) -> dict[str, str]:
    case = shown.case
    grade, assigned = case.classification, case.assignment
    return {
        "category": f"{shown.policy.category_name(grade.category, 'en')} ({grade.category})"
        if grade
        else "not known yet",
        "level": f"{grade.level} of scheme {grade.scheme}, {grade.priority}" if grade else "not known yet",
        "department": assigned.department if assigned else "not named yet",
        "handler": _person(assigned.handler, shown.roster) if assigned else "not named yet",
        "round": str(case.round),
        "escalation": str(case.escalation_level or "none"),
        "channel": f"{case.channel}, {case.language}" + ("" if case.reachable_by_mail else ", not reachable by mail"),
        "received": _local(case.received_at, shown.zone),
        **_fate(shown),
    }


def _fate(shown: ShownCase) -> dict[str, str]:
    """What came after the case's life, as far as something did."""
    case, zone = shown.case, shown.zone
    asked = case.erasure
    told = {
        "kept until": _local(case.keep_until, zone) if not case.erased_at else "",
        "held since": _local(case.held_since, zone),
        "to be erased": f"asked for by {_person(asked.requested_by, shown.roster)}" if asked else "",
        "erased": f"{_local(case.erased_at, zone)}: only codes and times remain" if case.erased_at else "",
    }
    return {name: value for name, value in told.items() if value}


def _person(staff_id: str, roster: Roster) -> str:
    person = roster.staff.get(staff_id)
    return f"{staff_id} ({person.name})" if person else staff_id


def _tasks(shown: ShownCase) -> Table:
    table = _table("open task", "asked", "since", "due", "escalation", title="Asked for now")
    for task in shown.case.open_tasks:
        who = _person(task.assignee, shown.roster)
        since, due = _local(task.asked_at, shown.zone), _local(task.due_at, shown.zone)
        table.add_row(task.id, who, since, due, str(task.level))
    return table


def _clocks(shown: ShownCase) -> Table:
    table = _table("clock", "limit", "due", "stands", title="Clocks")
    for name, running in shown.case.clocks.items():
        table.add_row(name, running.clock.limit, _local(running.clock.due_at, shown.zone), standing(running))
    return table


def _history(shown: ShownCase) -> Table:
    table = _table("#", "when", "by", "what", "", title=f"History ({shown.zone.key})")
    for entry in shown.entries:
        table.add_row(str(entry.seq), _local(entry.at, shown.zone), entry.actor, entry.fact.type, _telling(entry))
    return table


def _telling(entry: Entry) -> str:
    data = entry.fact.model_dump(mode="json")
    told = {**data, **(data.get("classification") or data.get("suggestion") or {})}
    words = [f"{name}={_plain(told[name])}" for name in _TELLING if told.get(name) not in (None, "", [], {})]
    words += [f"{clock['name']}={clock.get('limit') or clock['due_at']}" for clock in data.get("clocks", ())]
    return " ".join(words)


def _plain(value: object) -> str:
    return ",".join(str(part) for part in value) if isinstance(value, list) else str(value)


def _table(*columns: str, title: str = "") -> Table:
    table = Table(box=None, padding=(0, 1), title=title or None, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column, header_style="dim", overflow="fold", no_wrap=column in _WHOLE)
    return table


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else ""
