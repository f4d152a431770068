"""The census: what is counted is what stands in the database, on both engines, and nobody's name is in it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import update

from adapters.alarms import Alarms
from adapters.census import take_census
from adapters.meters import Meters
from complaints.words import Stage, TaskKind
from models.tables import LetterRow
from tests.builders import ANN, bring_to, complain

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands


@pytest.fixture
def house(either_house: House) -> House:
    """On both engines."""
    return either_house


async def figures(house: House) -> dict[tuple[str, ...], float]:
    """Every sample by its name and labels, in the order of the labels."""
    families = await take_census(house.database, now=house.clock.now())
    return {
        (sample.name.removeprefix("redress_"), *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


async def test_an_empty_house_tells_zeros_and_leaves_nothing_out(house: House) -> None:
    counted = await figures(house)
    assert set(counted.values()) == {0}
    assert {("open_cases", stage.value, "cold") for stage in Stage} <= set(counted)
    assert {("tasks", kind.value, "overdue") for kind in TaskKind} <= set(counted)
    assert ("outbox_letters", "dead") in counted


async def test_a_case_counts_in_its_stage_hot_while_a_worker_carries_it(house: House) -> None:
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.FINDINGS)
    assert (await figures(house))["open_cases", "investigation", "cold"] == 1
    await Alarms(house.database, clock=house.clock).renew([case_no])
    counted = await figures(house)
    assert (counted["open_cases", "investigation", "hot"], counted["open_cases", "investigation", "cold"]) == (1, 0)


async def test_a_task_is_open_then_due_then_overdue(house: House, hands: Hands) -> None:
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.FINDINGS)
    due_at = next(task.due_at for task in (await house.casebook.case(case_no)).open_tasks)
    seen = []
    for moment in (due_at - timedelta(hours=25), due_at - timedelta(hours=24), due_at, due_at + timedelta(days=9)):
        hands.at = moment
        counted = await figures(house)
        seen.append([counted["tasks", "findings", state] for state in ("open", "due", "overdue")])
    assert seen == [[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 0, 1]]


async def test_a_case_that_nobody_looks_at_is_told_with_its_age(house: House, hands: Hands) -> None:
    await complain(house)
    hands.move(seconds=90)
    counted = await figures(house)
    assert (counted[("unattended_cases",)], counted[("unattended_oldest_seconds",)]) == (1, 90)


async def test_the_outbox_is_told_by_depth_and_age_dead_letters_apart(house: House, hands: Hands) -> None:
    first, second = await complain(house), await complain(house)
    await bring_to(house, first, TaskKind.FINDINGS)
    hands.move(seconds=30)
    await bring_to(house, second, TaskKind.FINDINGS)
    async with house.database.writing() as session:
        await session.execute(update(LetterRow).where(LetterRow.case_no == second).values(status="dead"))  # type: ignore[arg-type]  # SQLModel's columns
    hands.move(seconds=30)
    counted = await figures(house)
    assert counted["outbox_letters", "waiting"] > 0
    assert counted["outbox_letters", "dead"] > 0
    assert (counted["outbox_oldest_seconds", "waiting"], counted["outbox_oldest_seconds", "dead"]) == (60, 30)


async def test_prometheus_can_read_it_and_finds_no_case_and_nobody(house: House) -> None:
    case_no = await complain(house)
    text = Meters().exposition(await take_census(house.database, now=house.clock.now())).decode()
    assert 'redress_open_cases{held="cold",stage="intake"} 1.0' in text
    for word in (case_no, ANN.name, ANN.email):
        assert word not in text
