"""Whole complaints that the customer withdraws, in every stage, and what she adds to open ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.cipher import stationery
from complaints import withdrawal
from complaints.chain import Signature
from complaints.errors import CaseClosed, TaskClosed
from complaints.words import CUSTOMER, Outcome, Stage, TaskKind
from tests.builders import carry_on, submit
from tests.journeys.journey import ARCHIVED, TO_HANDLER, Journey

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands

TOLD: dict[Stage, dict[str, Any]] = {
    Stage.INTAKE: {"item": "", "order_no": "", "name": "", "expected_remedy": ""},
    Stage.CLASSIFICATION: {"detail": "It is not what I thought it would be."},
    Stage.ASSIGNMENT: {"expected_remedy": "Peter Novak and Zhao Lei shall apologise."},
}
ANSWERED: dict[Stage, list[TaskKind]] = {
    Stage.REVIEW: [TaskKind.FINDINGS],
    Stage.RESPONSE: [TaskKind.FINDINGS, TaskKind.OPINION, TaskKind.OPINION, TaskKind.APPROVAL],
}
ANSWERED[Stage.CALLBACK] = [*ANSWERED[Stage.RESPONSE], TaskKind.LETTER, TaskKind.DECISION, TaskKind.REMEDY]


@pytest.mark.parametrize(
    "stage",
    [
        pytest.param(stage, marks=pytest.mark.covers(f"{stage} withdrawn"))
        for stage in Stage
        if stage is not Stage.ARCHIVING
    ],
)
async def test_a_complaint_is_withdrawn_in_every_stage(house: House, hands: Hands, stage: Stage) -> None:
    journey = await Journey.begin(house, hands, **TOLD.get(stage, {}))
    case = await journey.answer(*ANSWERED.get(stage, []))
    assert case.stage is stage
    before, letters = await journey.history(), await journey.letters()
    await journey.withdraw()
    await journey.ended(Outcome.WITHDRAWN)
    revoked = ["task.revoked"] * len(case.open_tasks)
    assert await journey.history() == [*before, "complaint.withdrawn", *revoked, "stage.closed", *ARCHIVED]
    assert await journey.letters() == [*letters, "withdrawal_confirmed customer"]
    assert (await journey.exits())[-2:] == [f"{stage} withdrawn", "archiving done"]
    hands.move(days=100)
    assert len(await journey.history()) == len(before) + len(revoked) + 4
    with pytest.raises(CaseClosed):
        await journey.withdraw()


async def test_a_withdrawal_while_work_is_escalated_ends_it_for_everybody(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await journey.wait(days=3)
    task = await journey.task(TaskKind.FINDINGS)
    await journey.withdraw()
    await journey.ended(Outcome.WITHDRAWN)
    with pytest.raises(TaskClosed):
        await submit(house, journey.case_no, task)


async def test_what_a_customer_adds_is_kept_and_stops_nothing(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    briefing = await house.casebook.brief(journey.case_no)
    verdict = withdrawal.add_information(briefing, text="It also hums.", evidence=(), stationery=stationery())
    signature = Signature(actor=CUSTOMER, origin="test", policy=briefing.policy.version)
    await house.casebook.record(briefing, verdict, signature=signature, wake=True)
    await carry_on(house, journey.case_no)
    assert await journey.history() == [*TO_HANDLER, "task.asked", "information.added"]
    papers = await house.casebook.papers(journey.case_no)
    assert {"text": "It also hums."} in [paper.content for paper in papers.values()]
    await journey.check()
