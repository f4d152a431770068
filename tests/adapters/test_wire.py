"""The wire: every worker of the machine hears at once, and nothing that is wrong with it is anybody's trouble."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from adapters.wire import Wire
from tests.builders import build_house, complain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

CASE = "TC20261123-0001"


@asynccontextmanager
async def listening(home: Path) -> AsyncIterator[asyncio.Queue[str]]:
    """A worker that hears."""
    heard: asyncio.Queue[str] = asyncio.Queue()
    ear = asyncio.create_task(Wire(home).listen(heard.put_nowait))
    while not (home / "wire" / str(os.getpid())).exists():  # noqa: ASYNC110  a file is no event
        await asyncio.sleep(0.01)
    yield heard
    ear.cancel()
    with suppress(asyncio.CancelledError):
        await ear


async def test_what_is_told_is_heard(tmp_path: Path) -> None:
    wire = Wire(tmp_path)
    async with listening(tmp_path) as heard:
        wire.tell(CASE)
        assert await asyncio.wait_for(heard.get(), 5) == CASE
    wire.close()


async def test_a_new_complaint_is_told_of(tmp_path: Path) -> None:
    house = await build_house(tmp_path)
    async with listening(tmp_path) as heard:
        case_no = await complain(house)
        assert await asyncio.wait_for(heard.get(), 5) == case_no
    await house.close()


def test_a_house_without_workers_is_told_nothing_and_misses_nothing(tmp_path: Path) -> None:
    wire = Wire(tmp_path)
    wire.tell(CASE)
    wire.close()
    assert not list(tmp_path.iterdir())


async def test_the_note_of_a_worker_that_was_killed_is_thrown_away(tmp_path: Path) -> None:
    dead = tmp_path / "wire" / "999999999"
    dead.parent.mkdir()
    dead.write_text("1", encoding="utf-8")
    wire = Wire(tmp_path)
    wire.tell(CASE)
    wire.close()
    assert not dead.exists()


async def test_a_worker_that_leaves_takes_its_note_along(tmp_path: Path) -> None:
    async with listening(tmp_path):
        assert list((tmp_path / "wire").iterdir())
    assert not list((tmp_path / "wire").iterdir())


async def test_noise_is_not_heard(tmp_path: Path) -> None:
    wire = Wire(tmp_path)
    async with listening(tmp_path) as heard:
        port = int((tmp_path / "wire" / str(os.getpid())).read_text(encoding="utf-8"))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for noise in (b"\xff\xfe", b"x" * 1000):
                stranger.sendto(noise, ("127.0.0.1", port))
        wire.tell(CASE)
        assert await asyncio.wait_for(heard.get(), 5) == CASE
    wire.close()
