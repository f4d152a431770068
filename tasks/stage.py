"""The stage: how every room carries a case. It reads, lets the rules decide, records, tells, and waits for people."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.context import TaskRunContext
from prefect.exceptions import Pause
from prefect.states import Pending
from prefect.task_engine import run_task_async
from prefect.tasks import exponential_backoff
from prefect.types._datetime import create_datetime_instance

from adapters.alarms import Alarms
from adapters.ambient import close_window, the_house, the_window
from adapters.gate import Turn
from adapters.window import FLOW, RunDeleted
from complaints import contact
from complaints.briefing import pursue
from complaints.chain import Signature
from complaints.deciding import within
from complaints.errors import HistoryMoved
from complaints.words import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from prefect.client.schemas.objects import State, TaskRun

    from adapters.house import House
    from adapters.window import Window
    from complaints.briefing import Briefing, Verdict
    from complaints.case import Case
    from complaints.words import Stage

log = logging.getLogger("redress.stage")

_SETTLED_SECONDS = 1.0
"""A wait that lasts so long is shown with all its tags and its page."""

_DARK_SECONDS = 10.0
"""How long a wait that could not be shown goes on before it is shown again."""


def stage(name: Stage, rules: Callable[[Briefing], Verdict]) -> Callable[[str], Awaitable[None]]:
    """The Prefect task of a stage: entered only while the case stands in it, and shown as one bar however often.

    The task run's id follows from run, stage and visit, so that a second execution draws on the same bar.
    """

    @task(
        name=name.value,
        retries=5,
        retry_delay_seconds=exponential_backoff(2),
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    async def work(case_no: str) -> None:
        house, context = await the_house(), TaskRunContext.get()
        began = (await house.casebook.lately(case_no)).entered_stage_at
        await carry(case_no, name, rules)
        if context and began:
            # The engine starts the bar anew in every execution; the stage began when the case entered it.
            start: Any = create_datetime_instance(began)
            context.task_run.start_time = start

    async def enter(case_no: str) -> None:
        visits = await _visits(case_no, name)
        if visits is not None:
            window = the_window(case_no)
            bar = window.bars.stage(name, visits) if window is not None else None
            await run_task_async(work, task_run=_pending(bar), parameters={"case_no": case_no})

    enter.__name__ = name.value
    return enter


async def _visits(case_no: str, name: Stage) -> int | None:
    """How often the case has been in this stage, this time included; None when it stands elsewhere.

    A room of its own, so that nothing of the case's file is held while its stage waits for people.
    """
    house, window = await the_house(), the_window(case_no)
    file = await house.casebook.file(case_no)
    if window is not None:
        await window.open(file.entries)
    return file.case.visits[name] if file.case.stage is name else None


async def carry(case_no: str, here: Stage, rules: Callable[[Briefing], Verdict]) -> None:
    """Carry a case through one stage, until its history says that it stands elsewhere."""
    house = await the_house()
    # Only the state is held while people are awaited: a thousand waiting cases must not keep their papers in memory.
    while (state := await _advance(house, case_no, here, rules)) is not None:
        await _wait_for_people(house, case_no, state)


async def _advance(house: House, case_no: str, here: Stage, rules: Callable[[Briefing], Verdict]) -> State[Any] | None:
    """Decide and record until people are awaited, and show that; None when the case stands elsewhere."""
    turn = Turn.ANSWER if house.doorbell.is_for_answer(case_no) else Turn.DEADLINE
    async with house.gate.passage(turn, case_no):
        known = await _decide(house, case_no, here, rules)
    if known is None:
        return None
    # Past the gate: a thousand cases are recorded before the engine has drawn a hundred.
    async with house.pictures.passage(turn, case_no):
        return await _show_wait(house, known)


async def _decide(house: House, case_no: str, here: Stage, rules: Callable[[Briefing], Verdict]) -> Briefing | None:
    """What is known once nothing is left to decide; None when the case stands elsewhere."""
    while True:
        house.doorbell.hush(case_no)
        briefing = await house.casebook.brief(case_no, with_loads=False)
        if briefing.case.stage is not here:
            return None
        after = await take_step(house, briefing, rules)
        if after is not None:
            return replace(briefing, case=after) if after.stage is here else None


async def take_step(house: House, briefing: Briefing, rules: Callable[[Briefing], Verdict]) -> Case | None:
    """Let time and the stage's rules decide all there is to decide, and record it.

    Returns the case afterwards; None when somebody wrote first, so that nothing was recorded and one must look again.
    """
    here = briefing.case.stage
    briefing, verdict = await house.casebook.decide(briefing, lambda known: pursue(known, within(here, rules)))
    if not verdict:
        await house.casebook.settle(briefing)
        return briefing.case
    await _time_wake(house, briefing)
    signature = Signature(actor=SYSTEM, origin=FLOW, policy=briefing.policy.version)
    try:
        after = await house.casebook.record(briefing, verdict, signature=signature, wake=False)
    except HistoryMoved:
        return None
    house.meters.steps.labels(str(here)).inc()
    log.info("stage.recorded", extra={"case_no": after.case_no, "stage": str(here), "seq": after.seq})
    return after


async def _time_wake(house: House, briefing: Briefing) -> None:
    """How long what woke the flow has waited for this step; a step that follows another one was not woken."""
    case, alarm = briefing.case, contact.next_look(briefing.case, briefing.policy)
    entries = (await house.casebook.file_of(case)).entries
    if alarm is not None and alarm != case.last_at and alarm <= briefing.now:
        house.meters.wake.labels("deadline").observe((briefing.now - alarm).total_seconds())
    elif entries[-1].origin != FLOW:
        house.meters.wake.labels("answer").observe((briefing.now - entries[-1].at).total_seconds())


async def _show_wait(house: House, known: Briefing) -> State[Any]:
    window = the_window(known.case.case_no)
    if window is None:
        message = f"{known.case.case_no} waits for people, but no engine runs its flow"
        raise RuntimeError(message)
    await window.settle(at_once=True)
    # As the flow left it: what came since is shown by the step that it leads to.
    entries = (await house.casebook.file_of(known.case)).entries[: known.case.seq]
    window.announce(known, entries)
    return await window.show_wait(known, entries)


async def _wait_for_people(house: House, case_no: str, state: State[Any]) -> None:
    """Wait in memory while there is room, else by leaving the process (a cold wait)."""
    window = the_window(case_no)
    if window is None or window.is_gone:
        raise _gone(window, state)
    # Who answers at once spares the engine a picture that nobody could have looked at.
    if await house.doorbell.is_quiet(case_no, _SETTLED_SECONDS):
        window.paint_aside(house.pictures, when_troubled=lambda: house.doorbell.ring(case_no))
    if await house.doorbell.wait(case_no, at_most=_DARK_SECONDS if window.is_dark else None):
        return
    await window.settle(at_once=house.doorbell.is_closing)
    if window.is_gone:
        raise _gone(window, state)
    close_window(window)
    if case_no not in house.doorbell.inside:
        await Alarms(house.database, clock=house.clock).hand_over(case_no)
    raise Pause(state=state)


def _gone(window: Window | None, state: State[Any]) -> RunDeleted:
    if window is not None:
        close_window(window)
    return RunDeleted(state=state)


def _pending(bar: TaskRun | None) -> TaskRun | None:
    """A bar as the engine wants it before it begins."""
    return bar.model_copy(update={"state": Pending()}) if bar else None
