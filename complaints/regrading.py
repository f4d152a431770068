"""Grading anew: a person, or an incident, gives a case another level; its clocks follow the policy's rule."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from complaints.assignment import post_for
from complaints.assignment_events import HandlerChanged
from complaints.authority import rank
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.candidates import best, weigh
from complaints.clocks_of_case import anew, applies, start
from complaints.errors import AnswerWrong
from complaints.events import CaseRegraded, Classification
from complaints.grading import Factors, grade_factors, regrade, severity_of
from complaints.reassigning import Cause, pass_on_begun_work
from complaints.words import Complexity, Role, Scope, Stage, TaskKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from complaints.case import ManualTask
    from complaints.events import Clock
    from complaints.grading import Grade
    from complaints.papers import PaperRef
    from complaints.policy import Policy
    from complaints.submission import Submission

_HANDLERS_WORK = frozenset({TaskKind.DISPATCH, TaskKind.FINDINGS, TaskKind.LETTER, TaskKind.REMEDY})
"""Who does this knows the case; who holds other work grades anew by her role."""

_OVER = frozenset({None, Stage.CALLBACK, Stage.ARCHIVING})


class RegradeForm(BaseModel):
    """Another grade, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    category: str = Field(min_length=1, max_length=80)
    impact: int = Field(ge=1, le=5)
    urgency: int = Field(ge=1, le=5)
    scope: Scope
    complexity: Literal["", "low", "medium", "high"] = ""
    """As the rules find it in the complaint's words, unless said."""
    reason: str = Field(min_length=1, max_length=4000)


def may_regrade(briefing: Briefing, task: ManualTask) -> bool:
    """Whoever does the handler's work, a classifier, and a team lead and above, while the case is not resolved."""
    if briefing.case.classification is None or briefing.case.stage in _OVER:
        return False
    holder = briefing.roster.staff.get(task.assignee)
    roles = holder.roles if holder else ()
    is_senior = max(map(rank, roles), default=0) >= rank(Role.TEAM_LEAD)
    return task.kind in _HANDLERS_WORK or is_senior or Role.CLASSIFIER in roles


def act(briefing: Briefing, task: ManualTask, *, form: RegradeForm, post: Submission) -> Verdict:  # noqa: ARG001  one shape for all acts
    """A person's word stands; the level is computed from her factors by the case's scheme."""
    graded = regrade(
        form.category,
        impact=form.impact,
        urgency=form.urgency,
        scope=form.scope,
        customer_type=briefing.case.customer_type,
        policy=briefing.policy,
        text=briefing.record.detail,
        complexity=Complexity[form.complexity.upper()] if form.complexity else None,
    )
    paper = post.stationery.paper(0, kind="regrading_reason", content={"reason": form.reason})
    fresh = classified(form.category, graded)
    if briefing.case.classification and _says_the_same(fresh, briefing.case.classification):
        raise AnswerWrong({"reason": "same_grade"})
    return regraded(briefing, fresh, by=post.by, reason=paper.ref) + Verdict(papers=(paper,))


def widened(briefing: Briefing, scope: Scope, *, by: str, reason_code: str) -> Verdict:
    """A case turns out to concern more people than was known: its factors rise to that scope's floors, never fall."""
    known, policy = briefing.case.classification, briefing.policy
    if known is None or not known.factors or briefing.case.stage in _OVER:
        return NOTHING
    factors = _at_least(factors_of(known), scope, policy)
    fresh = classified(known.category, grade_factors(factors, policy, reasons=(*known.reasons, reason_code)))
    if _says_the_same(fresh, known):
        return NOTHING
    return regraded(briefing, fresh, by=by, reason_code=reason_code)


