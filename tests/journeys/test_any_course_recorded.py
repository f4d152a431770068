"""Any course, in a real house: rows restate the history at every step, and of two who write at once one wins."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from adapters.cipher import stationery
from complaints import escalation
from complaints.answering import answer
from complaints.chain import Signature
from complaints.errors import HistoryMoved, TaskClosed
from complaints.submission import Submission
from complaints.words import CUSTOMER, SYSTEM, TaskKind
from complaints.work_events import TaskEscalated
from tests.builders import ANN, ANSWERS, WANG_FANG, carry_on, submit
from tests.journeys.journey import Journey
from tests.journeys.people import an_answer

if TYPE_CHECKING:
    from adapters.house import House
    from complaints.briefing import Briefing, Verdict
    from complaints.case import ManualTask
    from tests.builders import Hands

STEPS = 18


@pytest.mark.parametrize("seed", range(2))
async def test_whatever_happens_the_rows_restate_the_history(either_house: House, hands: Hands, seed: int) -> None:
    chance = random.Random(seed)
    by = chance.choice([ANN, WANG_FANG])
    told = chance.choice([{}, {"email": ""}, {"item": "", "order_no": "", "expected_remedy": ""}])
    journey = await Journey.begin(either_house, hands, by, **told)
    for step in range(STEPS):
        case = await journey.case() if step % 3 else await journey.check()
        if not case.is_open:
            break
        match chance.choice(["answer", "answer", "answer", "lapse", "wait"]):
            case "answer" if case.open_tasks:
                task = chance.choice(case.open_tasks)
                briefing = await either_house.casebook.brief(journey.case_no)
                await journey.answer(task, **an_answer(task, briefing, chance.choice))
            case "wait":
                await journey.wait(hours=chance.randrange(1, 200))
            case _:
                await journey.lapse()
    await journey.check()
    letters = await journey.letters()
    assert len(letters) > 2
    assert ("email" in told) <= (not [letter for letter in letters if letter.endswith(f" {CUSTOMER}")])


def reply(briefing: Briefing, task: ManualTask) -> Verdict:
    post = Submission(task_id=task.id, by=task.assignee, fields=ANSWERS[task.kind], stationery=stationery())
    return answer(briefing, post)


async def record(house: House, briefing: Briefing, verdict: Verdict, *, by: str) -> None:
    signature = Signature(actor=by, origin="test", policy=briefing.policy.version)
    await house.casebook.record(briefing, verdict, signature=signature, wake=True)


@pytest.mark.parametrize("is_answer_first", [True, False])
async def test_an_answer_and_an_escalation_at_the_same_moment_are_taken_one_after_the_other(
    either_house: House, hands: Hands, is_answer_first: bool
) -> None:
    journey = await Journey.begin(either_house, hands)
    task = await journey.task(TaskKind.FINDINGS)
    hands.at = task.due_at
    briefing = await either_house.casebook.brief(journey.case_no)
    answered, escalated = reply(briefing, task), escalation.decide(briefing)
    assert isinstance(escalated.facts[0], TaskEscalated)
    first, second = (answered, escalated) if is_answer_first else (escalated, answered)
    await record(either_house, briefing, first, by=SYSTEM)
    with pytest.raises(HistoryMoved):
        await record(either_house, briefing, second, by=SYSTEM)
    again = await either_house.casebook.brief(journey.case_no)
    if is_answer_first:
        assert not [fact for fact in escalation.decide(again).facts if isinstance(fact, TaskEscalated)]
    else:
        # Told only: the work is still hers, so what she typed counts.
        await record(either_house, again, reply(again, again.case.tasks[task.id]), by=task.assignee)
    await carry_on(either_house, journey.case_no)
    history = await journey.history()
    assert history.count("findings.submitted") == 1
    assert history.count("task.escalated") == (0 if is_answer_first else 1)
    with pytest.raises(TaskClosed):
        await submit(either_house, journey.case_no, task)
    await journey.check()
