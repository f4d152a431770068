"""Adopting: an open case goes on under another policy, by a recorded decision; its clocks are reckoned anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints.briefing import Briefing, Verdict
from complaints.clock_events import PolicyAdopted, Resumed
from complaints.errors import CaseClosed, PolicyWrong
from complaints.reckoning import reckon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from complaints.chain import Entry
    from complaints.papers import Stationery
    from complaints.policy import Policy


def adopt(  # noqa: PLR0913  which case, which policy, who and why
    briefing: Briefing, entries: Sequence[Entry], policy: Policy, *, by: str, reason: str, stationery: Stationery
) -> Verdict:
    """The fact, with every running clock that the new policy lets run out at another time.

    Tasks that are open keep their deadlines: people were told them. PolicyWrong when the new policy does not know a
    clock that runs, or while the clocks stand still: what is decided about them must be settled first.
    """
    case = briefing.case
    if not case.is_open:
        message = f"{case.case_no} has already ended"
        raise CaseClosed(message)
    if case.standstill is not None:
        message = f"{case.case_no}: its clocks stand still; let them run on first"
        raise PolicyWrong(message)
    found = reckon(case, entries, policy)
    running = {name: one for name, one in case.clocks.items() if one.is_running}
    if unknown := sorted(running.keys() - found.keys()):
        message = f"{case.case_no}: {policy.version} has no clock {', '.join(unknown)} for it, and it runs"
        raise PolicyWrong(message)
    paper = stationery.paper(0, kind="adoption_reason", content={"reason": reason})
    fact = PolicyAdopted(
        previous=briefing.policy.version,
        adopted=policy.version,
        by=by,
        reason=paper.ref,
        clocks=tuple(
            Resumed(name=name, due_at=found[name].due_at, warn_at=found[name].warn_at)
            for name, one in running.items()
            if found[name].due_at != one.clock.due_at
        ),
    )
    return Verdict(facts=(fact,), papers=(paper,))
