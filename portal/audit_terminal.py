"""The auditor's console: surveys and the reports of samples as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from complaints.survey import Report
    from complaints.throughput import Lengths, Times

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_UP_TO = 2
"""A length is told in the largest unit of which it has this many."""


def print_report(report: Report, *, variants: int) -> None:
    """A survey as five tables: whether, where not, how long, which ways, what was done over."""
    console = Console()
    console.print(Text(f"{report.cases} cases of {report.subject}, {report.events} events", style="bold"))
    console.print(f"Held against {report.model}.")
    still_open = f", {report.open_cases} of them still open" if report.open_cases else ""
    console.print(f"{report.conforming} of {report.cases} conform ({report.share_conforming:.1%}){still_open}.")
    _print_departures(console, report)
    _print_times(console, report)
    _print_variants(console, report, most=variants)
    _print_rework(console, report)


def _print_departures(console: Console, report: Report) -> None:
    if not report.departures:
        return
    table = _table("deviation", "where", ">times", ">cases", "for example")
    for found in report.departures:
        examples = ", ".join(found.examples)
        table.add_row(found.deviation.code, found.deviation.where, str(found.times), str(found.cases), examples)
    _print(console, table)


def _print_times(console: Console, report: Report) -> None:
    table = _table("", ">visits", ">median", ">p90", ">business median", ">p90", ">waiting median", ">p90")
    for times in (*report.times, *([report.whole] if report.whole else [])):
        table.add_row(times.name, str(times.visits), *_cells(times))
    _print(console, table)


def _cells(times: Times) -> tuple[str, ...]:
    waiting = _pair(times.waiting) if times.waiting else ("", "")
    return (*_pair(times.wall), *_pair(times.business), *waiting)


def _pair(lengths: Lengths) -> tuple[str, str]:
    return length(lengths.median), length(lengths.p90)


def length(seconds: float) -> str:
    """A length of time, roughly: `45 s`, `30 min`, `26 h`, `3.1 d`."""
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= _UP_TO * unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds:.3g} s"


def _print_variants(console: Console, report: Report, *, most: int) -> None:
    table = _table(">cases", ">share", ">so far", "way", "for example")
    for variant in report.variants[:most]:
        way = " → ".join(variant.activities)
        shares = f"{variant.share:.1%}", f"{variant.share_so_far:.1%}"
        table.add_row(str(variant.cases), *shares, way, variant.examples[0])
    _print(console, table)
    if len(report.variants) > most:
        console.print(f"... and {len(report.variants) - most} more ways.")


def _print_rework(console: Console, report: Report) -> None:
    if not report.rework:
        return
    table = _table("done over", ">cases", ">share", ">times", ">at once", "back from")
    for one in report.rework:
        back = ", ".join(f"{name} ({times})" for name, times in one.back_from[:3])
        table.add_row(one.activity, str(one.cases), f"{one.share:.1%}", str(one.times), str(one.directly), back)
    _print(console, table)


def print_sample_report(found: Mapping[str, Any]) -> None:
    """The report of a sample as tables of shares."""
    console, drawn = Console(soft_wrap=True), found["drawn"]
    divided = f", divided by {drawn['divided_by']}" if drawn["divided_by"] else ""
    console.print(Text(f"{found['sample']}: {found['cases']} cases, {found['scored_whole']} scored", style="bold"))
    console.print(f"Drawn by {drawn['algorithm']} from {drawn['population']} with seed {drawn['seed']!r}{divided}.")
    for title, rows in (("clause", found["clauses"]), ("department", found["departments"])):
        table = _table(title, ">met", ">partly", ">not met", ">not applicable", ">share")
        for row in rows:
            share = "" if row["share"] is None else f"{row['share']:.0%}"
            counts = (str(row[name]) for name in ("met", "partly", "not_met", "not_applicable"))
            table.add_row(row["code"], *counts, share)
        _print(console, table)


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 1))
    for column in columns:
        name = column.removeprefix(">")
        table.add_column(name, header_style="dim", overflow="fold", justify="right" if name != column else "left")
    return table


def _print(console: Console, table: Table) -> None:
    console.print()
    console.print(table)
