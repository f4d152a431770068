"""Every house here writes letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from adapters.house import House


@pytest.fixture
def house(posting_house: House) -> House:
    """On both engines, and its letters go to the post office."""
    return posting_house
