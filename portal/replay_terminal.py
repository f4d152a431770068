"""The replay terminal: a case at a moment of its past, and what redeciding found, as an auditor reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from complaints.comparing import REASONS, Result
from complaints.replaying import stands
from portal.case_files import ARCHIVED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from complaints.comparing import Redecision
    from complaints.outlook import Comparison
    from portal.redeciding import Judged
    from portal.replaying import Replay, Screen

_MOST_DIFFERENCES = 50
_MOST_CHANGES = 8


def print_replay(replay: Replay) -> None:
    """The case as it was known, with what everybody who was asked had before her."""
    console, case, moment = Console(), replay.case, replay.moment
    console.print(Text(case.case_no, style="bold"), Text(str(case.stage or f"{ARCHIVED}: {case.outcome}")))
    last = moment.entries[-1]
    told = _table("", "")
    told.show_header = False
    told.add_row("as known at", _at(replay, moment.now))
    told.add_row("last entry", f"{moment.seq} of {moment.of}: {last.fact.type} by {last.actor}")
    told.add_row("category", case.classification.category if case.classification else "not known yet")
    told.add_row("level", case.level or "not known yet")
    told.add_row("department", case.assignment.department if case.assignment else "not named yet")
    told.add_row("handler", case.assignment.handler if case.assignment else "not named yet")
    told.add_row("round", str(case.round))
    told.add_row("escalation", str(case.escalation_level or "none"))
    console.print(told)
    _print_clocks(console, replay)
    _print_screens(console, replay)
    _print_letters(console, replay)


def _print_clocks(console: Console, replay: Replay) -> None:
    if not replay.case.clocks:
        return
    table = _table("clock", "limit", "due", "stood", title="Clocks")
    for name, running in replay.case.clocks.items():
        how = stands(running, replay.moment.now).replace("_", " ")
        table.add_row(name, running.clock.limit, _at(replay, running.clock.due_at), how)
    console.print(table)


def _print_screens(console: Console, replay: Replay) -> None:
    if not replay.screens:
        return
    table = _table("open task", "asked", "since", "due", "escalation", "her screen showed", title="Asked for then")
    for screen in replay.screens:
        task = screen.task
        since, due = _at(replay, task.asked_at), _at(replay, task.due_at)
        table.add_row(task.id, task.assignee, since, due, str(task.level), _shown(screen))
    console.print(table)


def _shown(screen: Screen) -> str:
    if screen.dossier is None:
        return "cannot be shown any more: the papers were erased"
    counted = [f"{count} {name.replace('_', ' ')}" for name, count in screen.shown.items() if count]
    acts = f"; could {', '.join(screen.acts)}".replace("_", " ") if screen.acts else ""
    return ", ".join(["the complaint", *counted]) + acts


def _print_letters(console: Console, replay: Replay) -> None:
    if not replay.letters:
        return
    table = _table("letter", "to", "ordered", "sent by then", title="Letters")
    for row in replay.letters:
        sent = _at(replay, row.sent_at) if row in replay.sent and row.sent_at else "no"
        table.add_row(row.kind, row.recipient, _at(replay, row.ordered_at), sent)
    console.print(table)


def print_judged(judged: Judged) -> None:
    """How many decisions came out the same, and every difference with both values."""
    console, account = Console(), judged.account
    table = _table("about", "same", "different", "not recomputable")
    for topic in account.topics:
        table.add_row(topic.value, *(str(account.counts[topic, result] or "") for result in _ORDER))
    table.add_row("in all", *(str(account.total(result)) for result in _ORDER), style="bold")
    console.print(f"{account.cases} cases decided once more.")
    console.print(table)
    for code, times in sorted(account.reasons.items()):
        console.print(f"{code}: {times} times. {REASONS[code]}")
    _print_differences(console, account.differences)


_ORDER = (Result.SAME, Result.DIFFERENT, Result.NOT_RECOMPUTABLE)


def _print_differences(console: Console, differences: Iterable[Redecision]) -> None:
    found = tuple(differences)
    if not found:
        console.print("No decision comes out different.")
        return
    table = _table("case", "#", "what", "about", "recorded", "recomputed", "why", title="Different")
    for one in found[:_MOST_DIFFERENCES]:
        paths = [path for path in {**one.recorded, **one.recomputed} if _differ(one, path)]
        was, now = (_said(values, paths) for values in (one.recorded, one.recomputed))
        table.add_row(one.case_no, str(one.seq), one.fact, one.topic.value, was, now, REASONS[one.reason])
    console.print(table)
    if len(found) > _MOST_DIFFERENCES:
        console.print(f"and {len(found) - _MOST_DIFFERENCES} more: --json tells all of them.")


def _differ(one: Redecision, path: str) -> bool:
    return one.recorded.get(path) != one.recomputed.get(path)


def _said(values: object, paths: Iterable[str]) -> str:
    told = dict(values) if isinstance(values, dict) else {}
    return "\n".join(f"{path}={told[path]}" for path in paths if path in told) or "-"


def print_comparison(found: Comparison, *, pack: str) -> None:
    """What another pack would have decided, as a table: how often the same, and what would have become what."""
    console = Console()
    console.print(f"{found.cases} cases under their own policy and under {pack}.")
    if found.left_out:
        console.print(f"{len(found.left_out)} of them cannot be decided once more: {', '.join(found.left_out[:5])}")
    table = _table("about", "same", "changed", "was", "would be", "cases", "for example")
    for aspect in found.aspects:
        changes = found.changes_of(aspect)
        whole = str(sum(times for _, _, times, _ in changes))
        first = (aspect, str(found.same[aspect]), whole)
        if not changes:
            table.add_row(*first, "", "", "", "")
        for nth, (was, would_be, times, examples) in enumerate(changes[:_MOST_CHANGES]):
            table.add_row(*(first if nth == 0 else ("", "", "")), was, would_be, str(times), ", ".join(examples))
        if len(changes) > _MOST_CHANGES:
            table.add_row("", "", "", f"and {len(changes) - _MOST_CHANGES} other changes", "", "", "")
    console.print(table)


def _at(replay: Replay, moment: datetime) -> str:
    return moment.astimezone(replay.zone).strftime("%Y-%m-%d %H:%M:%S")


def _table(*columns: str, title: str = "") -> Table:
    table = Table(box=None, padding=(0, 1), title=title or None, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column, header_style="dim", overflow="fold", no_wrap=column in {"case", "open task", "#"})
    return table
