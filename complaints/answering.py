"""Answering: what a person typed into a task's form becomes facts, or a list of what is wrong next to each field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from complaints import (
    acceptance,
    assignment,
    callback,
    classification,
    extending,
    final_decision,
    helping,
    intake,
    investigation,
    response,
    review,
)
from complaints.briefing import Briefing, Verdict
from complaints.errors import AnswerWrong, TaskClosed
from complaints.four_eyes import barred_from_judging
from complaints.problems import problems_of
from complaints.submission import Submission
from complaints.words import Role, TaskKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from complaints.policy import Policy

Form = TypeVar("Form", bound=BaseModel)

FORMS: dict[TaskKind, type[BaseModel]] = {
    TaskKind.COMPLETION: intake.CompletionForm,
    TaskKind.SCREENING: intake.ScreeningForm,
    TaskKind.CLASSIFICATION: classification.ClassificationForm,
    TaskKind.DISPATCH: assignment.DispatchForm,
    TaskKind.ACCEPTANCE: acceptance.AcceptanceForm,
    TaskKind.FINDINGS: investigation.FindingsForm,
    TaskKind.OPINION: review.OpinionForm,
    TaskKind.APPROVAL: review.ApprovalForm,
    TaskKind.LETTER: response.LetterForm,
    TaskKind.DECISION: response.DecisionForm,
    TaskKind.REMEDY: response.RemedyForm,
    TaskKind.SURVEY: callback.SurveyForm,
    TaskKind.PHONE_CALLBACK: callback.PhoneCallbackForm,
    TaskKind.CLOSURE: callback.ClosureForm,
    TaskKind.HELP: helping.HelpForm,
    TaskKind.EXTENSION: extending.ExtensionForm,
}


def answer(briefing: Briefing, submission: Submission) -> Verdict:
    """The facts a submission makes. TaskClosed when its task is closed, AnswerWrong with a message per field."""
    task = briefing.case.tasks.get(submission.task_id)
    if task is None or not task.is_open:
        message = f"{submission.task_id} is no longer open"
        raise TaskClosed(message)
    # Not only when the work was given: who became the proposer's substitute since then may not judge it any more.
    if submission.by in barred_from_judging(briefing, task.asks.get("proposed_by", "")):
        raise AnswerWrong({"form": "four_eyes"})
    form = read_form(task.kind, submission.fields)
    problems = strangers(form, briefing)
    if problems:
        raise AnswerWrong(problems)
    return _DESKS[task.kind](briefing, task, form=form, post=submission)


def read_form(kind: TaskKind, fields: Mapping[str, Any]) -> BaseModel:
    """A task's form filled with these fields."""
    return fill(FORMS[kind], fields)


def fill(form: type[Form], fields: Mapping[str, Any]) -> Form:
    """A form filled with these fields; AnswerWrong maps each wrong field to a short code that pages translate."""
    try:
        return form.model_validate(dict(fields))
    except ValidationError as wrong:
        raise AnswerWrong(problems_of(wrong)) from wrong


def strangers(form: BaseModel, briefing: Briefing) -> dict[str, str]:
    """Codes that the form's type cannot check because only policy and roster know them."""
    policy, roster = briefing.policy, briefing.roster
    known: dict[str, Callable[[str], bool]] = {
        "category": lambda code: _is_category(code, policy),
        "handler": lambda code: code in roster.with_role(Role.HANDLER),
        "cause_code": lambda code: code in policy.cause_codes,
        "responsible_department": lambda code: code in roster.departments,
    }
    return {
        field: "unknown_choice"
        for field, is_known in known.items()
        if (value := getattr(form, field, "")) and not is_known(value)
    }


def _is_category(code: str, policy: Policy) -> bool:
    category, _, sub = code.partition(".")
    return category in policy.categories and (not sub or sub in policy.categories[category].subcategories)


_DESKS: dict[TaskKind, Callable[..., Verdict]] = {
    TaskKind.COMPLETION: intake.complete,
    TaskKind.SCREENING: intake.screen,
    TaskKind.CLASSIFICATION: classification.confirm,
    TaskKind.DISPATCH: assignment.dispatch,
    TaskKind.ACCEPTANCE: acceptance.answer,
    TaskKind.FINDINGS: investigation.submit,
    TaskKind.OPINION: review.give_opinion,
    TaskKind.APPROVAL: final_decision.approve,
    TaskKind.LETTER: response.sign,
    TaskKind.DECISION: response.decided,
    TaskKind.REMEDY: response.executed,
    TaskKind.SURVEY: callback.answer_survey,
    TaskKind.PHONE_CALLBACK: callback.answer_by_phone,
    TaskKind.CLOSURE: callback.approve_closure,
    TaskKind.HELP: helping.give_help,
    TaskKind.EXTENSION: extending.decide_extension,
}
