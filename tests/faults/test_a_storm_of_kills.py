"""`kill -9` of worker, portal, Prefect's server and PostgreSQL at moments of chance, while people go on working.

Three kills in a usual run; REDRESS_TEST_KILLS=20 for a night's. REDRESS_TEST_SEED chooses other moments and victims.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from typing import TYPE_CHECKING

from adapters.house import open_house
from benchmarks.accounts import family_of
from benchmarks.house import running_house, until, watched
from complaints.chain import verify
from complaints.words import Outcome
from tests.engine.whole import repeated_facts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.house import BenchHouse

KILLS = int(os.environ.get("REDRESS_TEST_KILLS", "3"))
SEED = int(os.environ.get("REDRESS_TEST_SEED", "20261124"))

_VICTIMS = ("worker", "postgres", "portal", "prefect")
_CASES_A_KILL = 4
_END_SECONDS = 240 + 30 * KILLS


async def test_a_storm_of_kills_loses_nothing_and_repeats_nothing(ground: Path) -> None:
    chance = random.Random(SEED)
    async with running_house(ground / "house") as house, watched(house):
        cases: list[str] = []
        for number in range(KILLS):
            cases += (await house.crowd.order("file", cases=_CASES_A_KILL))["case_nos"]
            await asyncio.sleep(chance.uniform(0.2, 4))
            # Each in turn, so that a short storm strikes both halves of the house: who works, and what it stands on.
            await _kill(house, _VICTIMS[number % len(_VICTIMS)])
        assert await until(lambda: house.are_over(cases), within=_END_SECONDS), await _left(house, cases)
        await _assert_whole(house, cases)
        await _assert_every_letter_arrived(house, cases)


async def _kill(house: BenchHouse, victim: str) -> None:
    if victim == "postgres":
        await house.postgres.kill()
        await house.postgres.start()
        return
    for pid in family_of(house.pid_of(victim)):
        os.kill(pid, signal.SIGKILL)


async def _assert_whole(house: BenchHouse, cases: Sequence[str]) -> None:
    """Every history verifies, tells nothing twice, closes each task once, and ends well."""
    opened = await open_house(house.settings)
    try:
        for case_no in cases:
            history = await opened.casebook.history(case_no)
            assert verify(history).seq == len(history)
            assert repeated_facts(history) == []
            case = await opened.casebook.case(case_no)
            assert case.outcome is Outcome.SATISFIED
            assert {task.status for task in case.tasks.values()} == {"answered"}
    finally:
        await opened.close()


async def _assert_every_letter_arrived(house: BenchHouse, cases: Sequence[str]) -> None:
    """One mail for each letter, apart from copies of what was under way, which carry the same Message-ID."""
    rows = await house.ask("SELECT status FROM letters WHERE case_no = ANY($1::text[])", list(cases))
    assert Counter(row[0] for row in rows) == {"sent": len(rows)}
    told = await house.crowd.order("tell")
    assert told["mails"] - told["repeated_mails"] == len(rows)


async def _left(house: BenchHouse, cases: Sequence[str]) -> str:
    """What a storm that does not end left open, for whoever reads the failure."""
    rows = await house.ask(
        "SELECT case_no, stage, wake_at, lease_owner, lease_until, run_id FROM cases WHERE case_no = ANY($1::text[])",
        list(cases),
    )
    runs = await house.ask_engine("SELECT name, state_type, state_name FROM flow_run WHERE state_type <> 'COMPLETED'")
    logs = "\n".join("\n".join(part.log_file.read_text(errors="replace").splitlines()[-25:]) for part in house.parts)
    return "\n".join([*map(str, rows), *map(str, runs), logs])
