"""The owner presses Resume and Cancel on a run, at every stage at which people are awaited."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from complaints.events import RunInterrupted
from complaints.words import Stage, TaskKind
from tests.builders import ANSWERS
from tests.engine.buttons import is_cancelled, is_shown_anew, press_cancel, press_resume
from tests.engine.machinery import until
from tests.engine.whole import assert_whole

if TYPE_CHECKING:
    from tests.engine.plant import Plant

WAITS: dict[Stage, tuple[TaskKind, dict[str, Any]]] = {
    Stage.INTAKE: (TaskKind.COMPLETION, {"item": "", "order_no": "", "name": "", "occurred_at": None}),
    Stage.CLASSIFICATION: (TaskKind.CLASSIFICATION, {"detail": "It is not what I thought it would be."}),
    Stage.ASSIGNMENT: (
        TaskKind.DISPATCH,
        {"detail": "The kettle is broken and leaks, terrible quality. Peter Novak and 赵磊 sold me a defective one."},
    ),
    Stage.INVESTIGATION: (TaskKind.FINDINGS, {}),
    Stage.REVIEW: (TaskKind.APPROVAL, {}),
    Stage.RESPONSE: (TaskKind.DECISION, {}),
    Stage.CALLBACK: (TaskKind.SURVEY, {}),
}
"""What people are asked at each stage, and the complaint that gets them asked; archiving waits for nobody."""

HOT, COLD = 100, 0


@pytest.mark.parametrize("room", [pytest.param(HOT, id="hot"), pytest.param(COLD, id="cold")])
async def test_resume_and_cancel_at_every_stage_lose_nothing(plant: Plant, room: int) -> None:
    # Whom the usual answer names is the one that the complaint is about.
    plant.answers = {**ANSWERS, TaskKind.DISPATCH: {"handler": "grace_miller"}}
    await plant.hire(worker_hot_limit=room)
    # Each complains of something else, or they would be taken for copies of one another.
    numbers = {stage: await plant.complain(**_apart(stage)) for stage in WAITS}
    await asyncio.gather(*(_press_both(plant, numbers[stage], stage) for stage in WAITS))
    await plant.finish(*numbers.values(), within=180)
    await assert_whole(plant, list(numbers.values()), runs=2)


def _apart(stage: Stage) -> dict[str, Any]:
    """A complaint of somebody of her own, so that nobody takes it for a copy of another."""
    return {"email": f"{stage}@example.test", "phone": "", **WAITS[stage][1]}


async def _press_both(plant: Plant, case_no: str, stage: Stage) -> None:
    """Resume shows the same wait anew; Cancel is recorded once, and another run waits where the first did."""
    await plant.bring_to(case_no, WAITS[stage][0])
    run = await plant.waiting_run(case_no, stage)
    assert await press_resume(plant, run.id) == "ACCEPT"
    await until(lambda: is_shown_anew(plant, run), f"{stage} is shown anew")
    await press_cancel(plant, run.id)
    await until(lambda: is_cancelled(plant, run.id), f"the first run of {stage} is shown as cancelled")

    async def goes_on() -> bool:
        return (await plant.waiting_run(case_no, stage)).id != run.id

    await until(goes_on, f"another run waits in {stage}")
    facts = [entry.fact for entry in await plant.history(case_no) if isinstance(entry.fact, RunInterrupted)]
    assert [fact.reopened for fact in facts] == [True]
