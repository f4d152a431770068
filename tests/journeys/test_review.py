"""Whole complaints in review: objections that go back with reasons, chains of approval, the reach of authority."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from complaints.errors import AnswerWrong
from complaints.letters import LetterKind
from complaints.words import Outcome, TaskKind
from complaints.work_events import ApprovalGiven, TaskEscalated
from tests.journeys.journey import HEARD as WAS_HEARD
from tests.journeys.journey import INVESTIGATED, TO_HANDLER, Journey
from tests.journeys.mailbag import read_letter
from tests.journeys.packs import house_under  # noqa: F401  a fixture

if TYPE_CHECKING:
    from adapters.house import House
    from complaints.fact import Fact
    from tests.builders import Hands
    from tests.journeys.packs import HouseUnder

HEARD = (TaskKind.OPINION, TaskKind.OPINION)
REST = (TaskKind.LETTER, TaskKind.DECISION, TaskKind.REMEDY)
CHAIN = '[review]\nchain = [{ above = 10000, roles = ["department_head", "complaints_manager"] }]\n'


async def facts(journey: Journey, kind: type[Fact]) -> list[Fact]:
    entries = await journey.house.casebook.history(journey.case_no)
    return [entry.fact for entry in entries if isinstance(entry.fact, kind)]


async def finish(journey: Journey) -> None:
    """Nothing unusual happens any more."""
    await journey.answer(*REST)
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(Outcome.SATISFIED)


@pytest.mark.covers("review sent_back", "review done")
async def test_an_objection_goes_back_with_its_reasons_and_the_better_proposal_is_agreed(
    house: House, hands: Hands
) -> None:
    journey = await Journey.begin(house, hands)
    await journey.answer(TaskKind.FINDINGS)
    assert await journey.state() == "Awaiting review"
    await journey.answer(TaskKind.OPINION, verdict="object", reason="Our advertisement promised a spare seal.")
    await journey.answer(TaskKind.OPINION, verdict="agree")
    assert await journey.state() == "Awaiting investigation"
    mail = await read_letter(journey, LetterKind.TASK_ASKED, "peter_novak")
    assert "Marketing: Our advertisement promised a spare seal." in mail
    assert "Sent back for these reasons" in mail
    objected = ["review.objected", "stage.closed"]
    assert (await journey.history())[len(TO_HANDLER) :] == [*[*INVESTIGATED, *WAS_HEARD, *objected, "task.asked"]]
    assert await journey.due(TaskKind.FINDINGS) == "Tue 2026-11-24 10:00"
    await journey.answer(TaskKind.FINDINGS, remedy_2="replacement", remedy_text_2="A spare seal.")
    await journey.answer(*HEARD, TaskKind.APPROVAL)
    await finish(journey)
    assert (await journey.exits())[3:7] == [
        *["investigation done", "review sent_back"],
        *["investigation done", "review done"],
    ]


@pytest.mark.covers("review sent_back", "review done")
async def test_after_the_last_round_the_approver_decides_with_the_objections_before_her(
    house: House, hands: Hands
) -> None:
    journey = await Journey.begin(house, hands)
    for nth in (1, 2):
        await journey.answer(TaskKind.FINDINGS)
        await journey.answer(*HEARD, verdict="object", reason=f"No, said {nth} times.")
    case = await journey.check()
    assert (case.objection_rounds, len(case.objections)) == (1, 2)
    assert (await journey.task(TaskKind.APPROVAL)).assignee == "huang_min"
    await journey.answer(TaskKind.APPROVAL)
    await finish(journey)


@pytest.mark.covers("review done")
async def test_where_the_policy_says_so_the_approver_hears_the_first_objection(
    house_under: HouseUnder,  # noqa: F811  the fixture
    hands: Hands,
) -> None:
    journey = await Journey.begin(await house_under('[review]\non_objection = "approver_decides"\n'), hands)
    await journey.answer(TaskKind.FINDINGS)
    await journey.answer(*HEARD, verdict="object", reason="It was sold as seen.")
    assert await journey.state() == "Awaiting review"
    assert (await journey.task(TaskKind.APPROVAL)).due_at > hands.at
    await journey.answer(TaskKind.APPROVAL)
    await finish(journey)


@pytest.mark.covers("review done")
async def test_a_quorum_is_enough_and_the_late_department_is_told_so(
    house_under: HouseUnder,  # noqa: F811  the fixture
    hands: Hands,
) -> None:
    journey = await Journey.begin(await house_under("[review]\nquorum = 1\n"), hands)
    await journey.answer(TaskKind.FINDINGS)
    late, quick = (await journey.case()).open_tasks
    await journey.answer(quick)
    case = await journey.check()
    assert (case.tasks[late.id].status, case.tasks[late.id].closed_reason) == ("revoked", "quorum_reached")
    await journey.answer(TaskKind.APPROVAL)
    await finish(journey)


@pytest.mark.covers("trigger:deadline_passed", "trigger:deadline_warning", "review done")
async def test_each_opinion_warns_and_escalates_on_its_own(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await journey.answer(TaskKind.FINDINGS)
    first, second = (await journey.case()).open_tasks
    await journey.wait(minutes=30)
    await journey.answer(first)
    while not await facts(journey, TaskEscalated):
        await journey.lapse()
    case = await journey.check()
    assert (case.tasks[first.id].level, case.tasks[first.id].warned) == (0, False)
    assert (case.tasks[second.id].level > 0, case.tasks[second.id].department) == (True, "rnd")
    letters = [letter for letter in await journey.letters() if letter.startswith(("task_warning", "task_escalated"))]
    assert letters[0] == "task_warning guo_feng"
    assert not [letter for letter in letters if letter.endswith("olivia_grant")]
    await journey.answer(TaskKind.OPINION, TaskKind.APPROVAL)
    await finish(journey)


@pytest.mark.covers("review done")
async def test_a_large_sum_is_approved_by_two_people_one_after_the_other(
    house_under: HouseUnder,  # noqa: F811  the fixture
    hands: Hands,
) -> None:
    journey = await Journey.begin(await house_under(CHAIN), hands)
    await journey.answer(TaskKind.FINDINGS, amount=12000)
    await journey.answer(*HEARD)
    head = await journey.task(TaskKind.APPROVAL)
    assert (head.assignee, head.asks["role"], head.asks["step"]) == ("zhou_qiang", "department_head", "1")
    await journey.answer(TaskKind.APPROVAL)
    manager = await journey.task(TaskKind.APPROVAL)
    assert (manager.asks["role"], manager.asks["step"]) == ("complaints_manager", "2")
    assert manager.asks["approved_by"] == "zhou_qiang"
    assert manager.assignee not in {"zhou_qiang", "peter_novak"}
    assert await journey.state() == "Awaiting review"
    await journey.answer(TaskKind.APPROVAL)
    given = [(fact.role, fact.by) for fact in await facts(journey, ApprovalGiven) if isinstance(fact, ApprovalGiven)]
    assert [role for role, _ in given] == ["department_head", "complaints_manager"]
    assert len({by for _, by in given}) == len(given)
    await finish(journey)


@pytest.mark.covers("review sent_back", "review done")
async def test_the_second_of_two_approvers_may_still_send_it_back(
    house_under: HouseUnder,  # noqa: F811  the fixture
    hands: Hands,
) -> None:
    journey = await Journey.begin(await house_under(CHAIN), hands)
    await journey.answer(TaskKind.FINDINGS, amount=12000)
    await journey.answer(*HEARD, TaskKind.APPROVAL)
    await journey.answer(TaskKind.APPROVAL, decision="send_back", reason="Twelve thousand for a kettle?")
    assert await journey.state() == "Awaiting investigation"
    mail = await read_letter(journey, LetterKind.TASK_ASKED, "peter_novak")
    assert "Twelve thousand for a kettle?" in mail
    await journey.answer(TaskKind.FINDINGS)  # a proposal of less needs no chain
    await journey.answer(*HEARD, TaskKind.APPROVAL)
    await finish(journey)


@pytest.mark.covers("review done")
async def test_above_every_limit_the_executive_approves_after_the_chain(
    house_under: HouseUnder,  # noqa: F811  the fixture
    hands: Hands,
) -> None:
    journey = await Journey.begin(await house_under(CHAIN), hands)
    await journey.answer(TaskKind.FINDINGS, amount=90000)
    await journey.answer(*HEARD, TaskKind.APPROVAL, TaskKind.APPROVAL)
    top = await journey.task(TaskKind.APPROVAL)
    assert (top.asks["role"], top.asks["step"]) == ("executive", "3")
    await journey.answer(TaskKind.APPROVAL)
    await finish(journey)


@pytest.mark.covers("assignment on_the_spot", "response done")
async def test_on_the_spot_a_handler_grants_no_more_than_her_own_authority(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands, detail="It is not what I thought it would be.")
    await journey.answer(TaskKind.CLASSIFICATION, category="price.discount", impact=1, urgency=1)
    for beyond in ({"remedy": "goodwill", "amount": 200.01}, {"remedy": "refund", "amount": 1}):
        with pytest.raises(AnswerWrong) as wrong:
            await journey.answer(TaskKind.LETTER, **beyond)
        assert wrong.value.problems == {"amount": "beyond_authority"}
    await journey.answer(TaskKind.LETTER, remedy="goodwill", amount=200)
    await journey.answer(TaskKind.DECISION, TaskKind.REMEDY)
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(Outcome.SATISFIED)