def regraded(  # noqa: PLR0913  who, what and why
    briefing: Briefing, fresh: Classification, *, by: str, reason: PaperRef | None = None, reason_code: str = ""
) -> Verdict:
    """The case under another classification, with the clocks that follow it and those that it starts."""
    case = briefing.case
    if case.classification is None:
        message = f"{case.case_no} is graded anew before it was graded"
        raise ValueError(message)
    after = replace(briefing, case=replace(case, classification=fresh))
    fact = CaseRegraded(
        previous=case.classification,
        classification=fresh,
        by=by,
        reason=reason,
        reason_code=reason_code,
        clocks=tuple(_moved_clocks(after)),
        dropped=tuple(_dropped_clocks(after)),
    )
    return Verdict(facts=(fact, *start(after, "classified"))) + _assigned_again(after, by=by)


def _assigned_again(after: Briefing, *, by: str) -> Verdict:
    """Where the policy says so, a department that leads under the new grade gets the case, and what was begun of it."""
    assignment = after.case.assignment
    if assignment is None or not after.policy.grading.regrade.reassign:
        return NOTHING
    post = post_for(after)
    chosen = best(weigh(after, post.department, post.role)) if post.department != assignment.department else None
    if chosen is None:
        return NOTHING
    begun = pass_on_begun_work(after, to=chosen.staff_id, cause=Cause("regraded", by=by))
    changed = HandlerChanged(
        previous=assignment.handler, handler=chosen.staff_id, department=post.department, reason_code="regraded"
    )
    return begun + Verdict(facts=(changed,))


def classified(category: str, graded: Grade, *, words: tuple[str, ...] = ()) -> Classification:
    """A grade as the history keeps it, with the scheme and everything that it was computed from."""
    return Classification(
        category=category,
        scheme=graded.scheme,
        inputs=graded.inputs,
        level=graded.level,
        severity=graded.severity,
        scope=graded.scope,
        urgency=graded.urgency,
        priority=graded.priority,
        complexity=graded.complexity,
        reasons=(*(f"word:{word}" for word in words), *graded.reasons),
        factors=asdict(graded.factors),
    )


def _at_least(factors: Factors, scope: Scope, policy: Policy) -> Factors:
    wider = max(factors.scope, scope, key=tuple(Scope).index)
    floors = policy.grading.scopes[wider]
    return replace(
        factors,
        scope=wider,
        impact=max(factors.impact, floors.impact),
        urgency=max(factors.urgency, floors.urgency),
        severity=max(factors.severity, severity_of(floors.impact)),
    )


def factors_of(known: Classification) -> Factors:
    """What a classification was computed from."""
    told = known.factors
    return Factors(
        impact=int(told["impact"]),
        urgency=int(told["urgency"]),
        severity=int(told["severity"]),
        scope=Scope(str(told["scope"])),
        complexity=Complexity(int(told["complexity"])),
        customer_value=int(told["customer_value"]),
    )


def _says_the_same(fresh: Classification, known: Classification) -> bool:
    def said(one: Classification) -> tuple[object, ...]:
        return one.category, one.level, one.scope, one.inputs, one.complexity

    return said(fresh) == said(known)


def _dropped_clocks(after: Briefing) -> Iterator[str]:
    """Running clocks of a law for other cases: what it asks of simple ones it does not ask of a complex one."""
    case, policy = after.case, after.policy
    for name, running in case.clocks.items():
        rule = policy.clocks.get(name)
        is_of_law = rule is not None and rule.kind != "promise"
        if rule and is_of_law and running.is_running and not applies(rule.applies, case):
            yield name


def _moved_clocks(after: Briefing) -> Iterator[Clock]:
    """The running clocks whose end the new grade moves, as far as the policy lets it.

    A clock that stands still, or that somebody gave more time, keeps what was decided about it.
    """
    rule, case = after.policy.grading.regrade.clocks, after.case
    for name, running in case.clocks.items() if rule != "keep" else ():
        fresh = anew(case, after.policy, name)
        if running.met or running.paused or running.extended or fresh is None:
            continue
        known = running.clock
        if fresh.due_at < known.due_at or (rule == "restart" and fresh.due_at != known.due_at):
            yield fresh
