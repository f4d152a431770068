"""What a journey says it covers, its history must show: docs/journeys.md is drawn from these claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.journey import BEGUN

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def claims(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold the `covers` marks of a journey, and what people were asked for, against what was shown of it."""
    BEGUN.clear()
    yield
    claimed = {what for mark in request.node.iter_markers("covers") for what in mark.args}
    lived = {what for journey in BEGUN for what in journey.lived}
    assert claimed <= lived, f"claims {sorted(claimed - lived)}, but its histories show only {sorted(lived)}"
    for journey in BEGUN:
        assert journey.awaited <= set(journey.states), f"{journey.case_no} was shown in Prefect as {journey.states}"
