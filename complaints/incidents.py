"""Incidents: many similar complaints within a short time are gathered, graved and told once (PROCESS.md section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.escalation_events import IncidentJoined
from complaints.tidings import Tiding
from complaints.words import Scope

if TYPE_CHECKING:
    from datetime import datetime

    from complaints.case import Case
    from complaints.policy import Policy


@dataclass(frozen=True)
class SimilarCase:
    """An open case, of anybody's, that came shortly before this one and reads alike."""

    case_no: str
    customer: str
    """Digest of the contact; '' when there is none."""
    received_at: datetime
    similarity: float
    incident: str = ""


def gather(briefing: Briefing) -> Verdict:
    """Join the incident that similar cases belong to, or declare one when there are enough of different customers.

    An incident is named for its first case, so two cases that cross the number at once declare the same one.
    """
    if briefing.case.incident:
        # A later case was faster, and told this one before it was screened.
        return NOTHING
    case, similar = briefing.case, sorted(briefing.similar, key=lambda one: (one.received_at, one.case_no))
    known = next((one.incident for one in similar if one.incident), "")
    if not known and _customers(case, similar) < briefing.policy.intake.mass_event.count:
        return NOTHING
    incident = known or number_of(similar[0].case_no)
    joined = IncidentJoined(incident=incident, cases=len(similar) + 1)
    found = joined.model_copy(update={"alike": {one.case_no: one.similarity for one in similar}})
    others = tuple(
        Tiding(one.case_no, joined, must_arrive=incident == number_of(one.case_no))
        for one in similar
        if not one.incident
    )
    return Verdict(facts=(found,), tidings=others)


def number_of(first_case: str) -> str:
    """The number of the incident that began with this case."""
    return f"IN-{first_case}"


def scope_of(case: Case, policy: Policy) -> Scope:
    """How many people the case's incident concerns; one when it belongs to none."""
    if not case.incident:
        return Scope.INDIVIDUAL
    rule = policy.intake.mass_event
    return Scope.WIDE if case.incident_cases >= rule.wide_from else rule.scope


def _customers(case: Case, similar: list[SimilarCase]) -> int:
    """How many different people complain: who has no contact counts as one each."""
    told = [case.customer, *(one.customer for one in similar)]
    return len({customer for customer in told if customer}) + told.count("")
