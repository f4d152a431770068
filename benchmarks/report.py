"""The report: the table for people, the JSON for programs, and the machine without which both say little."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from adapters.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.figures import Figure

_WORDS = {None: "", True: "[green]yes[/green]", False: "[red]no[/red]"}


def machine() -> dict[str, Any]:
    """What ran this."""
    return {
        "at": Clock().now().isoformat(timespec="seconds"),
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "prefect": version("prefect"),
        "redress": version("redress"),
    }


def as_data(figures: Sequence[Figure], *, facts: dict[str, Any]) -> dict[str, Any]:
    """The report for programs."""
    return {"machine": facts, "figures": [figure.as_dict() for figure in figures]}


def print_table(figures: Sequence[Figure], *, facts: dict[str, Any], console: Console | None = None) -> None:
    """The report for people."""
    table = Table(title=f"Redress bench: {facts['cores']} cores, Python {facts['python']}, Prefect {facts['prefect']}")
    for heading in ("measure", "reached", "spread", "bar", "moonshot", "met"):
        table.add_column(heading, justify="left" if heading == "measure" else "right")
    for figure in figures:
        table.add_row(*_row(figure))
    console = console or Console()
    console.print(table)
    for figure in figures:
        if figure.note:
            console.print(f"{figure.measure}: {figure.note}", style="dim", highlight=False)


def _row(figure: Figure) -> tuple[str, ...]:
    bar, least, most = figure.bar, min(figure.values), max(figure.values)
    spread = f"{shown(least)} - {shown(most)} ({len(figure.values)})" if len(figure.values) > 1 else ""
    sign = "≥" if bar and bar.more_is_better else "≤"
    reach = f"{sign} {shown(bar.reach)}" if bar else ""
    moonshot = f"{sign} {shown(bar.moonshot)}" if bar and bar.moonshot is not None else ""
    met = "[bold green]moonshot[/]" if bar and bar.is_moonshot(figure.median) else _WORDS[figure.is_met]
    return figure.measure, f"{shown(figure.median)} {figure.unit}", spread, reach, moonshot, met


def shown(value: float) -> str:
    """A number as short as it can be told: three digits that count."""
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
