"""Receiving: what a case makes of what another one tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.errors import HistoryMoved
from complaints.escalation_events import IncidentGrew, IncidentJoined
from complaints.incidents import scope_of
from complaints.regrading import widened
from complaints.words import SYSTEM, Stage

if TYPE_CHECKING:
    from complaints.tidings import Tiding


def receive(briefing: Briefing, tiding: Tiding) -> Verdict:
    """Nothing when the case knows already or has ended; HistoryMoved when it has ended but must hear of it."""
    if briefing.case.stage in {None, Stage.ARCHIVING}:
        if tiding.must_arrive:
            message = f"{tiding.case_no} has ended meanwhile"
            raise HistoryMoved(message)
        return NOTHING
    match tiding.fact:
        case IncidentJoined():
            return _join(briefing, tiding.fact)
        case IncidentGrew():
            return _grow(briefing, tiding.fact)
        case _:
            return NOTHING


def _join(briefing: Briefing, joined: IncidentJoined) -> Verdict:
    """The first incident stays; what is graded already is graded anew for the people it turns out to concern."""
    if briefing.case.incident:
        return NOTHING
    first = Verdict(facts=(joined,))
    after = briefing.after(first)
    return first + widened(after, scope_of(after.case, briefing.policy), by=SYSTEM, reason_code="mass_event")


def _grow(briefing: Briefing, grew: IncidentGrew) -> Verdict:
    """Once, when its own policy calls so many everybody: what a person says of the case afterwards stands."""
    case, wide_from = briefing.case, briefing.policy.intake.mass_event.wide_from
    if case.incident != grew.incident or not case.incident_cases < wide_from <= grew.cases:
        return NOTHING
    first = Verdict(facts=(grew,))
    after = briefing.after(first)
    return first + widened(after, scope_of(after.case, briefing.policy), by=SYSTEM, reason_code="incident_grew")
