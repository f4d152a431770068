"""How the facts of complaints/clock_events.py change what is known of a case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from complaints import clock_events as c
from complaints.case import Case, Standstill
from complaints.chain import Entry
from complaints.folding import change, with_task

if TYPE_CHECKING:
    from collections.abc import Iterable


@change.register
def _(fact: c.ClockWarned, case: Case, _entry: Entry) -> Case:
    warned = replace(case.clocks[fact.name], warned=True)
    return replace(case, clocks={**case.clocks, fact.name: warned})


@change.register
def _(fact: c.ClocksPaused, case: Case, entry: Entry) -> Case:
    still = Standstill(
        reason=fact.reason, by=fact.by, since=entry.at, ends_at=fact.ends_at, clocks=fact.clocks, tasks=fact.tasks
    )
    moved = _with_times(replace(case, standstills=(*case.standstills, still)), clocks=fact.clocks, tasks=fact.tasks)
    stopped = {held.name: replace(moved.clocks[held.name], paused=True) for held in fact.clocks}
    return replace(moved, clocks={**moved.clocks, **stopped})


@change.register
def _(fact: c.ClocksResumed, case: Case, _entry: Entry) -> Case:
    over = replace(case.standstills[-1], until=fact.until)
    moved = _with_times(replace(case, standstills=(*case.standstills[:-1], over)), clocks=fact.clocks, tasks=fact.tasks)
    return replace(moved, clocks={name: replace(running, paused=False) for name, running in moved.clocks.items()})


@change.register
def _(fact: c.ClockExtended, case: Case, _entry: Entry) -> Case:
    clock = case.clocks[fact.clock].clock.model_copy(update={"due_at": fact.due_at, "warn_at": fact.warn_at})
    longer = replace(case.clocks[fact.clock], clock=clock, extended=case.clocks[fact.clock].extended + 1, warned=False)
    changed = replace(case, clocks={**case.clocks, fact.clock: longer})
    still = case.standstill
    if still is None or fact.held_due_at is None:
        return changed
    held = tuple(
        one.model_copy(update={"was_due_at": fact.held_due_at}) if one.name == fact.clock else one
        for one in still.clocks
    )
    return replace(changed, standstills=(*case.standstills[:-1], replace(still, clocks=held)))


@change.register
def _(fact: c.PolicyAdopted, case: Case, _entry: Entry) -> Case:
    return _with_times(replace(case, adopted=fact.adopted), clocks=fact.clocks, tasks=())


def _with_times(case: Case, *, clocks: Iterable[c.Held | c.Resumed], tasks: Iterable[c.Held | c.Resumed]) -> Case:
    """The case with these clocks and tasks due, and warned of, at other times."""
    for one in clocks:
        running = case.clocks[one.name]
        clock = running.clock.model_copy(update={"due_at": one.due_at, "warn_at": one.warn_at})
        case = replace(case, clocks={**case.clocks, one.name: replace(running, clock=clock)})
    for one in tasks:
        case = with_task(case, one.name, due_at=one.due_at, warn_at=one.warn_at or one.due_at)
    return case
