"""Candidates: a department weighed for a case, with all that speaks against each (PROCESS.md section 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints import clocks
from complaints.assignment_events import Candidate
from complaints.briefing import Briefing, Load
from complaints.grading import levels_of
from complaints.people import hours_of, named
from complaints.words import CustomerType, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from complaints.policy_assignment import SkillMatch
    from complaints.staff import Staff


def weigh(briefing: Briefing, department: str, role: Role = Role.HANDLER) -> tuple[Candidate, ...]:
    """Every holder of the role in a department, and who stands in for the absent ones, best first.

    The weight is skill match x level weight / (1 + open load). Ties go to whoever works best in the customer's channel,
    then to the longest idle.
    """
    roster = briefing.roster
    own = {staff_id: "" for staff_id, person in roster.members_of(department).items() if role in person.roles}
    for staff_id in tuple(own):
        way = roster.stand_in(staff_id, briefing.now)
        if len(way) > 1:
            own[way[-1]] = own.get(way[-1]) or staff_id
    candidates = [_weighed(briefing, staff_id, stands_in_for) for staff_id, stands_in_for in own.items()]
    return tuple(sorted(candidates, key=lambda candidate: _order(briefing, candidate)))


def best(candidates: tuple[Candidate, ...]) -> Candidate | None:
    """The first who is not ruled out."""
    return next((candidate for candidate in candidates if candidate.ruled_out is None), None)


def _order(briefing: Briefing, candidate: Candidate) -> tuple[bool, float, bool, str, str]:
    last = briefing.loads.get(candidate.staff_id, Load()).last_asked_at
    wanted = briefing.record.preferred_channel or briefing.case.channel
    prefers = wanted in briefing.roster.staff[candidate.staff_id].channels
    idle_since = last.isoformat() if last else ""
    return candidate.ruled_out is not None, -candidate.weight, not prefers, idle_since, candidate.staff_id


def _weighed(briefing: Briefing, staff_id: str, stands_in_for: str) -> Candidate:
    person, grading = briefing.roster.staff[staff_id], briefing.policy.grading
    category = briefing.case.classification.category if briefing.case.classification else ""
    skill = match(category, person, briefing.policy.assignment.skill_match)
    level_weight = 1.0 + levels_of(grading.scheme, grading).index(briefing.case.level) / 10
    busy = briefing.loads.get(staff_id, Load())
    # Whoever must not have a part in it is named for that first.
    reasons = (*_barred(briefing, staff_id), *_unsuited(briefing, person), *_not_free(briefing, staff_id, person))
    return Candidate(
        staff_id=staff_id,
        skill=skill,
        load=busy.open_tasks,
        weight=round(skill * level_weight / (1 + busy.open_tasks), 4),
        ruled_out=reasons[0] if reasons else None,
        substitute_of=stands_in_for,
        reasons=reasons,
        last_asked_at=busy.last_asked_at,
    )


def match(category: str, person: Staff, weights: SkillMatch) -> float:
    """How well somebody knows a category: its sub-category by name, the category as a whole, or not."""
    if category in person.skills:
        return weights.subcategory if "." in category else weights.category
    return weights.category if category.partition(".")[0] in person.skills else weights.none


def _barred(briefing: Briefing, staff_id: str) -> Iterator[str]:
    if staff_id in named(briefing):
        yield "named_in_complaint"
    if staff_id in briefing.case.conflicts:
        yield "conflict_of_interest"
    elif staff_id in briefing.case.declined:
        yield "declined"


def _unsuited(briefing: Briefing, person: Staff) -> Iterator[str]:
    case, rules = briefing.case, briefing.policy.assignment
    if case.language not in person.languages:
        yield "language"
    if person.levels and case.level not in person.levels:
        yield "level"
    if case.customer_type is CustomerType.KEY and not person.key_customers and rules.key_customers_need_flag:
        yield "not_for_key_customers"


def _not_free(briefing: Briefing, staff_id: str, person: Staff) -> Iterator[str]:
    if not briefing.roster.is_present(staff_id, briefing.now):
        yield "absent"
    if person.max_open is not None and briefing.loads.get(staff_id, Load()).open_tasks >= person.max_open:
        yield "at_capacity"
    if briefing.policy.assignment.in_hours_only and not _is_on_duty(briefing, staff_id):
        yield "off_duty"


def _is_on_duty(briefing: Briefing, staff_id: str) -> bool:
    """Whether it is working time by her own calendar, or the house's."""
    return clocks.next_opening(briefing.now, hours_of(briefing, staff_id)) == briefing.now
