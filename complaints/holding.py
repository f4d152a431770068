"""Holding: what a pack's rule wants the customer to be written when its time is over, or was not needed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from complaints.asking import to_customer
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.clocks_of_case import meet, start
from complaints.holding_events import HoldingResponseSent, SummaryResolutionSent
from complaints.letters import LetterKind

if TYPE_CHECKING:
    from datetime import datetime


def hold(briefing: Briefing, name: str) -> Verdict:
    """The holding response of a clock that has just run out, once; NOTHING when the policy wants none."""
    rule = briefing.policy.clocks.get(name)
    if rule is None or rule.on_due is None or name in briefing.case.held_for:
        return NOTHING
    due_at = briefing.case.clocks[name].clock.due_at
    late = _day(briefing, due_at) < _day(briefing, briefing.now)
    letters = to_customer(
        briefing,
        LetterKind.HOLDING_RESPONSE,
        about=name,
        clock=name,
        late="yes" if late else "no",
        stage=str(briefing.case.stage or ""),
    )
    sent = HoldingResponseSent(clock=name, due_at=due_at, late=late, by_mail=bool(letters))
    return Verdict(facts=(sent, *start(briefing, "held")), letters=letters)


def agree(briefing: Briefing) -> Verdict:
    """The customer accepted the decision: clocks that wait for that are met, and the pack may want a summary of it."""
    met = meet(briefing, "agreed")
    window = briefing.policy.response.summary_resolution_within
    in_time = any(fact.name == window and not fact.late for fact in met)
    if window is None or not in_time:
        return Verdict(facts=met)
    letters = to_customer(briefing, LetterKind.SUMMARY_RESOLUTION, about=window)
    return Verdict(facts=(*met, SummaryResolutionSent(clock=window, by_mail=bool(letters))), letters=letters)


def _day(briefing: Briefing, moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(briefing.policy.calendar.timezone)).date().isoformat()
