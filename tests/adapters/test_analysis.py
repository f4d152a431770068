"""The analysis space: logs come in whole or not at all, and come out case by case in the order of time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters import analysis
from adapters.analysis import AnalysisSpace
from adapters.logfile import LoggedEvent
from adapters.pseudonyms import Pseudonyms
from complaints.errors import GiveUp
from tests.builders import MONDAY_MORNING, complain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from adapters.house import House
    from complaints.event_log import Trace


@pytest.fixture
def space(either_house: House, monkeypatch: pytest.MonkeyPatch) -> AnalysisSpace:
    """On both engines, read and written in pieces smaller than the log."""
    monkeypatch.setattr(analysis, "_ROWS_AT_ONCE", 2)
    monkeypatch.setattr(analysis, "_CASES_AT_ONCE", 2)
    return AnalysisSpace(either_house.database, Pseudonyms(either_house.cipher))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text("what stands in it does not matter here")
    return path


def events() -> Iterator[LoggedEvent]:
    """Three cases; the second event of each stands before the first in the file."""
    for number in range(6):
        at = MONDAY_MORNING + timedelta(hours=-number)
        yield LoggedEvent(number + 2, f"case {number % 3}", "ab"[number < 3], at, "Pete", "complete")


async def traces(space: AnalysisSpace) -> list[Trace]:
    return [trace async for trace in space.traces("made")]


async def test_a_log_is_read_back_case_by_case_in_the_order_of_time(space: AnalysisSpace, file: Path) -> None:
    stored = await space.store("made", file=file, events=events(), now=MONDAY_MORNING)
    assert (stored.is_new, stored.log.events, stored.log.cases) == (True, 6, 3)
    found = await traces(space)
    assert [trace.case_id for trace in found] == ["case 0", "case 1", "case 2"]
    assert {trace.activities for trace in found} == {("a", "b")}
    assert all(step.resource.startswith("P-") for trace in found for step in trace.steps)


async def test_the_same_file_again_is_known_and_another_of_its_name_refused(space: AnalysisSpace, file: Path) -> None:
    await space.store("made", file=file, events=events(), now=MONDAY_MORNING)
    again = await space.store("made", file=file, events=events(), now=MONDAY_MORNING)
    assert (again.is_new, again.log.events) == (False, 6)
    file.write_text("another")  # noqa: ASYNC240  nothing else runs
    with pytest.raises(GiveUp, match="give this one another --name"):
        await space.store("made", file=file, events=events(), now=MONDAY_MORNING)


async def test_a_log_that_breaks_off_leaves_nothing(space: AnalysisSpace, file: Path) -> None:
    def broken() -> Iterator[LoggedEvent]:
        yield from events()
        raise GiveUp("row 8 is none")

    with pytest.raises(GiveUp, match="row 8"):
        await space.store("made", file=file, events=broken(), now=MONDAY_MORNING)
    with pytest.raises(GiveUp, match="holds no event"):
        await space.store("made", file=file, events=[], now=MONDAY_MORNING)
    assert await space.logs() == []
    assert await traces(space) == []


async def test_a_log_can_be_forgotten_and_is_then_not_there(space: AnalysisSpace, file: Path) -> None:
    await space.store("made", file=file, events=events(), now=MONDAY_MORNING)
    await space.remove("made")
    assert await traces(space) == []
    with pytest.raises(GiveUp, match="none yet"):
        await space.remove("made")


async def test_no_case_of_the_house_is_touched(space: AnalysisSpace, either_house: House, file: Path) -> None:
    case_no = await complain(either_house)
    before = await either_house.casebook.history(case_no)
    await space.store("made", file=file, events=events(), now=MONDAY_MORNING)
    assert await either_house.casebook.history(case_no) == before
