"""Summaries: what an import or a dry run came to, as tables for people and as data for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from portal.importing import Report
from portal.trial import tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.importing import Rejection
    from portal.trial import Trial

_MOST_SHOWN = 30


def print_outcome(outcome: Report | Trial, *, rejects_go_to: str) -> None:
    """What came of the rows, for people."""
    console = Console(highlight=False)
    if isinstance(outcome, Report):
        _print_report(console, outcome)
    else:
        _print_trial(console, outcome)
    _print_rejected(console, outcome.rejected, rejects_go_to=rejects_go_to)


def outcome_as_data(outcome: Report | Trial) -> dict[str, Any]:
    """What came of the rows, for programs."""
    found = _report_as_data(outcome) if isinstance(outcome, Report) else _trial_as_data(outcome)
    return {**found, "rejected": [{"row": row.row.number, "problems": row.problems} for row in outcome.rejected]}


def _print_report(console: Console, report: Report) -> None:
    """How many rows became cases, and which did not."""
    console.print(f"{len(report.new)} new, {report.known} known already, {len(report.rejected)} rejected.")
    if report.new:
        console.print(f"The new ones are {report.new[0]} to {report.new[-1]}.")
    if report.stopped:
        said = f"Stopped after {report.rows} rows: {report.stopped}. Run the same command again to go on."
        console.print(Text(said, style="bold red"))


def _print_rejected(console: Console, rejected: Sequence[Rejection], *, rejects_go_to: str) -> None:
    if not rejected:
        return
    table = Table(box=None, padding=(0, 1), title="Rejected", title_justify="left", title_style="bold")
    for column in ("row", "field", "why"):
        table.add_column(column, header_style="dim", overflow="fold")
    for found in rejected[:_MOST_SHOWN]:
        for nth, (field, why) in enumerate(found.problems.items()):
            table.add_row("" if nth else str(found.row.number), field, Text(why))
    console.print(table)
    more = len(rejected) - _MOST_SHOWN
    if more > 0:
        console.print(f"... and {more} more" + ("." if rejects_go_to else "; --rejects FILE.csv writes them all."))
    if rejects_go_to:
        console.print(f"All of them are in {rejects_go_to}, to be mended and imported.")


def _report_as_data(report: Report) -> dict[str, Any]:
    """A report for programs."""
    return {
        "rows": report.rows,
        "new": len(report.new),
        "known": report.known,
        "blank": report.blank,
        "cases": report.new,
        "stopped": report.stopped,
    }


def _print_trial(console: Console, trial: Trial) -> None:
    """How many would go each way."""
    total = len(trial.courses)
    console.print(f"{total} tried, {len(trial.rejected)} rejected. Nothing was stored.")
    if trial.weighed:
        console.print(trial.weighed.why, style="dim", markup=False)
    for title, counts in tally(trial.courses).items():
        if not counts:
            continue
        table = Table(
            box=None, padding=(0, 1), title=title, title_justify="left", title_style="bold", show_header=False
        )
        table.add_column(overflow="fold")
        table.add_column(justify="right")
        for name, count in counts.items():
            table.add_row(name, str(count), f"{100 * count / total:.0f} %")
        console.print(table)


def _trial_as_data(trial: Trial) -> dict[str, Any]:
    """A dry run for programs, row by row."""
    return {
        "tried": len(trial.courses),
        "staff": {"version": trial.weighed.roster.version, "is_own": trial.weighed.is_own} if trial.weighed else None,
        "counts": tally(trial.courses),
        "courses": [asdict(course) | {"by_rule": course.is_by_rule} for course in trial.courses],
    }
