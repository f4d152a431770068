"""The stage: how every room carries a case. It reads, lets the rules decide, records, tells, and waits for people."""

from __future__ import annotations

import logging
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
from complaints.fold import fold
from complaints.words import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from prefect.client.schemas.objects import TaskRun

    from adapters.house import House
    from complaints.briefing import Briefing, Verdict
    from complaints.case import Case
    from complaints.words import Stage

log = logging.getLogger("redress.stage")

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
        house = await the_house()
        entries = await house.casebook.history(case_no)
        window, case = the_window(case_no), fold(entries)
        if window is not None:
            await window.open(entries)
        if case.stage is name:
            bar = window.bars.stage(name, case.visits[name]) if window is not None else None
            await run_task_async(work, task_run=_pending(bar), parameters={"case_no": case_no})

    enter.__name__ = name.value
    return enter


async def carry(case_no: str, here: Stage, rules: Callable[[Briefing], Verdict]) -> None:
    """Carry a case through one stage, until its history says that it stands elsewhere."""
    house = await the_house()
    while True:
        briefing = await house.casebook.brief(case_no)
        if briefing.case.stage is not here:
            return
        after = await take_step(house, briefing, rules)
        if after is not None and after.stage is here:
            await _wait_for_people(house, case_no)


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


async def _wait_for_people(house: House, case_no: str) -> None:
    """Show who is awaited, then wait: in memory while there is room, else by leaving the process (a cold wait)."""
    window = the_window(case_no)
    if window is None:
        message = f"{case_no} waits for people, but no engine runs its flow"
        raise RuntimeError(message)
    briefing, entries = await house.casebook.brief(case_no), await house.casebook.history(case_no)
    window.announce(briefing, entries)
    state = await window.show_wait(briefing, entries)
    if window.is_gone:
        close_window(window)
        raise RunDeleted(state=state)
    if not await house.doorbell.wait(case_no, at_most=_DARK_SECONDS if window.is_dark else None):
        close_window(window)
        if case_no not in house.doorbell.inside:
            await Alarms(house.database, clock=house.clock).hand_over(case_no)
        raise Pause(state=state)


def _pending(bar: TaskRun | None) -> TaskRun | None:
    """A bar as the engine wants it before it begins."""
    return bar.model_copy(update={"state": Pending()}) if bar else None
