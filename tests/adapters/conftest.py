"""A mail server for each test that wants one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.post_office import PostOffice

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def post_office() -> AsyncIterator[PostOffice]:
    office = PostOffice()
    await office.open()
    yield office
    await office.close()
