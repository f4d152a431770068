"""Audit: how fast all chains and seals are checked from PostgreSQL, and that memory does not grow with them."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import asyncpg

from adapters.chainwalk import exact_hash
from adapters.settings import ROOT
from adapters.signet import Signet
from benchmarks.figures import Bar, Figure
from benchmarks.house import BUSINESS, running_house
from benchmarks.throughput import play
from complaints.chain import GENESIS
from complaints.errors import GiveUp
from complaints.seals import Seal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmarks.house import BenchHouse
    from benchmarks.scale import Scale

_COLUMNS = "case_no, seq, type, version, at, actor, origin, policy, data, previous, method, hash"
_SEAL_COLUMNS = ("case_no", "entries", "head", "sealed_at", "key_id", "heads", "method", "signature")
_BATCH = 200
"""Cases that are copied in one go."""


async def measure(folder: Path, scale: Scale) -> list[Figure]:
    """One real case is lived to its end and copied, hashed and sealed anew under other numbers."""
    figures: list[Figure] = []
    async with running_house(folder) as house:
        await play(house, 1, within=120)
        copies = _Copies(house)
        await copies.begin()
        for many in scale.audit_entries:
            await copies.fill(many)
            runs = [await _audit(house) for _ in range(scale.runs)]
            figures += _figures(many, runs, copies.each)
        await copies.end()
    return figures


class _Copies:
    """Histories that differ in their numbers only."""

    def __init__(self, house: BenchHouse) -> None:
        self._house = house
        self._signet = Signet(house.settings)
        self._numbers = count(1)
        self._rows: list[Any] = []
        self._connection: Any = None
        self._filled = 0

    @property
    def each(self) -> int:
        """Entries of one case."""
        return len(self._rows)

    async def begin(self) -> None:
        """Take the case that was lived as the pattern."""
        self._connection = await asyncpg.connect(self._house.postgres.url(BUSINESS))
        self._rows = await self._connection.fetch(f"SELECT {_COLUMNS} FROM events ORDER BY case_no, seq")  # noqa: S608  no data in it
        self._filled = len(self._rows)

    async def fill(self, many: int) -> None:
        """Copy until there are so many entries."""
        while self._filled < many:
            copied = [self._copy() for _ in range(min(_BATCH, (many - self._filled) // self.each + 1))]
            entries, seals = [row for rows, _ in copied for row in rows], [seal for _, seal in copied]
            columns = _COLUMNS.split(", ")
            await self._connection.copy_records_to_table("events", records=entries, columns=columns)
            await self._connection.copy_records_to_table("seals", records=seals, columns=_SEAL_COLUMNS)
            self._filled += len(entries)
        await self._connection.execute("VACUUM ANALYZE events")

    async def end(self) -> None:
        """Let go of the database."""
        await self._connection.close()

    def _copy(self) -> tuple[list[tuple[Any, ...]], tuple[Any, ...]]:
        case_no, rows = f"TC20200101-{next(self._numbers):07d}", list(self._entries())
        entries, head = [], GENESIS
        for row in rows:
            bare: Any = (case_no, *row[1:9], head, row[10], "")
            head = exact_hash(bare)
            entries.append((*bare[:11], head))
        last = entries[-1]
        seal = Seal(
            case_no=case_no, entries=last[1], head=head, sealed_at=last[4], key_id=self._signet.key_id, heads=""
        )
        signed = replace(seal, signature=self._signet.sign(seal.signed))
        return entries, tuple(getattr(signed, name) for name in _SEAL_COLUMNS)

    def _entries(self) -> Iterator[tuple[Any, ...]]:
        return (tuple(row) for row in self._rows)


async def _audit(house: BenchHouse) -> dict[str, float]:
    told = {"REDRESS_HOME": str(house.settings.home), "REDRESS_DATABASE_URL": house.settings.database_url}
    plain = {name: value for name, value in os.environ.items() if not name.startswith("REDRESS_")}
    before = house.balance()["postgres"].cpu_seconds
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.audit_once",
        env={**plain, **told, "REDRESS_POLICY": house.settings.policy, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await child.communicate()
    if child.returncode:
        raise GiveUp("the audit of the benchmark's house found something or broke")
    # PostgreSQL's part includes what it does for a house at rest, and for the start of the audit.
    return {**json.loads(output), "postgres_cpu": house.balance()["postgres"].cpu_seconds - before}


def _figures(many: int, runs: Sequence[dict[str, float]], each: int) -> list[Figure]:
    size, fast = f"{many // 1000}k entries", Bar(50_000, more_is_better=True)
    rates = tuple(run["entries"] / run["seconds"] for run in runs)
    per_core = tuple(run["entries"] / (run["cpu"] + run["postgres_cpu"]) for run in runs)
    own = statistics.median(run["entries"] / run["cpu"] for run in runs)
    peaks = tuple(run["peak_mb"] for run in runs)
    grown = max(run["peak_mb"] - run["before_mb"] for run in runs)
    work = f"one process; copies of one case of {each} entries, each with its seal"
    shares = f"the process and PostgreSQL together; the process alone {own:.0f}"
    return [
        Figure(f"audit: entries per second, {size}", rates, "/s", fast, work),
        Figure(f"audit: entries per CPU second, {size}", per_core, "/s", fast, shares),
        Figure(f"audit: peak memory, {size}", peaks, "MB", None, f"at most {grown:.0f} MB more than before the audit"),
    ]
