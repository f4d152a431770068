"""The buttons of the engine's pages, pressed as its pages press them, on waits in memory and on cold ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prefect.states import Running

from complaints.chain import verify
from complaints.events import RunInterrupted
from complaints.words import Stage, TaskKind
from tests.engine.buttons import is_cancelled, is_shown_anew, press_cancel, press_resume
from tests.engine.machinery import until
from tests.engine.whole import assert_letters_are_out, assert_whole, repeated_facts

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

    from tests.engine.plant import Plant

HOT, COLD = 100, 0

pytestmark = pytest.mark.parametrize("room", [pytest.param(HOT, id="hot"), pytest.param(COLD, id="cold")])


async def test_resume_shows_the_same_wait_again(plant: Plant, room: int) -> None:
    case_no, run = await _waiting_case(plant, room=room)
    for _ in range(2):
        assert await press_resume(plant, run.id) == "ACCEPT"
        await until(lambda: is_shown_anew(plant, run), "the wait is shown again")
    assert len(await plant.runs(case_no)) == 1
    await plant.finish(case_no)
    await assert_whole(plant, [case_no])


async def test_a_cancelled_run_is_recorded_and_another_one_goes_on(plant: Plant, room: int) -> None:
    case_no, run = await _waiting_case(plant, room=room)
    await press_cancel(plant, run.id)
    await until(lambda: _interruptions(plant, case_no), "the interruption is recorded")
    next_run = await plant.waiting_run(case_no, Stage.INVESTIGATION)
    assert next_run.id != run.id
    await until(lambda: is_cancelled(plant, run.id), "the old run is shown as cancelled")
    await plant.finish(case_no)
    (fact,) = await _interruptions(plant, case_no)
    assert fact.reopened
    await assert_whole(plant, [case_no], runs=2)


async def test_a_run_cancelled_while_it_works_is_cancelled_too(plant: Plant, room: int) -> None:
    case_no, run = await _waiting_case(plant, room=room)
    await plant.api.set_flow_run_state(run.id, Running(), force=True)
    await press_cancel(plant, run.id)
    await until(lambda: _interruptions(plant, case_no), "the interruption is recorded")
    await until(lambda: is_cancelled(plant, run.id), "the old run is shown as cancelled")
    assert (await plant.waiting_run(case_no, Stage.INVESTIGATION)).id != run.id
    await plant.finish(case_no)
    await assert_whole(plant, [case_no], runs=2)


@pytest.mark.parametrize("policy", ["left_alone"])
async def test_where_the_policy_says_so_a_cancelled_case_rests_until_somebody_acts(plant: Plant, room: int) -> None:
    case_no, run = await _waiting_case(plant, room=room)
    await press_cancel(plant, run.id)
    (fact,) = await until(lambda: _interruptions(plant, case_no), "the interruption is recorded")
    assert not fact.reopened
    await until(lambda: is_cancelled(plant, run.id), "the run is shown as cancelled")
    other = await plant.complain()
    await plant.bring_to(other, TaskKind.FINDINGS)
    assert len(await plant.runs(case_no)) == 1
    await plant.finish(case_no)
    await assert_whole(plant, [case_no], runs=2)


async def test_a_deleted_run_is_replaced(plant: Plant, room: int) -> None:
    case_no, run = await _waiting_case(plant, room=room)
    await plant.api.delete_flow_run(run.id)
    await plant.finish(case_no)
    (fresh,) = await plant.runs(case_no)
    assert fresh.id != run.id
    # The engine drops bars told together with those of the deleted run, so only the case itself is looked at here.
    history = await plant.history(case_no)
    assert verify(history).seq == len(history)
    assert repeated_facts(history) == []
    await assert_letters_are_out(plant, [case_no], kills=0)


async def _waiting_case(plant: Plant, *, room: int) -> tuple[str, FlowRun]:
    await plant.hire(worker_hot_limit=room)
    case_no = await plant.complain()
    await plant.bring_to(case_no, TaskKind.FINDINGS)
    return case_no, await plant.waiting_run(case_no, Stage.INVESTIGATION)


async def _interruptions(plant: Plant, case_no: str) -> list[RunInterrupted]:
    return [entry.fact for entry in await plant.history(case_no) if isinstance(entry.fact, RunInterrupted)]
