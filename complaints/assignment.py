"""Assignment: which department leads, who handles, by matrix and weighted load (PROCESS.md section 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from complaints.asking import ask, to_customer
from complaints.briefing import NOTHING, Briefing, Load, Verdict
from complaints.clocks_of_case import meet, start
from complaints.errors import AnswerWrong
from complaints.events import Candidate, CaseAssigned
from complaints.grading import levels_of
from complaints.letters import LetterKind
from complaints.moves import leave
from complaints.people import recused, someone
from complaints.words import CustomerType, Exit, Role, Stage, TaskKind
from complaints.work_events import HandlerDispatched

if TYPE_CHECKING:
    from complaints.case import ManualTask
    from complaints.policy import Policy, Responsibility
    from complaints.staff import Staff
    from complaints.submission import Submission


class DispatchForm(BaseModel):
    """The handler a dispatcher names."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    handler: str = Field(min_length=1, max_length=80)
    reason: str = Field(default="", max_length=4000)


def decide(briefing: Briefing) -> Verdict:
    """The next step of assignment, or nothing while a dispatcher is awaited."""
    if briefing.case.assignment is None:
        return _assign(briefing)
    spot = _is_on_the_spot(briefing)
    reason = "short_path" if spot else ""
    letters = to_customer(briefing, LetterKind.PROGRESS, about="assigned")
    # Naming a handler to the customer is the first response; a customer without mail is phoned by that handler.
    clocks = (*meet(briefing, "first_response"), *start(briefing, "assigned"))
    exit_by = Exit.ON_THE_SPOT if spot else Exit.DONE
    return Verdict(facts=(*clocks, leave(Stage.ASSIGNMENT, exit_by, reason=reason)), letters=letters)


def responsibility(category: str, policy: Policy) -> Responsibility:
    """The row of the matrix for `product.quality`: its own, its category's, or the default."""
    matrix = policy.assignment.matrix
    return matrix.get(category) or matrix.get(category.partition(".")[0]) or policy.assignment.default


def _assign(briefing: Briefing) -> Verdict:
    case, policy = briefing.case, briefing.policy
    if case.classification is None:
        message = f"{case.case_no} is assigned before it is classified"
        raise ValueError(message)
    row = responsibility(case.classification.category, policy)
    lead = _lead(briefing, row)
    candidates = weigh(briefing, lead)
    chosen = next((candidate for candidate in candidates if candidate.ruled_out is None), None)
    if chosen is None:
        if case.latest(TaskKind.DISPATCH):
            return NOTHING
        dispatcher = someone(briefing, Role.DISPATCHER)
        return ask(
            briefing, TaskKind.DISPATCH, assignee=dispatcher, asks={"reason": "no_candidate", "department": lead}
        )
    return Verdict(facts=(_assigned(row, candidates, handler=chosen.staff_id, department=lead),))


def _lead(briefing: Briefing, row: Responsibility) -> str:
    """High levels go straight to the special team, key customers to their lane, the rest to the matrix."""
    case, policy = briefing.case, briefing.policy
    levels = levels_of(policy.grading.scheme, policy.grading)
    if levels.index(case.level) + 1 >= policy.assignment.special_team_from_urgency:
        return policy.assignment.special_team
    if case.customer_type is CustomerType.KEY and policy.assignment.key_customer_lane:
        return policy.assignment.key_customer_lane
    return row.lead


def weigh(briefing: Briefing, department: str) -> tuple[Candidate, ...]:
    """Every handler of a department, best first: skill match x level weight / (1 + open load)."""
    people = briefing.roster.members_of(department)
    candidates = [
        _weighed(briefing, staff_id, person) for staff_id, person in people.items() if Role.HANDLER in person.roles
    ]
    loads = briefing.loads

    def order(candidate: Candidate) -> tuple[bool, float, str, str]:
        last = loads.get(candidate.staff_id, Load()).last_asked_at
        return candidate.ruled_out is not None, -candidate.weight, last.isoformat() if last else "", candidate.staff_id

    return tuple(sorted(candidates, key=order))


def _weighed(briefing: Briefing, staff_id: str, person: Staff) -> Candidate:
    case = briefing.case
    category = case.classification.category if case.classification else ""
    skill = 1.0 if {category, category.partition(".")[0]} & set(person.skills) else 0.5
    level_weight = 1.0 + levels_of(briefing.policy.grading.scheme, briefing.policy.grading).index(case.level) / 10
    load = briefing.loads.get(staff_id, Load()).open_tasks
    return Candidate(
        staff_id=staff_id,
        skill=skill,
        load=load,
        weight=round(skill * level_weight / (1 + load), 4),
        ruled_out=_ruled_out(briefing, staff_id, person),
    )


def _ruled_out(briefing: Briefing, staff_id: str, person: Staff) -> str | None:
    if not briefing.roster.is_present(staff_id, briefing.now):
        return "absent"
    if briefing.case.language not in person.languages:
        return "language"
    if staff_id in recused(briefing):
        return "named_in_complaint"
    return None


def _assigned(row: Responsibility, candidates: tuple[Candidate, ...], *, handler: str, department: str) -> CaseAssigned:
    return CaseAssigned(
        department=department,
        supporting=tuple(other for other in row.supporting if other != department),
        handler=handler,
        respond_within=str(row.respond_within),
        candidates=candidates,
        by_rule=True,
    )


def _is_on_the_spot(briefing: Briefing) -> bool:
    """Clear facts, own responsibility, easy remedy: the policy says which kinds of cases take the short path."""
    classification, short = briefing.case.classification, briefing.policy.response.short_path
    if classification is None:
        return False
    categories = {classification.category, classification.category.partition(".")[0]}
    return bool(categories & set(short.categories)) and classification.level in short.best_levels


def dispatch(briefing: Briefing, task: ManualTask, *, form: DispatchForm, post: Submission) -> Verdict:
    """A dispatcher named the handler: her department leads."""
    if form.handler in recused(briefing):
        raise AnswerWrong({"handler": "named_in_complaint"})
    person = briefing.roster.staff[form.handler]
    category = briefing.case.classification.category if briefing.case.classification else ""
    row = responsibility(category, briefing.policy)
    paper = post.stationery.paper(0, kind="dispatch_reason", content={"reason": form.reason}) if form.reason else None
    dispatched = HandlerDispatched(
        task_id=task.id,
        department=person.department,
        handler=form.handler,
        reason=paper.ref if paper else None,
    )
    candidates = weigh(briefing, person.department)
    by_rule = _assigned(row, candidates, handler=form.handler, department=person.department)
    assigned = by_rule.model_copy(update={"by_rule": False})
    return Verdict(facts=(dispatched, assigned), papers=(paper,) if paper else ())
