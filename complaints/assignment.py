"""Assignment: which department leads, who handles, by matrix and weighted load (PROCESS.md section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from complaints import acceptance
from complaints.asking import ask, to_customer
from complaints.assignment_events import CandidatesWeighed
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.candidates import best, weigh
from complaints.clocks_of_case import meet, start
from complaints.errors import AnswerWrong
from complaints.events import CaseAssigned
from complaints.grading import levels_of
from complaints.letters import LetterKind
from complaints.moves import leave
from complaints.people import recused, someone
from complaints.reassigning import Cause, pass_on_begun_work
from complaints.words import CustomerType, Exit, Role, Stage, TaskKind
from complaints.work_events import HandlerDispatched

if TYPE_CHECKING:
    from complaints.assignment_events import Candidate
    from complaints.case import ManualTask
    from complaints.policy import Policy
    from complaints.policy_assignment import Responsibility
    from complaints.submission import Submission


class DispatchForm(BaseModel):
    """The handler a dispatcher names."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    handler: str = Field(min_length=1, max_length=80)
    reason: str = Field(default="", max_length=4000)


def decide(briefing: Briefing) -> Verdict:
    """The next step of assignment, or nothing while a dispatcher or the chosen handler is awaited."""
    if briefing.case.assignment is None:
        return _assign(briefing)
    if acceptance.is_awaited(briefing):
        return acceptance.ask_handler(briefing)
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
    case = briefing.case
    if (asked := case.latest(TaskKind.DISPATCH)) and asked.is_open:
        return NOTHING
    post = post_for(briefing)
    candidates = weigh(briefing, post.department, post.role)
    chosen = best(candidates)
    too_many = len(case.declined) >= briefing.policy.assignment.acceptance.most_declines
    if chosen and not too_many:
        return Verdict(facts=(_assigned(briefing, post, candidates, handler=chosen.staff_id),))
    return ask_dispatcher(briefing, post.department, candidates, reason="declined" if chosen else "no_candidate")


def ask_dispatcher(briefing: Briefing, department: str, candidates: tuple[Candidate, ...], *, reason: str) -> Verdict:
    """Nobody can be found by rule: a person decides, and is shown why each was ruled out."""
    weighed = CandidatesWeighed(department=department, candidates=candidates, reason=reason)
    dispatcher = someone(briefing, Role.DISPATCHER)
    asks = {"reason": reason, "department": department}
    return Verdict(facts=(weighed,)) + ask(briefing, TaskKind.DISPATCH, assignee=dispatcher, asks=asks)


@dataclass(frozen=True)
class Post:
    """Where a case is to be handled, in which role, and by the rules of which row."""

    row: Responsibility
    department: str
    role: Role = Role.HANDLER


def post_for(briefing: Briefing) -> Post:
    """High levels go straight to the special team, key customers to their lane, the rest by the policy's table."""
    case, policy = briefing.case, briefing.policy
    if case.classification is None:
        message = f"{case.case_no} is assigned before it is classified"
        raise ValueError(message)
    row, rules = responsibility(case.classification.category, policy), policy.assignment
    levels = levels_of(policy.grading.scheme, policy.grading)
    if levels.index(case.level) + 1 >= rules.special_team_from_urgency:
        return Post(row, rules.special_team)
    if case.customer_type is CustomerType.KEY and rules.key_customer_lane:
        return Post(row, rules.key_customer_lane)
    graded = {str(word): row for word, row in rules.by_severity.items()}.get(case.classification.severity)
    if graded is None or rules.table == "matrix":
        return Post(row, row.lead)
    row = row.model_copy(update={"respond_within": graded.respond_within})
    return Post(row, graded.department or row.lead, graded.role)


def _assigned(briefing: Briefing, post: Post, candidates: tuple[Candidate, ...], *, handler: str) -> CaseAssigned:
    return CaseAssigned(
        department=post.department,
        supporting=tuple(other for other in post.row.supporting if other != post.department),
        handler=handler,
        respond_within=str(post.row.respond_within),
        candidates=candidates,
        by_rule=True,
        roster=briefing.roster.version,
    )


def _is_on_the_spot(briefing: Briefing) -> bool:
    """Clear facts, own responsibility, easy remedy: the policy says which kinds of cases take the short path."""
    classification, short = briefing.case.classification, briefing.policy.response.short_path
    if classification is None:
        return False
    categories = {classification.category, classification.category.partition(".")[0]}
    return bool(categories & set(short.categories)) and classification.level in short.best_levels


def dispatch(briefing: Briefing, task: ManualTask, *, form: DispatchForm, post: Submission) -> Verdict:
    """A dispatcher named the handler: her department leads, and work already begun moves to her."""
    if form.handler in recused(briefing):
        raise AnswerWrong({"handler": "named_in_complaint"})
    department = briefing.roster.staff[form.handler].department
    paper = post.stationery.paper(0, kind="dispatch_reason", content={"reason": form.reason}) if form.reason else None
    dispatched = HandlerDispatched(
        task_id=task.id, department=department, handler=form.handler, reason=paper.ref if paper else None
    )
    row = responsibility(briefing.case.classification.category if briefing.case.classification else "", briefing.policy)
    named = Post(row, department)
    by_rule = _assigned(briefing, named, weigh(briefing, department), handler=form.handler)
    assigned = by_rule.model_copy(update={"by_rule": False})
    begun = pass_on_begun_work(briefing, to=form.handler, cause=Cause("dispatched", by=post.by))
    return Verdict(facts=(dispatched, assigned), papers=(paper,) if paper else ()) + begun
