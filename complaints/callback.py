"""Satisfaction callback: asked by link, reminded, then phoned; a low score opens another round (PROCESS.md 8)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from complaints import clocks, final_decision
from complaints.asking import ask
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.events import CallbackScheduled
from complaints.limits import limits_of
from complaints.moves import leave
from complaints.people import someone
from complaints.words import CUSTOMER, Exit, Role, Stage, TaskKind
from complaints.work_events import CallbackAnswered, CallbackUnanswered, ClosureApproved

if TYPE_CHECKING:
    from complaints.case import ManualTask
    from complaints.submission import Submission


class SurveyForm(BaseModel):
    """CSAT 1..5, whether the matter is resolved, a comment."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    csat: int = Field(ge=1, le=5)
    resolved: Literal["yes", "no"]
    comment: str = Field(default="", max_length=10_000)


class PhoneCallbackForm(BaseModel):
    """What a callback specialist notes: reached with the same answers, or not reached."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    reached: Literal["yes", "no"]
    csat: int | None = Field(default=None, ge=1, le=5)
    resolved: Literal["yes", "no"] | None = None
    comment: str = Field(default="", max_length=10_000)

    @model_validator(mode="after")
    def _reached_means_answered(self) -> PhoneCallbackForm:
        if self.reached == "yes" and (self.csat is None or self.resolved is None):
            message = "score_needed"
            raise ValueError(message)
        return self


class ClosureForm(BaseModel):
    """A manager's word on closing a case whose customer is not satisfied."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    decision: Literal["close", "another_round"]
    reason: str = Field(min_length=1, max_length=10_000)


def decide(briefing: Briefing) -> Verdict:
    """Schedule, ask, phone, and judge the answer."""
    case = briefing.case
    if case.callback is None:
        return Verdict(facts=(_schedule(briefing),))
    if case.callback.skipped:
        return Verdict(facts=(leave(Stage.CALLBACK, Exit.DONE, reason=case.callback.skipped),))
    if case.callback_answer is not None or case.dissatisfied is not None:
        return _judge(briefing)
    if briefing.now < case.callback.at:
        return NOTHING
    survey = case.latest(TaskKind.SURVEY)
    if survey is None and case.reachable_by_mail:
        return ask(briefing, TaskKind.SURVEY, assignee=CUSTOMER)
    return NOTHING if survey and survey.is_open else _phone(briefing)


def _schedule(briefing: Briefing) -> CallbackScheduled:
    case, policy = briefing.case, briefing.policy
    wait = limits_of(case.level, policy).callback
    share = policy.callback.sampling.get(case.level, 1.0)
    # Who refused every offer is always asked: a case never ends unsatisfied without anybody approving it.
    is_asked = is_sampled(case.case_no, share) or bool(case.letter and case.letter.final)
    return CallbackScheduled(
        at=clocks.due(briefing.now, wait, policy.calendar), skipped=None if is_asked else "not_sampled"
    )


def is_sampled(case_no: str, share: float) -> bool:
    """Whether a case is among the share that is called back: fixed by its number, so that replay agrees."""
    drawn = int.from_bytes(hashlib.sha256(case_no.encode()).digest()[:8], "big") / 2**64
    return drawn < share


def _phone(briefing: Briefing) -> Verdict:
    case = briefing.case
    calls = case.tasks_of(TaskKind.PHONE_CALLBACK)
    if calls and calls[-1].is_open:
        return NOTHING
    if len(calls) >= briefing.policy.callback.phone_attempts:
        return Verdict(facts=(leave(Stage.CALLBACK, Exit.UNREACHABLE, reason="attempts_used"),))
    caller = someone(briefing, Role.CALLBACK_SPECIALIST)
    return ask(briefing, TaskKind.PHONE_CALLBACK, assignee=caller, asks={"attempt": str(len(calls) + 1)})


