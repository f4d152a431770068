"""Somebody at a browser without scripts, in front of a house's portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from portal.app import create_app
from tests.portal.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.house import House


@pytest.fixture
async def visitor(house: House) -> AsyncIterator[Visitor]:
    """A visitor of the portal of `house`."""
    transport = httpx.ASGITransport(app=create_app(house))
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as client:
        yield Visitor(client)
