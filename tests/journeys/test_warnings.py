"""Warnings before promises are broken: to whoever has the case, while the house is open, and once for one thing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from complaints.clock_events import ClockWarned
from complaints.words import TaskKind
from tests.builders import ANN
from tests.journeys.houses import clock, letters_about, minutes_to
from tests.journeys.journey import Journey

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands

TO_CUSTOMER = (TaskKind.FINDINGS, TaskKind.OPINION, TaskKind.OPINION, TaskKind.APPROVAL, TaskKind.LETTER)


async def warned_of(journey: Journey) -> list[str]:
    """The clocks that the history says a warning of was due."""
    entries = await journey.house.casebook.history(journey.case_no)
    return [entry.fact.name for entry in entries if isinstance(entry.fact, ClockWarned)]


@pytest.mark.covers("trigger:deadline_warning")
async def test_a_promise_to_resolve_is_warned_of_in_the_morning_before_it_is_broken_and_not_a_minute_sooner(
    either_house: House, hands: Hands
) -> None:
    journey = await Journey.begin(either_house, hands)
    await journey.answer(*TO_CUSTOMER)
    running = (await clock(journey, "resolve")).clock
    # Four fifths of 48 hours end at night.
    assert running.warn_at is not None
    assert running.warn_at.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%a %H:%M") == "Wed 09:00"
    await minutes_to(journey, "resolve", 61)
    assert await letters_about(journey, "clock_warning") == []
    await journey.wait(minutes=1)
    assert await letters_about(journey, "clock_warning") == ["clock_warning peter_novak"]
    await journey.wait(minutes=59)
    assert await letters_about(journey, "clock_warning", "clock_missed") == ["clock_warning peter_novak"]
    await journey.wait(minutes=2)
    assert (await letters_about(journey, "clock_missed"))[0].startswith("clock_missed ")
    assert await warned_of(journey) == ["resolve"]
    await journey.check()


@pytest.mark.covers("trigger:deadline_warning", "assignment done")
async def test_before_a_case_has_a_handler_the_dispatcher_is_warned_that_the_customer_waits(
    house: House, hands: Hands
) -> None:
    everyone = "Zhao Lei 赵磊 and Peter Novak were both rude"
    journey = await Journey.begin(house, hands, detail=f"The kettle is of poor quality and leaks. {everyone}")
    task = await journey.task(TaskKind.DISPATCH)
    warn_at = (await clock(journey, "first_response")).clock.warn_at
    assert warn_at is not None
    await journey.wait(seconds=(warn_at - hands.at - timedelta(minutes=1)).total_seconds())
    assert await letters_about(journey, "clock_warning") == []
    await journey.wait(minutes=1)
    holder = (await journey.task(TaskKind.DISPATCH)).assignee
    assert await letters_about(journey, "clock_warning") == [f"clock_warning {holder}"]
    await journey.answer(task.kind, handler="sarah_hughes")
    await journey.check()


@pytest.mark.covers("trigger:deadline_warning")
async def test_who_is_warned_of_her_own_work_is_not_told_the_same_of_the_case_in_the_same_hour(
    house: House, hands: Hands
) -> None:
    journey = await Journey.begin(house, hands, detail=f"{ANN.detail} There is a petition.")
    task = await journey.task(TaskKind.FINDINGS)
    running = (await clock(journey, "resolve")).clock
    # The findings of an urgent case may take as long as the whole case: both are due on Tuesday, and warned of at nine.
    assert (task.due_at, task.warn_at) == (running.due_at, running.warn_at)
    await journey.wait(seconds=(task.warn_at - hands.at).total_seconds())
    assert await letters_about(journey, "task_warning", "clock_warning") == [f"task_warning {task.assignee}"]
    assert await warned_of(journey) == ["resolve"]
    await journey.wait(minutes=59)
    assert await letters_about(journey, "clock_warning") == []
    await journey.check()