def _judge(briefing: Briefing) -> Verdict:
    case, policy = briefing.case, briefing.policy
    answer = case.callback_answer
    is_content = answer and answer.resolved and answer.csat > policy.callback.reopen_at_or_below
    if is_content and not case.dissatisfied:
        return Verdict(facts=(leave(Stage.CALLBACK, Exit.DONE, reason="satisfied"),))
    if final_decision.is_approved(case):
        # That no more can be done was reasoned and approved before it was written to her.
        return Verdict(facts=(leave(Stage.CALLBACK, Exit.CLOSED_UNSATISFIED, reason="final_decision_stands"),))
    if _reopens(briefing):
        return Verdict(facts=(leave(Stage.CALLBACK, Exit.NEW_ROUND, reason="dissatisfied"),))
    closure = case.latest(TaskKind.CLOSURE)
    if closure is None:
        # Closing never depends on satisfaction alone: no more can be done, and a manager says why.
        return _ask_closure(briefing)
    if closure.is_open:
        return NOTHING
    exit_by = Exit.CLOSED_UNSATISFIED if case.closure_approved else Exit.NEW_ROUND
    return Verdict(facts=(leave(Stage.CALLBACK, exit_by, reason="closure_decided"),))


def _reopens(briefing: Briefing) -> bool:
    """Whether a dissatisfied customer gets another round with nobody asked: one is left, and it is not too late."""
    case, policy = briefing.case, briefing.policy
    since = case.entered_stage_at or briefing.now
    is_in_time = briefing.now <= clocks.due(since, policy.callback.reopen_within, policy.calendar)
    is_left = case.round < policy.response.max_rounds
    return policy.callback.on_low_score == "reopen" and is_left and is_in_time


def _ask_closure(briefing: Briefing) -> Verdict:
    """Four eyes: not whom the decision came from, who would judge her own work."""
    signed_by = briefing.case.letter.signed_by if briefing.case.letter else ""
    manager = someone(briefing, Role.COMPLAINTS_MANAGER, avoid=(signed_by,))
    return ask(briefing, TaskKind.CLOSURE, assignee=manager, asks={"proposed_by": signed_by})


def answer_survey(briefing: Briefing, task: ManualTask, *, form: SurveyForm, post: Submission) -> Verdict:  # noqa: ARG001  one shape for all desks
    """The customer answered the survey."""
    paper = post.stationery.paper(0, kind="survey_comment", content={"comment": form.comment}) if form.comment else None
    fact = CallbackAnswered(
        task_id=task.id, csat=form.csat, resolved=form.resolved == "yes", comment=paper.ref if paper else None
    )
    return Verdict(facts=(fact,), papers=(paper,) if paper else ())


def answer_by_phone(briefing: Briefing, task: ManualTask, *, form: PhoneCallbackForm, post: Submission) -> Verdict:
    """A specialist reached the customer, or noted that she did not."""
    if form.reached == "no" or form.csat is None:
        return Verdict(facts=(_unanswered(briefing, task),))
    paper = post.stationery.paper(0, kind="survey_comment", content={"comment": form.comment}) if form.comment else None
    fact = CallbackAnswered(
        task_id=task.id,
        csat=form.csat,
        resolved=form.resolved == "yes",
        comment=paper.ref if paper else None,
        by_phone=True,
    )
    return Verdict(facts=(fact,), papers=(paper,) if paper else ())


def _unanswered(briefing: Briefing, task: ManualTask) -> CallbackUnanswered:
    """A call in vain; the next one is asked for on another day."""
    policy, attempt = briefing.policy, briefing.case.phone_attempts + 1
    is_last = attempt >= policy.callback.phone_attempts
    again = None if is_last else clocks.due(briefing.now, policy.callback.phone_again_after, policy.calendar)
    return CallbackUnanswered(task_id=task.id, attempt=attempt, next_at=again)


def approve_closure(briefing: Briefing, task: ManualTask, *, form: ClosureForm, post: Submission) -> Verdict:  # noqa: ARG001  one shape for all desks
    """A manager closed the case unsatisfied, with the reason, or ordered another round."""
    paper = post.stationery.paper(0, kind="closure_reason", content={"reason": form.reason})
    fact = ClosureApproved(task_id=task.id, approved=form.decision == "close", reason=paper.ref, by=post.by)
    return Verdict(facts=(fact,), papers=(paper,))
