"""The stage: how every room carries a case. It reads, lets the rules decide, records, tells, and waits for people."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
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
from adapters.window import FLOW, RunDeleted
from complaints import escalation
from complaints.briefing import NOTHING, pursue
from complaints.chain import Signature
from complaints.errors import HistoryMoved
from complaints.words import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from prefect.client.schemas.objects import State, TaskRun

    from adapters.house import House
    from adapters.window import Window
    from complaints.briefing import Briefing, Verdict
    from complaints.case import Case
    from complaints.chain import Entry
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
        began = (await house.casebook.case(case_no)).entered_stage_at
        await carry(case_no, name, rules)
        if context and began:
            # The engine starts the bar anew in every execution; the stage began when the case entered it.
            start: Any = create_datetime_instance(began)
            context.task_run.start_time = start

    async def enter(case_no: str) -> None:
        house, window = await the_house(), the_window(case_no)
        file = await house.casebook.file(case_no)
        if window is not None:
            await window.open(file.entries)
        if file.case.stage is name:
            bar = window.bars.stage(name, file.case.visits[name]) if window is not None else None
            await run_task_async(work, task_run=_pending(bar), parameters={"case_no": case_no})

    enter.__name__ = name.value
    return enter


async def carry(case_no: str, here: Stage, rules: Callable[[Briefing], Verdict]) -> None:
    """Carry a case through one stage, until its history says that it stands elsewhere."""
    house = await the_house()
    while True:
        async with house.gate.step(for_answer=house.doorbell.is_for_answer(case_no)):
            briefing = await house.casebook.brief(case_no)
            if briefing.case.stage is not here:
                return
            after = await take_step(house, briefing, rules)
            if after is None or after.stage is not here:
                continue
            wait = await _show_wait(house, briefing)
        await _wait_for_people(house, wait)


async def take_step(house: House, briefing: Briefing, rules: Callable[[Briefing], Verdict]) -> Case | None:
    """Let time and the stage's rules decide all there is to decide, and record it.

    Returns the case afterwards; None when somebody wrote first, so that nothing was recorded and one must look again.
    """
    here = briefing.case.stage

    def decide(known: Briefing) -> Verdict:
        return NOTHING if known.case.stage is not here else escalation.decide(known) or rules(known)

    verdict = pursue(briefing, decide)
    if not verdict:
        await house.casebook.settle(briefing.case)
        return briefing.case
    signature = Signature(actor=SYSTEM, origin=FLOW, policy=briefing.policy.version)
    try:
        after = await house.casebook.record(briefing, verdict, signature=signature, wake=False)
    except HistoryMoved:
        return None
    log.info("stage.recorded", extra={"case_no": after.case_no, "stage": str(here), "seq": after.seq})
    return after


@dataclass(frozen=True)
class _Wait:
    """A wait for people as the process owner sees it."""

    window: Window
    state: State[Any]
    briefing: Briefing
    entries: Sequence[Entry]


async def _show_wait(house: House, known: Briefing) -> _Wait:
    window = the_window(known.case.case_no)
    if window is None:
        message = f"{known.case.case_no} waits for people, but no engine runs its flow"
        raise RuntimeError(message)
    file = await house.casebook.file(known.case.case_no)
    briefing = replace(known, case=file.case)
    window.announce(briefing, file.entries)
    state = await window.show_wait(briefing)
    return _Wait(window=window, state=state, briefing=briefing, entries=file.entries)


async def _wait_for_people(house: House, wait: _Wait) -> None:
    """Wait in memory while there is room, else by leaving the process (a cold wait)."""
    window, case_no = wait.window, wait.briefing.case.case_no
    # Who answers at once spares the engine a picture that nobody could have looked at.
    if not window.is_gone and await house.doorbell.is_quiet(case_no, _SETTLED_SECONDS):
        await window.paint(wait.briefing, wait.entries)
    if window.is_gone:
        close_window(window)
        raise RunDeleted(state=wait.state)
    if not await house.doorbell.wait(case_no, at_most=_DARK_SECONDS if window.is_dark else None):
        close_window(window)
        if case_no not in house.doorbell.inside:
            await Alarms(house.database, clock=house.clock).hand_over(case_no)
        raise Pause(state=wait.state)


def _pending(bar: TaskRun | None) -> TaskRun | None:
    """A bar as the engine wants it before it begins."""
    return bar.model_copy(update={"state": Pending()}) if bar else None
