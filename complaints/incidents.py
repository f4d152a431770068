"""Incidents: many similar complaints within a short time are gathered, graved and told once (PROCESS.md section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.escalation_events import IncidentGrew, IncidentJoined
from complaints.tidings import Tiding
from complaints.words import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from complaints.case import Case
    from complaints.policy import Policy

_MARK = "IN-"


@dataclass(frozen=True)
class SimilarCase:
    """An open case, of anybody's, that came shortly before this one and reads alike."""

    case_no: str
    customer: str
    """Digest of the contact; '' when there is none."""
    received_at: datetime
    similarity: float
    incident: str = ""


@dataclass(frozen=True)
class Incident:
    """What is known of the incident that a case is about to join."""

    cases: int = 0
    """How many belong to it, whether they are open or not."""
    unaware: tuple[str, ...] = ()
    """Its open cases that do not know yet that it concerns everybody."""


def gather(briefing: Briefing) -> Verdict:
    """Join the incident that similar cases belong to, or declare one when there are enough of different customers.

    An incident is named for its first case, so two cases that cross the number at once declare the same one.
    """
    if briefing.case.incident:
        # A later case was faster, and told this one before it was screened.
        return NOTHING
    case, similar = briefing.case, sorted(briefing.similar, key=lambda one: (one.received_at, one.case_no))
    known = known_to(similar)
    if not known and _customers(case, similar) < briefing.policy.intake.mass_event.count:
        return NOTHING
    incident = known or number_of(similar[0].case_no)
    joined = IncidentJoined(incident=incident, cases=_size(briefing, similar))
    found = joined.model_copy(update={"alike": {one.case_no: one.similarity for one in similar}})
    others = tuple(
        Tiding(one.case_no, joined, must_arrive=incident == number_of(one.case_no))
        for one in similar
        if not one.incident
    )
    return Verdict(facts=(found,), tidings=(*others, *_growth(briefing, joined)))


def known_to(similar: Sequence[SimilarCase]) -> str:
    """The incident that the oldest of similar cases belongs to; '' when none does."""
    return next((one.incident for one in similar if one.incident), "")


def _growth(briefing: Briefing, joined: IncidentJoined) -> tuple[Tiding, ...]:
    """Those that joined while the incident was small hear that it concerns everybody now."""
    if briefing.incident is None or joined.cases < briefing.policy.intake.mass_event.wide_from:
        return ()
    grew = IncidentGrew(incident=joined.incident, cases=joined.cases)
    return tuple(Tiding(case_no, grew) for case_no in briefing.incident.unaware)


def _size(briefing: Briefing, similar: list[SimilarCase]) -> int:
    """All that belong to it once this case does: those that came before the window, and the newcomers with it."""
    before = briefing.incident.cases if briefing.incident else 0
    return max(len(similar), before + sum(1 for one in similar if not one.incident)) + 1


def number_of(first_case: str) -> str:
    """The number of the incident that began with this case."""
    return f"{_MARK}{first_case}"


def first_of(number: str) -> str:
    """The case that an incident began with."""
    return number.removeprefix(_MARK)


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
