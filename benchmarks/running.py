"""Running the benchmarks: every measure in a house of its own, one after the other, then the report."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from adapters.logbook import open_logbook
from benchmarks import auditing, growth, kill, throughput, waiting, wake
from benchmarks.accounts import check_accounts
from benchmarks.peers.comparison import compare, print_ratios
from benchmarks.postgres import check_postgres
from benchmarks.report import as_data, machine, print_table
from benchmarks.scale import FULL, QUICK
from complaints.errors import AnswerWrong
from portal.errand import prepare_home

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from benchmarks.figures import Figure
    from benchmarks.scale import Scale

MEASURES: dict[str, Callable[[Path, Scale], Awaitable[list[Figure]]]] = {
    "throughput": throughput.measure,
    "wake": wake.measure,
    "waiting": waiting.measure,
    "kill": kill.measure,
    "growth": growth.measure,
    "audit": auditing.measure,
}


@dataclass(frozen=True)
class Order:
    """What is to be measured."""

    only: tuple[str, ...] = ()
    is_quick: bool = False
    file: Path | None = None
    with_peers: bool = False
    keep: Path | None = None
    """A folder, made anew, for what the houses leave behind: databases and logs."""


def run_bench(order: Order) -> None:
    """Measure and report; GiveUp says in one sentence what is missing."""
    if unknown := sorted(set(order.only) - set(MEASURES)):
        raise AnswerWrong({"--only": f"{', '.join(unknown)} is not one of {', '.join(MEASURES)}"})
    check_accounts()
    check_postgres()
    open_logbook("WARNING")
    facts = machine()
    figures, peers = asyncio.run(_measure(order))
    print_table(figures, facts=facts)
    if peers:
        print_ratios(figures, peers)
    if order.file:
        report = as_data([*figures, *peers], facts=facts)
        order.file.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


async def _measure(order: Order) -> tuple[list[Figure], list[Figure]]:
    """The figures of the house, and those of its peers if wanted."""
    scale = QUICK if order.is_quick else FULL
    figures: list[Figure] = []
    peers: list[Figure] = []
    with ExitStack() as stack:
        home = order.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="redress-bench-")))
        prepare_home(home)
        for name, measure in MEASURES.items():
            if name in (order.only or scale.measures):
                figures += await _timed(name, measure(home / name, scale))
        if order.with_peers:
            peers = await _timed("peers", compare(home / "peers", runs=scale.runs))
    return figures, peers


async def _timed(name: str, measuring: Awaitable[list[Figure]]) -> list[Figure]:
    console, began = Console(stderr=True), time.monotonic()
    console.print(f"Measuring {name} ...", style="dim")
    figures = await measuring
    console.print(f"  {time.monotonic() - began:.0f} s, load {os.getloadavg()[0]:.1f}", style="dim")
    return figures
