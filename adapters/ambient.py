"""What a task finds around it: the house of this process, opened once, and the window of the run it works in.

Prefect calls a task with a case number only (house style 3), so these two come from the surroundings.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from prefect.context import FlowRunContext

from adapters.house import open_house
from adapters.window import Blackout, Window

if TYPE_CHECKING:
    from uuid import UUID

    from adapters.house import House


class _Surroundings:
    house: House | None = None
    loop: asyncio.AbstractEventLoop | None = None
    windows: dict[UUID, Window]
    blackout: Blackout


_here = _Surroundings()
_here.windows, _here.blackout = {}, Blackout()


def move_in(house: House) -> None:
    """Make a house that was opened elsewhere (worker, tests) the one that tasks of this process use."""
    _here.house, _here.loop = house, asyncio.get_running_loop()


async def the_house() -> House:
    """The house of this process; a process that Prefect started by itself opens one by its environment."""
    # A database pool belongs to one event loop: a second loop in the same process gets its own.
    if _here.house is None or _here.loop is not asyncio.get_running_loop():
        move_in(await open_house())
    if _here.house is None:
        message = "no house is open in this process"
        raise RuntimeError(message)
    return _here.house


def the_window(case_no: str) -> Window | None:
    """The window of the flow run that executes now; None where rules run without an engine, as in tests."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None:
        return None
    if run.id not in _here.windows:
        _here.windows[run.id] = Window(run_id=run.id, case_no=case_no, blackout=_here.blackout)
    return _here.windows[run.id]


def look_again(run_id: UUID) -> None:
    """Forget what a run's window shows: somebody else changed the run's state, so the next look shows all anew."""
    if run_id in _here.windows:
        _here.windows[run_id].wait = ""


def close_window(window: Window) -> None:
    """A run has ended or left this process."""
    _here.windows.pop(window.run_id, None)
