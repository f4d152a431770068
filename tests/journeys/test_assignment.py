"""Whose case it is: lanes, teams, languages, absences and substitutes, refusals, and people who leave."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from complaints.words import ActKind, CustomerType, Outcome, TaskKind
from portal import staffing
from tests.builders import ANN, WANG_FANG, Hands
from tests.journeys.journey import ASSIGNED, CLASSIFIED, FINDINGS_ASKED, GREETED, INTAKE, TO_HANDLER, Journey
from tests.journeys.packs import house_under  # noqa: F401  a fixture

if TYPE_CHECKING:
    from datetime import date

    from adapters.house import House
    from complaints.roster import Roster
    from tests.journeys.packs import HouseUnder

REVIEWED = (TaskKind.OPINION, TaskKind.OPINION, TaskKind.APPROVAL)
VAGUE = "It is not what I thought it would be."


async def staffed(house: House, staff_id: str, **changes: Any) -> None:  # noqa: ANN401  any field of Staff
    """Somebody is described otherwise in the live roster."""

    def edit(roster: Roster) -> Roster:
        told = roster.staff[staff_id].model_dump() | changes
        person = type(roster.staff[staff_id]).model_validate(told)
        return replace(roster, staff={**roster.staff, staff_id: person})

    await house.directory.change(edit, by="eva", reason="test")


def away(first_day: date | str, last_day: date | str, substitute: str | None = None) -> list[dict[str, Any]]:
    """One absence, as a roster file has it."""
    return [{"first_day": first_day, "last_day": last_day, "substitute": substitute}]


async def handler_of(journey: Journey) -> tuple[str, str]:
    case = await journey.case()
    assert case.assignment is not None
    return case.assignment.department, case.assignment.handler


async def to_the_end(journey: Journey) -> None:
    """What is left to do is done as usual."""
    while open_tasks := (await journey.case()).open_tasks:
        await journey.answer(open_tasks[0])
    await journey.answer(await journey.until(TaskKind.SURVEY))
    await journey.ended(Outcome.SATISFIED)


@pytest.mark.covers("assignment done")
async def test_a_key_customer_goes_to_her_lane_and_to_somebody_who_looks_after_such(
    house_under: HouseUnder,  # noqa: F811
    hands: Hands,
) -> None:
    house = await house_under("[assignment]\nkey_customers_need_flag = true")
    await staffed(house, "song_mei", key_customers=True)
    journey = await Journey.begin(house, hands, customer_type=CustomerType.KEY)
    assert await handler_of(journey) == ("complaints_office", "song_mei")
    case = await journey.case()
    assert case.assignment is not None
    against = {one.staff_id: one.reasons for one in case.assignment.candidates}
    assert against == {"song_mei": (), "grace_miller": ("not_for_key_customers",)}
    assert await journey.letters() == [*GREETED, "task_asked song_mei"]
    await journey.check()


@pytest.mark.covers("assignment done")
async def test_the_worst_level_goes_to_the_special_team_and_only_to_whom_it_is_entrusted(
    house: House, hands: Hands
) -> None:
    await staffed(house, "grace_miller", levels=["1", "2"])
    journey = await Journey.begin(house, hands, detail=VAGUE)
    await journey.answer(TaskKind.CLASSIFICATION, impact=5, urgency=5)
    assert await handler_of(journey) == ("complaints_office", "song_mei")
    assert await journey.due(TaskKind.FINDINGS) == "Mon 2026-11-23 14:00"
    await journey.check()


@pytest.mark.covers("assignment done")
async def test_by_severity_a_grave_complaint_goes_to_the_supervisor_for_two_days(
    house_under: HouseUnder,  # noqa: F811
    hands: Hands,
) -> None:
    house = await house_under('[assignment]\ntable = "by_severity"')
    journey = await Journey.begin(house, hands, detail=VAGUE)
    case = await journey.answer(TaskKind.CLASSIFICATION, category="product.quality", impact=4, urgency=4)
    assert case.assignment is not None
    assert (case.classification.severity if case.classification else "") == "serious"
    assert (case.assignment.handler, case.assignment.respond_within) == ("huang_min", "2 d")
    await journey.check()


async def test_a_customer_is_answered_by_somebody_who_writes_her_language(house: House, hands: Hands) -> None:
    await staffed(house, "peter_novak", languages=["en"])
    english = await Journey.begin(house, hands, ANN)
    chinese = await Journey.begin(house, hands, WANG_FANG)
    assert (await handler_of(english), await handler_of(chinese)) == (
        ("after_sales", "peter_novak"),
        ("after_sales", "zhao_lei"),
    )


@pytest.mark.covers("assignment done", "investigation done", "review done", "response done", "callback done")
async def test_whoever_is_complained_about_has_no_part_in_it_from_beginning_to_end(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands, detail=f"{ANN.detail} Peter Novak and Huang Min were told twice.")
    assert await handler_of(journey) == ("after_sales", "zhao_lei")
    await to_the_end(journey)
    assert not {letter.split()[1] for letter in await journey.letters()} & {"peter_novak", "huang_min"}


@pytest.mark.covers("response done")
async def test_while_the_handler_is_away_her_substitute_writes_the_letter(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await journey.answer(TaskKind.FINDINGS)
    await staffed(house, "peter_novak", absences=away("2026-11-23", "2026-11-30", "zhao_lei"))
    await journey.answer(*REVIEWED)
    letter = await journey.task(TaskKind.LETTER)
    assert (letter.assignee, letter.substitute_of) == ("zhao_lei", "peter_novak")
    assert (await journey.letters())[-1] == "task_asked zhao_lei"
    await journey.answer(TaskKind.LETTER, TaskKind.DECISION)
    assert (await journey.task(TaskKind.REMEDY)).assignee == "zhao_lei"
    assert await handler_of(journey) == ("after_sales", "peter_novak")
    await to_the_end(journey)


async def test_work_follows_a_chain_of_substitutes_and_never_in_a_circle(house: House, hands: Hands) -> None:
    await staffed(house, "zhao_lei", absences=away("2026-11-23", "2026-11-30", "hu_bo"))
    await staffed(house, "peter_novak", absences=away("2026-11-23", "2026-11-30", "zhao_lei"))
    journey = await Journey.begin(house, hands)
    assert await handler_of(journey) == ("after_sales", "hu_bo")
    await staffed(house, "hu_bo", absences=away("2026-11-23", "2026-11-30", "peter_novak"))
    circle = await Journey.begin(house, hands, detail=f"Another one: {ANN.detail}", email="ann@other.example")
    task = await circle.task(TaskKind.DISPATCH)
    assert task.asks["department"] == "after_sales"
    weighed = (await circle.case()).weighed
    assert weighed is not None
    assert {one.staff_id: one.reasons for one in weighed.candidates} == {
        "peter_novak": ("absent",),
        "zhao_lei": ("absent",),
    }


@pytest.mark.covers("assignment done")
async def test_declined_for_a_conflict_the_case_is_assigned_anew_and_she_has_no_part_in_it(
    house_under: HouseUnder,  # noqa: F811
    hands: Hands,
) -> None:
    house = await house_under('[assignment.acceptance]\nlevels = ["1", "2", "3"]')
    journey = await Journey.begin(house, hands)
    assert await journey.due(TaskKind.ACCEPTANCE) == "Mon 2026-11-23 12:00"
    await journey.answer(TaskKind.ACCEPTANCE, decision="decline", reason_code="conflict_of_interest")
    assert (await journey.task(TaskKind.ACCEPTANCE)).assignee == "zhao_lei"
    await journey.answer(TaskKind.ACCEPTANCE)
    assert await handler_of(journey) == ("after_sales", "zhao_lei")
    assert await journey.history() == [
        *[*INTAKE, *CLASSIFIED, "case.assigned", "task.asked", "handler.declined"],
        *["case.assigned", "task.asked", "handler.accepted", *ASSIGNED[1:], "task.asked"],
    ]
    assert (await journey.case()).conflicts == ("peter_novak",)
    assert await journey.letters() == [
        *["acknowledgement customer", "task_asked peter_novak", "task_asked zhao_lei", "progress customer"],
        "task_asked zhao_lei",
    ]
    await journey.check()


async def test_work_handed_over_keeps_its_deadline_and_the_new_handler_answers_for_the_case(
    house: House, hands: Hands
) -> None:
    journey = await Journey.begin(house, hands)
    due = await journey.due(TaskKind.FINDINGS)
    task = await journey.task(TaskKind.FINDINGS)
    await journey.do(ActKind.HAND_OVER, task, to="zhao_lei", reason="I am on the road until Friday.")
    assert await journey.due(TaskKind.FINDINGS) == due
    assert await journey.history() == [*TO_HANDLER, "task.asked", "task.reassigned", "handler.changed"]
    assert await journey.letters() == [*GREETED, *FINDINGS_ASKED, "task_asked zhao_lei", "task_moved peter_novak"]
    await journey.answer(TaskKind.FINDINGS, *REVIEWED)
    assert (await journey.task(TaskKind.LETTER)).assignee == "zhao_lei"
    await to_the_end(journey)


@pytest.mark.covers("assignment done")
async def test_when_nobody_is_left_a_dispatcher_is_shown_why_and_decides(house: House, hands: Hands) -> None:
    await staffed(house, "peter_novak", max_open=0)
    await staffed(house, "zhao_lei", present=False, languages=["zh-CN"])
    journey = await Journey.begin(house, hands)
    weighed = (await journey.case()).weighed
    assert weighed is not None
    assert {one.staff_id: one.reasons for one in weighed.candidates} == {
        "peter_novak": ("at_capacity",),
        "zhao_lei": ("language", "absent"),
    }
    await journey.answer(TaskKind.DISPATCH, handler="hu_bo", reason="He built it.")
    assert await handler_of(journey) == ("rnd", "hu_bo")
    await journey.check()


async def test_a_leaver_hands_over_everything_in_one_step(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    moved = await staffing.leave(house, "peter_novak", by="eva")
    assert moved == (journey.case_no,)
    journey._known = None  # noqa: SLF001  something else wrote to it
    assert await handler_of(journey) == ("after_sales", "zhao_lei")
    assert await journey.history() == [*TO_HANDLER, "task.asked", "task.reassigned", "handler.changed"]
    assert await journey.letters() == [*GREETED, *FINDINGS_ASKED, "task_asked zhao_lei"]
    await to_the_end(journey)


@pytest.mark.covers("review done")
async def test_a_substitute_does_not_approve_what_the_person_she_stands_in_for_proposed(
    house: House, hands: Hands
) -> None:
    journey = await Journey.begin(house, hands)
    await journey.answer(TaskKind.FINDINGS)
    await staffed(house, "peter_novak", absences=away("2026-11-23", "2026-12-31", "huang_min"))
    await journey.answer(TaskKind.OPINION, TaskKind.OPINION)
    assert (await journey.task(TaskKind.APPROVAL)).assignee == "zhou_qiang"
    await journey.answer(TaskKind.APPROVAL)
    letter = await journey.task(TaskKind.LETTER)
    assert (letter.assignee, letter.substitute_of) == ("huang_min", "peter_novak")
    await journey.check()
