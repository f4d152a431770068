"""What a rule adds to the pages: the customer reads that the decision needs longer, staff that a window is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from complaints.words import TaskKind
from portal.app import create_app
from tests.builders import bring_to, build_house, carry_on, complain, submit, track_link, view_link
from tests.portal.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from adapters.house import House
    from tests.builders import Hands


@pytest.fixture
async def bank(tmp_path: Path, hands: Hands) -> AsyncIterator[House]:
    """A British bank."""
    house = await build_house(tmp_path / "home", hands=hands, policy="uk-fca-disp")
    yield house
    await house.close()


@pytest.fixture
async def visitor(bank: House) -> AsyncIterator[Visitor]:
    """A visitor of the bank's portal."""
    transport = httpx.ASGITransport(app=create_app(bank))
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as client:
        yield Visitor(client)


async def test_after_eight_weeks_she_reads_that_it_needs_longer_and_staff_that_the_window_is_over(
    visitor: Visitor, bank: House, hands: Hands
) -> None:
    case_no = await complain(bank)
    await bring_to(bank, case_no, TaskKind.LETTER)
    hands.at += timedelta(weeks=8, minutes=1)
    await carry_on(bank, case_no)
    page = await visitor.open(track_link(bank, case_no))
    assert "Our decision needs longer: we wrote to you why, and where you may turn." in page.text
    view = await visitor.open(view_link(bank, case_no))
    assert "Summary resolution" in view.text
    assert "over" in view.text.partition("Summary resolution")[2][:60]
    assert "The customer was told why the decision needs longer" in view.text


async def test_who_accepts_at_once_reads_that_her_complaint_is_resolved(visitor: Visitor, bank: House) -> None:
    case_no = await complain(bank)
    await submit(bank, case_no, await bring_to(bank, case_no, TaskKind.DECISION))
    page = await visitor.open(track_link(bank, case_no))
    assert "We wrote to you that your complaint is resolved, and where you may turn all the same." in page.text
