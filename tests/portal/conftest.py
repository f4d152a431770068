"""Somebody at a browser without scripts, in front of a house's portal; and a real browser, in front of a real one."""

from __future__ import annotations

import asyncio
import shutil
import socket
from typing import TYPE_CHECKING

import httpx
import pytest
import uvicorn
from playwright.async_api import async_playwright

from portal.app import create_app
from tests.builders import build_house
from tests.journeys.packs import write_pack
from tests.portal.browsing import SWITCHES
from tests.portal.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Browser

    from adapters.house import House
    from tests.builders import Hands


@pytest.fixture
async def visitor(house: House) -> AsyncIterator[Visitor]:
    """A visitor of the portal of `house`."""
    transport = httpx.ASGITransport(app=create_app(house))
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as client:
        yield Visitor(client)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium, as the machine has it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "the page tests need Chromium: `make test` installs it, or put `chromium` on the PATH"
    async with async_playwright() as machine:
        started = await machine.chromium.launch(executable_path=path, args=list(SWITCHES))
        yield started
        await started.close()


@pytest.fixture
async def street(tmp_path: Path, hands: Hands) -> AsyncIterator[House]:
    """A house whose portal listens on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        # Otherwise the default policy, which asks nobody whether she takes a case on, and calls no three an incident.
        rules = '[assignment.acceptance]\nlevels = ["1"]\n[intake.mass_event]\ncount = 3\n'
        pack = write_pack(tmp_path / "pack", rules)
        address = f"http://127.0.0.1:{port}"
        house = await build_house(tmp_path / "home", hands=hands, portal_url=address, policy=str(pack))
        server = uvicorn.Server(uvicorn.Config(create_app(house), log_level="warning", access_log=False))
        serving = asyncio.create_task(server.serve(sockets=[held]))
        while not server.started:  # noqa: ASYNC110  uvicorn offers no event
            await asyncio.sleep(0.01)
        yield house
        server.should_exit = True
        await serving
    await house.close()
