"""Whole complaints whose deadlines lapse: every level of escalation, reminders after the top, days of downtime."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from complaints.words import Outcome, TaskKind
from complaints.work_events import TaskEscalated, TaskReminded
from tests.builders import carry_on, complain
from tests.journeys.journey import ARCHIVED, FINDINGS_ASKED, GREETED, INTAKE, TO_HANDLER, Journey

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands

REST = (TaskKind.OPINION, TaskKind.OPINION, TaskKind.APPROVAL, TaskKind.LETTER, TaskKind.DECISION, TaskKind.REMEDY)


async def escalations(journey: Journey) -> list[tuple[int, str, bool]]:
    """Who was told at each level, and whether the step was late."""
    entries = await journey.house.casebook.history(journey.case_no)
    facts = [entry.fact for entry in entries if isinstance(entry.fact, TaskEscalated)]
    return [(fact.level, fact.told, fact.late) for fact in facts]


@pytest.mark.covers("trigger:deadline_passed", "trigger:deadline_warning")
async def test_an_unanswered_task_climbs_to_the_top_and_is_done_by_whoever_has_it_then(
    either_house: House, hands: Hands
) -> None:
    journey = await Journey.begin(either_house, hands)
    stops: list[tuple[str, str, int]] = []
    while len(stops) < 4:
        before = (await journey.task(TaskKind.FINDINGS)).level
        await journey.lapse()
        task = await journey.task(TaskKind.FINDINGS)
        if task.level > before:
            stops.append((await journey.due(TaskKind.FINDINGS), task.assignee, task.level))
            await journey.check()
    assert stops == [
        ("Tue 2026-11-24 12:00", "peter_novak", 1),
        ("Tue 2026-11-24 17:30", "zhou_qiang", 2),
        ("Wed 2026-11-25 14:00", "robert_ellis", 3),
        ("Thu 2026-11-26 18:00", "robert_ellis", 4),
    ]
    assert await journey.history() == [
        *[*TO_HANDLER, "task.asked", "task.warned", "task.escalated", "task.warned", "task.escalated"],
        *["task.warned", "task.escalated", "clock.warned", "task.warned", "clock.missed", "task.escalated"],
    ]
    letters = (await journey.letters())[3:]
    assert (await journey.letters())[:3] == [*GREETED, *FINDINGS_ASKED]
    managers = {"tang_rui", "robert_ellis"}
    missed = next(letter for letter in letters if letter.startswith("clock_missed"))
    assert missed.removeprefix("clock_missed ") in managers
    assert [letter for letter in letters if letter != missed] == [
        *["task_warning peter_novak", "task_escalated huang_min"],
        *["task_warning peter_novak", "task_escalated zhou_qiang", "task_moved peter_novak"],
        *["task_warning zhou_qiang", "task_escalated robert_ellis", "task_moved zhou_qiang"],
        *["clock_warning robert_ellis", "task_warning robert_ellis", "task_escalated liang_chao"],
    ]
    await journey.answer(TaskKind.FINDINGS, *REST)
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(Outcome.SATISFIED)
    assert (await journey.case()).was_escalated


@pytest.mark.covers("trigger:deadline_passed")
async def test_after_the_top_there_is_a_reminder_every_day_until_somebody_does_it(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    while (await journey.task(TaskKind.FINDINGS)).level < 4:
        await journey.lapse()
    while not (await journey.task(TaskKind.FINDINGS)).reminders:
        await journey.lapse()
    first = hands.at
    for days in (1, 2):
        await journey.lapse()
        assert hands.at == first + timedelta(days=days)
    entries = await journey.house.casebook.history(journey.case_no)
    assert [entry.fact.count for entry in entries if isinstance(entry.fact, TaskReminded)] == [1, 2, 3]
    assert (await journey.letters())[-3:] == ["task_reminder robert_ellis"] * 3
    await journey.answer(TaskKind.FINDINGS)
    await journey.lapse()
    assert "task_reminder robert_ellis" not in (await journey.letters())[-1:]
    await journey.check()


@pytest.mark.covers("trigger:deadline_passed")
async def test_steps_missed_in_three_days_of_downtime_are_taken_in_order_at_once(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await journey.wait(days=3)
    missed = ["task.escalated"] * 3
    assert (await journey.history())[len(TO_HANDLER) :] == [
        *["task.asked", *missed, "task.escalated", "clock.missed", "progress.told"],
    ]
    assert await escalations(journey) == [
        *[(1, "huang_min", True), (2, "zhou_qiang", True), (3, "robert_ellis", True), (4, "liang_chao", False)],
    ]
    assert await journey.due(TaskKind.FINDINGS) == "Thu 2026-11-26 18:00"
    assert not [letter for letter in await journey.letters() if letter.startswith("task_warning")]
    await journey.check()
    before = await journey.letters()
    await carry_on(house, journey.case_no)
    assert await journey.letters() == before


@pytest.mark.covers("intake done")
async def test_a_complaint_that_came_just_before_days_of_downtime_is_not_forgotten(house: House, hands: Hands) -> None:
    journey = Journey(house, hands, "TC20261123-0001")
    await complain(house)
    await journey.wait(days=3)
    assert (await journey.history())[:7] == [*INTAKE[:2], "clock.missed", *INTAKE[2:]]
    clocks = (await journey.check()).clocks
    assert {name: (clock.met, clock.missed) for name, clock in clocks.items()} == {
        "acknowledge": (True, True),
        "first_response": (True, True),
        "resolve": (False, True),
    }
    # Findings are due in business hours from now: the people were not asked before.
    assert await journey.due(TaskKind.FINDINGS) == "Fri 2026-11-27 10:00"


@pytest.mark.covers("trigger:deadline_passed", "review done")
async def test_every_step_of_review_escalates_on_its_own(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await journey.answer(TaskKind.FINDINGS)
    await journey.wait(hours=7)
    case = await journey.check()
    by_department = {task.department: task for task in case.open_tasks}
    assert {task.level for task in by_department.values()} == {3}
    await journey.answer(TaskKind.OPINION, TaskKind.OPINION)
    approval = await journey.task(TaskKind.APPROVAL)
    assert (approval.level, approval.assignee) == (0, "huang_min")
    await journey.wait(days=1)
    approval = await journey.task(TaskKind.APPROVAL)
    assert approval.assignee in {"zhou_qiang", "tang_rui", "robert_ellis"}
    await journey.answer(TaskKind.APPROVAL)
    await journey.check()


@pytest.mark.covers("trigger:deadline_passed", "review done")
async def test_a_proposal_that_moved_up_is_approved_by_other_eyes_however_long_it_takes(
    house: House, hands: Hands
) -> None:
    journey = await Journey.begin(house, hands)
    while (await journey.task(TaskKind.FINDINGS)).assignee != "zhou_qiang":
        await journey.lapse()
    await journey.answer(TaskKind.FINDINGS, TaskKind.OPINION, TaskKind.OPINION)
    for _ in range(15):
        task = await journey.task(TaskKind.APPROVAL)
        assert "zhou_qiang" not in {task.assignee, *task.told}
        await journey.lapse()
    await journey.answer(TaskKind.APPROVAL, TaskKind.LETTER)
    await journey.check()


@pytest.mark.covers("callback unreachable")
async def test_a_customer_who_says_nothing_at_all_is_asked_by_mail_then_by_phone_then_let_be(
    house: House, hands: Hands
) -> None:
    journey = await Journey.begin(house, hands)
    await journey.answer(TaskKind.FINDINGS, *REST[:4])
    await journey.until(TaskKind.REMEDY)
    await journey.answer(TaskKind.REMEDY)
    for attempt in ("1", "2", "3"):
        call = await journey.until(TaskKind.PHONE_CALLBACK)
        assert call.asks == {"attempt": attempt}
        await journey.answer(TaskKind.PHONE_CALLBACK, reached="no", csat=None, resolved=None)
    await journey.ended(Outcome.UNREACHABLE)
    expired = ["task.asked", "task.reminded", "task.reminded", "task.expired"]
    calls = ["task.asked", "callback.unanswered"] * 3
    assert (await journey.history())[-14:] == ["callback.scheduled", *expired, *calls, "stage.closed", *ARCHIVED]
    to_customer = [letter.split()[0] for letter in await journey.letters() if letter.endswith(" customer")]
    assert to_customer == [
        *["acknowledgement", "progress", "progress", "decision", "customer_reminder", "customer_reminder", "progress"],
        *["survey", "customer_reminder", "customer_reminder", "closing"],
    ]


@pytest.mark.covers("callback done")
async def test_an_ignored_survey_ends_in_a_call_that_reaches_the_customer(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await journey.answer(TaskKind.FINDINGS, *REST)
    await journey.until(TaskKind.SURVEY)
    call = await journey.until(TaskKind.PHONE_CALLBACK)
    assert (call.assignee, await journey.due(TaskKind.PHONE_CALLBACK)) == ("liu_yang", "Tue 2026-12-08 18:00")
    await journey.answer(TaskKind.PHONE_CALLBACK, csat=4, resolved="yes")
    await journey.ended(Outcome.SATISFIED)
