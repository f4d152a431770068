"""The demo under fire: its parts are killed in the middle, and every case ends as it should."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from adapters.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS_BETWEEN = 4
_START_SECONDS = 240
_END_SECONDS = 600


async def test_a_demo_whose_parts_are_killed_ends_well(tmp_path: Path) -> None:
    """`kill -9` of worker, portal, engine and once more the worker: nothing is lost, nothing is done twice."""
    home = tmp_path / "home"
    command = [sys.executable, "-m", "redress", "demo", "--cases", "8", "--json", "--keep", str(home)]
    demo = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    try:
        await _await_note(home, demo)
        for victim in ("worker", "portal", "prefect", "worker"):
            await asyncio.sleep(_SECONDS_BETWEEN)
            await _kill(home, victim)
        said, _ = await asyncio.wait_for(demo.communicate(), _END_SECONDS)
    finally:
        if demo.returncode is None:
            demo.terminate()
            await demo.wait()
    report = json.loads(said)
    assert report["problems"] == []
    assert demo.returncode == 0
    assert report["archived"] == report["flow_runs_completed"] == report["cases"] == 8


async def _await_note(home: Path, demo: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(_START_SECONDS):
        while not (home / "running.json").exists():
            assert demo.returncode is None, "the demo ended before it began"
            await asyncio.sleep(0.2)


async def _kill(home: Path, victim: str) -> None:
    """End a part without a word, by the id it has now."""
    before = _process(home, victim)
    os.kill(before, signal.SIGKILL)
    async with asyncio.timeout(_START_SECONDS):
        while _process(home, victim) == before:  # noqa: ASYNC110  another process restarts it
            await asyncio.sleep(0.2)


def _process(home: Path, part: str) -> int:
    note: dict[str, Any] = json.loads((home / "running.json").read_text(encoding="utf-8"))
    return int(note["processes"][part])
