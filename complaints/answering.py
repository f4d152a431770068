"""Answering: what a person typed into a task's form becomes facts, or a list of what is wrong next to each field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from complaints import assignment, callback, classification, intake, investigation, response, review
from complaints.briefing import Briefing, Verdict
from complaints.errors import AnswerWrong, TaskClosed
from complaints.problems import problems_of
from complaints.words import Role, TaskKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from complaints.case import ManualTask
    from complaints.papers import Stationery
    from complaints.policy import Policy

FORMS: dict[TaskKind, type[BaseModel]] = {
    TaskKind.COMPLETION: intake.CompletionForm,
    TaskKind.SCREENING: intake.ScreeningForm,
    TaskKind.CLASSIFICATION: classification.ClassificationForm,
    TaskKind.DISPATCH: assignment.DispatchForm,
    TaskKind.FINDINGS: investigation.FindingsForm,
    TaskKind.OPINION: review.OpinionForm,
    TaskKind.APPROVAL: review.ApprovalForm,
    TaskKind.LETTER: response.LetterForm,
    TaskKind.DECISION: response.DecisionForm,
    TaskKind.REMEDY: response.RemedyForm,
    TaskKind.SURVEY: callback.SurveyForm,
    TaskKind.PHONE_CALLBACK: callback.PhoneCallbackForm,
    TaskKind.CLOSURE: callback.ClosureForm,
}


@dataclass(frozen=True)
class Submission:
    """One posted form: whose, for which task, with what, and the evidence numbers uploaded with it."""

    task_id: str
    by: str
    fields: Mapping[str, Any]
    stationery: Stationery
    evidence: tuple[str, ...] = ()


def answer(briefing: Briefing, submission: Submission) -> Verdict:
    """The facts a submission makes. TaskClosed when the task is no longer open, AnswerWrong with a message per field."""
    task = briefing.case.tasks.get(submission.task_id)
    if task is None or not task.is_open:
        message = f"{submission.task_id} is no longer open"
        raise TaskClosed(message)
    form = read_form(task.kind, submission.fields)
    problems = _strangers(form, briefing.policy)
    if problems:
        raise AnswerWrong(problems)
    return _DESKS[task.kind](briefing, task, form, submission)


def read_form(kind: TaskKind, fields: Mapping[str, Any]) -> BaseModel:
    """The form filled with these fields; AnswerWrong maps each wrong field to a short code that pages translate."""
    try:
        return FORMS[kind].model_validate(dict(fields))
    except ValidationError as wrong:
        raise AnswerWrong(problems_of(wrong)) from wrong


def _strangers(form: BaseModel, policy: Policy) -> dict[str, str]:
    """Codes that the form's type cannot check because only the policy knows them."""
    known: dict[str, Callable[[str], bool]] = {
        "category": lambda code: _is_category(code, policy),
        "handler": lambda code: code in policy.staff and Role.HANDLER in policy.staff[code].roles,
        "cause_code": lambda code: code in policy.cause_codes,
        "responsible_department": lambda code: code in policy.departments,
    }
    return {
        field: "unknown_choice"
        for field, is_known in known.items()
        if (value := getattr(form, field, "")) and not is_known(value)
    }


def _is_category(code: str, policy: Policy) -> bool:
    category, _, sub = code.partition(".")
    return category in policy.categories and (not sub or sub in policy.categories[category].subcategories)


_DESKS: dict[TaskKind, Callable[[Briefing, ManualTask, Any, Submission], Verdict]] = {
    TaskKind.COMPLETION: lambda briefing, task, form, post: intake.complete(
        briefing, task, form=form, stationery=post.stationery
    ),
    TaskKind.SCREENING: lambda briefing, task, form, post: intake.screen(
        briefing, task, form=form, stationery=post.stationery
    ),
    TaskKind.CLASSIFICATION: lambda briefing, task, form, post: classification.confirm(
        briefing, task, form=form, stationery=post.stationery
    ),
    TaskKind.DISPATCH: lambda briefing, task, form, post: assignment.dispatch(
        briefing, task, form=form, stationery=post.stationery
    ),
    TaskKind.FINDINGS: lambda briefing, task, form, post: investigation.submit(
        briefing, task, form=form, stationery=post.stationery, by=post.by, evidence=post.evidence
    ),
    TaskKind.OPINION: lambda briefing, task, form, post: review.give_opinion(
        briefing, task, form=form, stationery=post.stationery
    ),
    TaskKind.APPROVAL: lambda briefing, task, form, post: review.approve(
        briefing, task, form=form, stationery=post.stationery, by=post.by
    ),
    TaskKind.LETTER: lambda briefing, task, form, post: response.sign(
        briefing, task, form=form, stationery=post.stationery, by=post.by
    ),
    TaskKind.DECISION: lambda briefing, task, form, post: response.decided(
        briefing, task, form=form, stationery=post.stationery, by=post.by
    ),
    TaskKind.REMEDY: lambda briefing, task, form, post: response.executed(
        briefing, task, form=form, stationery=post.stationery, evidence=post.evidence
    ),
    TaskKind.SURVEY: lambda briefing, task, form, post: callback.answer_survey(
        briefing, task, form=form, stationery=post.stationery
    ),
    TaskKind.PHONE_CALLBACK: lambda briefing, task, form, post: callback.answer_by_phone(
        briefing, task, form=form, stationery=post.stationery
    ),
    TaskKind.CLOSURE: lambda briefing, task, form, post: callback.approve_closure(
        briefing, task, form=form, stationery=post.stationery, by=post.by
    ),
}
