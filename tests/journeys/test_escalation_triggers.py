"""Whole complaints that go up: by every trigger and to every level, by hand-over or accompanied, with nothing lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from adapters.cipher import stationery
from complaints import escalation
from complaints.answering import answer
from complaints.chain import Signature
from complaints.errors import HistoryMoved, TaskClosed
from complaints.escalation_events import CaseEscalated
from complaints.submission import Submission
from complaints.words import ActKind, Outcome, TaskKind
from complaints.work_events import TaskEscalated, TaskWarned
from tests.builders import ANN, ANSWERS, carry_on
from tests.journeys.journey import Journey

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands

REST = (TaskKind.OPINION, TaskKind.OPINION, TaskKind.APPROVAL, TaskKind.LETTER)
HELP = {"reason_code": "expects_to_miss", "text": "The laboratory needs until Thursday."}


async def escalated(journey: Journey) -> list[tuple[str, int, str, bool]]:
    """Trigger, level, who was told and whether the work moved, of all that raised the case beyond deadlines."""
    entries = await journey.house.casebook.history(journey.case_no)
    facts = [entry.fact for entry in entries if isinstance(entry.fact, CaseEscalated)]
    return [(fact.trigger.value, fact.level, fact.told, fact.moved) for fact in facts]


async def notices(journey: Journey) -> list[str]:
    return [letter for letter in await journey.letters() if letter.startswith("case_escalated")]


async def to_the_end(journey: Journey, *work: TaskKind) -> None:
    await journey.answer(*work, TaskKind.DECISION, TaskKind.REMEDY)
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(Outcome.SATISFIED)


@pytest.mark.covers("trigger:customer_contact")
async def test_a_customer_who_asks_twice_before_she_is_answered_brings_the_team_lead(
    either_house: House, hands: Hands
) -> None:
    journey = await Journey.begin(either_house, hands)
    due = await journey.due(TaskKind.FINDINGS)
    await journey.write_again()
    assert await escalated(journey) == []
    await journey.write_again("Is anybody there?")
    assert await escalated(journey) == [("customer_contact", 1, "huang_min", False)]
    assert await notices(journey) == ["case_escalated huang_min"]
    assert (await journey.check()).escalation_level == 1
    assert await journey.due(TaskKind.FINDINGS) == due
    assert await journey.state() == "Awaiting investigation"
    await to_the_end(journey, TaskKind.FINDINGS, *REST)
    assert (await journey.case()).was_escalated


@pytest.mark.covers("trigger:customer_contact")
async def test_a_customer_who_keeps_asking_reaches_every_level_up_to_the_executive(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    for _ in range(8):
        await journey.write_again()
    levels = await escalated(journey)
    assert [level for _, level, _, _ in levels] == [1, 2, 3, 4]
    assert [told for _, _, told, _ in levels][:2] == ["huang_min", "zhou_qiang"]
    assert levels[2][2] in {"tang_rui", "robert_ellis"}
    assert levels[3][2] in {"liang_chao", "victoria_shaw"}
    await journey.write_again()
    await journey.write_again()
    assert len(await notices(journey)) == 5, "after the top the top is told again"
    assert (await journey.task(TaskKind.FINDINGS)).assignee == "peter_novak"
    await journey.check()


@pytest.mark.covers("trigger:handler_asks")
async def test_a_handler_who_will_miss_her_deadline_is_accompanied_by_her_team_lead(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await journey.do(ActKind.ASK_HELP, await journey.task(TaskKind.FINDINGS), **HELP)
    help_task = await journey.task(TaskKind.HELP)
    assert (help_task.assignee, await journey.due(TaskKind.HELP)) == ("huang_min", "Mon 2026-11-23 12:00")
    assert (await journey.letters())[-2:] == ["case_escalated huang_min", "task_asked huang_min"]
    await journey.answer(TaskKind.HELP, decision="accompany", text="I call the laboratory.")
    assert (await journey.task(TaskKind.FINDINGS)).assignee == "peter_novak"
    assert (await journey.history())[-3:] == ["case.escalated", "task.asked", "help.given"]
    await to_the_end(journey, TaskKind.FINDINGS, *REST)


@pytest.mark.covers("trigger:handler_asks")
async def test_work_beyond_her_authority_is_taken_over_by_whoever_was_asked(either_house: House, hands: Hands) -> None:
    journey = await Journey.begin(either_house, hands)
    before = await journey.task(TaskKind.FINDINGS)
    await journey.do(ActKind.ASK_HELP, before, reason_code="beyond_authority", text="The whole kitchen.")
    await journey.answer(TaskKind.HELP, decision="take_over")
    task = await journey.task(TaskKind.FINDINGS)
    assert (task.assignee, task.former, task.due_at) == ("huang_min", ("peter_novak",), before.due_at)
    assert (await journey.letters())[-2:] == ["task_asked huang_min", "task_moved peter_novak"]
    with pytest.raises(TaskClosed):
        await journey.answer((await journey.case()).tasks["help-1"])
    await journey.check()
    await journey.answer(TaskKind.FINDINGS)
    assert (await journey.case()).findings is not None


@pytest.mark.covers("trigger:handler_asks", "trigger:deadline_passed")
async def test_help_that_nobody_gives_climbs_the_path_and_ends_when_the_work_is_done(
    house: House, hands: Hands
) -> None:
    journey = await Journey.begin(house, hands)
    await journey.do(ActKind.ASK_HELP, await journey.task(TaskKind.FINDINGS), **HELP)
    while not (await journey.task(TaskKind.HELP)).level:
        await journey.lapse()
    assert (await journey.task(TaskKind.HELP)).told == ("zhou_qiang",)
    await journey.answer(TaskKind.FINDINGS)
    assert (await journey.case()).tasks["help-1"].closed_reason == "work_done"
    assert (await journey.check()).stage == "review"


@pytest.mark.covers("trigger:level_reached")
async def test_a_grave_case_is_told_to_a_complaints_manager_as_soon_as_it_is_graded(house: House, hands: Hands) -> None:
    detail = f"{ANN.detail} It caught fire and my child was injured."
    journey = await Journey.begin(house, hands, detail=detail)
    await journey.answer(TaskKind.SCREENING)
    await journey.answer(TaskKind.CLASSIFICATION, impact=5, urgency=5)
    ((trigger, level, told, moved),) = await escalated(journey)
    assert (trigger, level, moved) == ("level_reached", 3, False)
    assert told in {"tang_rui", "robert_ellis"}
    assert (await journey.check()).stage == "investigation"
    assert (await journey.task(TaskKind.FINDINGS)).assignee in {"song_mei", "grace_miller"}


@pytest.mark.covers("trigger:final_offer_refused", "response new_round")
async def test_refusing_the_last_offer_brings_a_manager_before_the_final_decision(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    for _ in range(2):
        await journey.answer(TaskKind.FINDINGS, *REST)
        await journey.answer(TaskKind.DECISION, decision="counter", text="A new kitchen.")
    assert await escalated(journey) == []
    await journey.answer(TaskKind.FINDINGS, *REST)
    await journey.answer(TaskKind.DECISION, decision="reject")
    assert [(trigger, level) for trigger, level, _, _ in await escalated(journey)] == [("final_offer_refused", 3)]
    assert (await journey.task(TaskKind.LETTER)).asks["final"] == "yes"
    await journey.check()


@pytest.mark.covers("trigger:low_score", "callback new_round")
async def test_the_lowest_score_is_told_to_the_department_head_and_the_next_lowest_is_not(
    house: House, hands: Hands
) -> None:
    told = []
    for score in (1, 2):
        journey = await Journey.begin(house, hands)
        await journey.answer(TaskKind.FINDINGS, *REST, TaskKind.DECISION, TaskKind.REMEDY)
        await journey.until(TaskKind.SURVEY)
        await journey.answer(TaskKind.SURVEY, csat=score, resolved="no")
        told.append([(trigger, level, who) for trigger, level, who, _ in await escalated(journey)])
        assert (await journey.check()).round == 2
        hands.move(days=40)
    assert told == [[("low_score", 2, "zhou_qiang")], []]


@pytest.mark.covers("trigger:deadline_warning")
async def test_a_warning_that_would_fall_into_the_night_comes_while_the_house_is_open(
    house: House, hands: Hands
) -> None:
    hands.move(hours=7, minutes=30)  # 17:30 in Shanghai, half an hour before closing
    journey = await Journey.begin(house, hands)
    task = await journey.task(TaskKind.FINDINGS)
    nominal = task.asked_at + (task.due_at - task.asked_at) * 0.8
    local = task.warn_at.astimezone(ZoneInfo("Asia/Shanghai"))
    assert 9 <= local.hour < 18
    assert local.isoweekday() <= 5
    assert abs(task.warn_at - nominal) < timedelta(hours=16)
    await journey.lapse()
    entries = await house.casebook.history(journey.case_no)
    assert [entry.at for entry in entries if isinstance(entry.fact, TaskWarned)] == [task.warn_at]
    await journey.check()


@pytest.mark.covers("trigger:deadline_passed")
@pytest.mark.parametrize("first", ["the answer", "the step up"])
async def test_an_answer_that_arrives_while_the_work_goes_up_is_accepted_once(
    either_house: House, hands: Hands, first: str
) -> None:
    journey = await Journey.begin(either_house, hands)
    await journey.lapse()
    asked = await journey.task(TaskKind.FINDINGS)
    hands.at = asked.due_at
    await journey.case()
    asked = await journey.task(TaskKind.FINDINGS)
    hands.at = asked.due_at
    known = await either_house.casebook.brief(journey.case_no)
    post = Submission("findings-1", asked.assignee, ANSWERS[TaskKind.FINDINGS], stationery())
    verdicts = [answer(known, post), escalation.decide(known)]
    if first == "the step up":
        verdicts.reverse()
    signature = Signature(actor=asked.assignee, origin="test", policy=known.policy.version)
    await either_house.casebook.record(known, verdicts[0], signature=signature, wake=True)
    with pytest.raises(HistoryMoved):
        await either_house.casebook.record(known, verdicts[1], signature=signature, wake=True)
    case = await journey.check()
    if first == "the step up":
        # Who was too late sees whose the work is now; nothing is recorded twice.
        assert case.tasks["findings-1"].assignee == "zhou_qiang"
        await journey.answer(TaskKind.FINDINGS)
    with pytest.raises(TaskClosed):
        await journey.answer(asked)
    assert (await journey.history()).count("findings.submitted") == 1
    await journey.check()


@pytest.mark.covers("trigger:deadline_passed", "trigger:customer_contact")
async def test_steps_missed_in_downtime_come_before_what_the_customer_wrote_after_it(
    house: House, hands: Hands
) -> None:
    journey = await Journey.begin(house, hands)
    hands.move(days=3)
    await journey.write_again()
    await journey.write_again()
    ups = [
        kind for kind in await journey.history() if kind in {"information.added", "task.escalated", "case.escalated"}
    ]
    assert ups == ["information.added", *["task.escalated"] * 4, "information.added", "case.escalated"]
    entries = await house.casebook.history(journey.case_no)
    late = [entry.fact.late for entry in entries if isinstance(entry.fact, TaskEscalated)]
    assert late == [True, True, True, False]
    before = await journey.letters()
    await carry_on(house, journey.case_no)
    assert await journey.letters() == before
    await journey.check()
