"""Classification: category and level by rule when the rules are sure, by a person when they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from complaints.asking import ask
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.clocks_of_case import start
from complaints.events import CaseClassified, CategorySuggested
from complaints.grading import grade, is_worst, regrade
from complaints.incidents import scope_of
from complaints.keywords import suggest_category
from complaints.moves import leave
from complaints.people import someone
from complaints.regrading import classified
from complaints.words import Exit, Role, Scope, Stage, TaskKind
from complaints.work_events import ClassificationConfirmed

if TYPE_CHECKING:
    from complaints.case import ManualTask
    from complaints.submission import Submission

UNKNOWN = "other.unsorted"
"""The category suggested when no rule matches: a person always confirms it."""


class ClassificationForm(BaseModel):
    """What a classifier confirms or corrects."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    category: str = Field(min_length=1, max_length=80)
    impact: int = Field(ge=1, le=5)
    urgency: int = Field(ge=1, le=5)
    scope: Scope
    reason: str = Field(default="", max_length=4000)


def decide(briefing: Briefing) -> Verdict:
    """The next step of classification, or nothing while a classifier is awaited."""
    case = briefing.case
    if case.suggestion is None:
        return Verdict(facts=(_suggest(briefing),))
    if case.classification is not None:
        return Verdict(facts=(*start(briefing, "classified"), leave(Stage.CLASSIFICATION, Exit.DONE)))
    if not case.suggestion.doubts:
        return Verdict(facts=(CaseClassified(classification=case.suggestion.suggestion, by_rule=True),))
    if case.latest(TaskKind.CLASSIFICATION):
        return NOTHING
    asks = {"doubts": " ".join(case.suggestion.doubts), "suggestion": case.suggestion.suggestion.category}
    return ask(briefing, TaskKind.CLASSIFICATION, assignee=someone(briefing, Role.CLASSIFIER), asks=asks)


def _suggest(briefing: Briefing) -> CategorySuggested:
    record, policy = briefing.record, briefing.policy
    # What the customer asks for is left out: a wish for a refund says nothing of what went wrong.
    text = f"{record.item} {record.detail}"
    suggestion = suggest_category(text, policy)
    category = suggestion.code or UNKNOWN
    flags = tuple(briefing.case.screening.flags) if briefing.case.screening else ()
    told = Scope.GROUP if record.group_size > 1 or "group" in flags else Scope.INDIVIDUAL
    scope = max(told, scope_of(briefing.case, policy), key=tuple(Scope).index)
    graded = grade(text, category=category, flags=flags, scope=scope, customer_type=record.customer_type, policy=policy)
    doubts = []
    if suggestion.confidence < policy.grading.confidence_needed:
        doubts.append("unsure_category")
    if policy.grading.worst_level_needs_person and is_worst(graded.level, policy):
        doubts.append("worst_level")
    return CategorySuggested(
        suggestion=classified(category, graded, words=suggestion.matched),
        confidence=suggestion.confidence,
        doubts=tuple(doubts),
    )


def confirm(briefing: Briefing, task: ManualTask, *, form: ClassificationForm, post: Submission) -> Verdict:
    """A classifier's word stands; the level is computed anew from her factors by the same scheme."""
    graded = regrade(
        form.category,
        impact=form.impact,
        urgency=form.urgency,
        scope=form.scope,
        customer_type=briefing.case.customer_type,
        policy=briefing.policy,
        text=briefing.record.detail,
    )
    paper = (
        post.stationery.paper(0, kind="classification_reason", content={"reason": form.reason}) if form.reason else None
    )
    confirmed = ClassificationConfirmed(
        task_id=task.id,
        category=form.category,
        impact=form.impact,
        urgency=form.urgency,
        scope=form.scope,
        reason=paper.ref if paper else None,
    )
    stands = CaseClassified(classification=classified(form.category, graded), by_rule=False)
    return Verdict(facts=(confirmed, stands), papers=(paper,) if paper else ())
