"""The crowd: a hold on the process of people, who load the house and are not part of it."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.settings import ROOT
from complaints.errors import GiveUp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

_LONGEST_WORD = 2**24


@dataclass
class Crowd:
    """The people's process, told and heard line by line."""

    process: asyncio.subprocess.Process
    smtp_port: int = 0

    async def order(self, do: str, **how: object) -> dict[str, Any]:
        """Tell them to do something and wait until they say that it is done."""
        if self.process.stdin is None:
            raise GiveUp("The people of the benchmark cannot be told anything")
        self.process.stdin.write(json.dumps({"do": do, **how}).encode() + b"\n")
        await self.process.stdin.drain()
        return await self.hear()

    async def hear(self) -> dict[str, Any]:
        """Their next word."""
        line = await self.process.stdout.readline() if self.process.stdout else b""
        if not line:
            raise GiveUp("The people of the benchmark have left: see people.log in the benchmark's folder")
        told: dict[str, Any] = json.loads(line)
        return told


@asynccontextmanager
async def hired_people(folder: Path) -> AsyncIterator[Crowd]:
    """People who listen for mail; they leave at the end."""
    with (folder / "people.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.people",
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            limit=_LONGEST_WORD,
        )
    crowd = Crowd(process)
    try:
        crowd.smtp_port = (await crowd.hear())["smtp_port"]
        yield crowd
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
