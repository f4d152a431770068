"""Kill: the worker ends by SIGKILL amid its cases, the supervisor starts another, and the books are compared."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.mailer import LINES
from benchmarks.accounts import family_of
from benchmarks.figures import Bar, Figure
from benchmarks.house import running_house, until, watched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from benchmarks.house import BenchHouse
    from benchmarks.scale import Scale

_AMID = 0.4
"""The worker is killed when this share of all entries is written."""
_WITHIN = 240.0


@dataclass(frozen=True)
class Wreck:
    """What one kill left."""

    cases: int
    finished: int
    repeated_entries: int
    repeated_mails: int
    strange_mails: int
    """Mails too many or too few that are no copies: another Message-ID, or none at all."""
    seconds_to_the_end: float


async def measure(folder: Path, scale: Scale) -> list[Figure]:
    """Several kills in one house, each amid a new crowd."""
    async with running_house(folder) as house, watched(house):
        model = await _play_undisturbed(house)
        wrecks = [await _wreck(house, scale.kill_cases, model) for _ in range(scale.runs)]
    return _figures(wrecks)


@dataclass(frozen=True)
class Model:
    """One case that nothing disturbed."""

    entries: Mapping[str, int]
    """How often each kind of entry is in its history."""
    mails: int


async def _play_undisturbed(house: BenchHouse) -> Model:
    numbers = (await house.crowd.order("file", cases=1))["case_nos"]
    await until(lambda: house.are_over(numbers), within=_WITHIN)
    rows = await house.ask(_KINDS, numbers)
    return Model({kind: many for _, kind, many in rows}, mails=(await house.crowd.order("tell"))["mails"])


_KINDS = "SELECT case_no, type, count(*) FROM events WHERE case_no = ANY($1::text[]) GROUP BY case_no, type"


async def _wreck(house: BenchHouse, cases: int, model: Model) -> Wreck:
    before = await house.crowd.order("tell")
    numbers = (await house.crowd.order("file", cases=cases))["case_nos"]
    enough = cases * sum(model.entries.values()) * _AMID

    async def is_amid() -> bool:
        return await house.count(_WRITTEN, numbers) >= enough

    await until(is_amid, within=_WITHIN)
    _kill(house.pid_of("worker"))
    began = time.monotonic()
    await until(lambda: house.are_over(numbers), within=_WITHIN)
    after, kinds = await house.crowd.order("tell"), await house.ask(_KINDS, numbers)
    mails, copies = (after[name] - before[name] for name in ("mails", "repeated_mails"))
    return Wreck(
        cases=cases,
        finished=await house.archived(numbers),
        repeated_entries=repeated(kinds, model.entries),
        repeated_mails=copies,
        strange_mails=abs(mails - copies - cases * model.mails),
        seconds_to_the_end=time.monotonic() - began,
    )


_WRITTEN = "SELECT count(*) FROM events WHERE case_no = ANY($1::text[])"


def _kill(worker: int) -> None:
    for pid in family_of(worker):
        os.kill(pid, signal.SIGKILL)


def repeated(kinds: Sequence[tuple[str, str, int]], model: Mapping[str, int]) -> int:
    """Entries that a case has more often than one that nothing disturbed; an interruption is no repetition."""
    return sum(max(0, many - model.get(kind, 0)) for _, kind, many in kinds if kind != "run.interrupted")


def _figures(wrecks: Sequence[Wreck]) -> list[Figure]:
    cases = wrecks[0].cases
    bars: tuple[tuple[str, str, Bar], ...] = (
        ("finished", f"finished of {cases}", Bar(cases, more_is_better=True)),
        ("repeated_entries", "repeated history events", Bar(0)),
        ("repeated_mails", "repeated mails, same Message-ID", Bar(LINES)),
        ("strange_mails", "mails lost or with another Message-ID", Bar(0)),
    )
    details: dict[str, Any] = {"kills": [vars(wreck) for wreck in wrecks]}
    lines = f"no more than were in flight, which is {LINES}"
    after = ", ".join(f"{wreck.seconds_to_the_end:.0f} s" for wreck in wrecks)
    notes = {"finished": f"the rest was done {after} after the kill", "repeated_mails": lines}
    return [
        Figure(
            f"kill -9: {told}",
            tuple(float(getattr(wreck, name)) for wreck in wrecks),
            "",
            bar,
            notes.get(name, ""),
            details if name == "finished" else {},
        )
        for name, told, bar in bars
    ]
