"""Where the flow looks up whether the customer's matter is settled, and shows that the case is archived."""

from __future__ import annotations

from adapters.ambient import close_window, the_house, the_window
from adapters.window import RunDeleted
from complaints.words import Stage


async def is_unsettled(case_no: str) -> bool:
    """Whether another round of investigation, review, response and callback is ahead."""
    case = await (await the_house()).casebook.case(case_no)
    return case.stage not in {Stage.ARCHIVING, None}


async def end(case_no: str) -> None:
    """Show the archived case to the process owner; the engine completes the run after this."""
    house, window = await the_house(), the_window(case_no)
    if window is None:
        return
    briefing = await house.casebook.brief(case_no, with_loads=False)
    entries = (await house.casebook.file_of(briefing.case)).entries
    window.announce(briefing, entries)
    await window.show_end(briefing, entries)
    close_window(window)
    if window.is_gone:
        raise RunDeleted
