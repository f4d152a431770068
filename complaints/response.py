"""Response: the written decision, the customer's answer to it, and the remedy carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, model_validator

from complaints import final_decision
from complaints.asking import ask
from complaints.authority import may_grant
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.clocks_of_case import meet
from complaints.errors import AnswerWrong
from complaints.grading import levels_of
from complaints.holding import agree
from complaints.moves import leave
from complaints.people import customer_or
from complaints.words import (
    CUSTOMER,
    WORDS_ONLY,
    Complexity,
    CustomerDecision,
    Exit,
    RemedyKind,
    Role,
    Stage,
    TaskKind,
)
from complaints.work_events import CustomerDecided, LetterApproved, Remedy, RemedyExecuted, TaskRevoked

if TYPE_CHECKING:
    from complaints.case import ManualTask
    from complaints.submission import Submission


class LetterForm(BaseModel):
    """The decision letter as the handler signs it; remedy fields count only where review set none."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    letter: str = Field(min_length=1, max_length=20_000)
    reason: str = Field(default="", max_length=10_000)
    """Of a final decision: why no more can be done."""
    remedy: RemedyKind | None = None
    amount: float = Field(default=0, ge=0, le=1_000_000_000, allow_inf_nan=False)


class DecisionForm(BaseModel):
    """The customer's decision; a counter-offer says what she wants instead."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    decision: CustomerDecision
    text: str = Field(default="", max_length=10_000)

    @model_validator(mode="after")
    def _counter_says_what(self) -> DecisionForm:
        if self.decision is CustomerDecision.COUNTER and not self.text:
            message = "counter_needs_text"
            raise ValueError(message)
        return self


class RemedyForm(BaseModel):
    """Proof that the remedy was carried out, in words or as files."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    proof: str = Field(default="", max_length=10_000)


def decide(briefing: Briefing) -> Verdict:
    """Letter, decision, another round or a final decision, remedy, and on to the callback."""
    return _answer(briefing) or _execute_at_once(briefing)


def _answer(briefing: Briefing) -> Verdict:
    case = briefing.case
    letter = case.latest(TaskKind.LETTER)
    if letter is None:
        return _ask_letter(briefing, final=False)
    if letter.is_open:
        return NOTHING
    if case.final_draft:
        return _settle_final(briefing)
    if case.letter and case.letter.final:
        return _carry_out(briefing, reason="final_decision")
    decision = case.latest(TaskKind.DECISION)
    if decision is None:
        return ask(briefing, TaskKind.DECISION, assignee=customer_or(briefing, Role.CALLBACK_SPECIALIST))
    return NOTHING if decision.is_open else _after_decision(briefing)


def _after_decision(briefing: Briefing) -> Verdict:
    decided = briefing.case.decision
    if decided is None:
        return _carry_out(briefing, reason="customer_silent")
    if decided.decision is CustomerDecision.ACCEPT:
        return _carry_out(briefing, reason="accepted")
    if briefing.case.round < briefing.policy.response.max_rounds:
        # What was not carried out yet is part of an offer that she refused.
        unneeded = tuple(
            TaskRevoked(task_id=task.id, reason="offer_refused")
            for task in briefing.case.tasks_of(TaskKind.REMEDY)
            if task.is_open
        )
        return Verdict(facts=(*unneeded, leave(Stage.RESPONSE, Exit.NEW_ROUND, reason=decided.decision.value)))
    return _ask_letter(briefing, final=True)


def _settle_final(briefing: Briefing) -> Verdict:
    """The final decision waits for its approval; one that is sent back is written anew."""
    approval = final_decision.asked(briefing)
    if approval is None:
        return final_decision.ask_approval(briefing)
    return NOTHING if approval.is_open else _ask_letter(briefing, final=True)


def _ask_letter(briefing: Briefing, *, final: bool) -> Verdict:
    assignment = briefing.case.assignment
    if assignment is None:
        message = f"{briefing.case.case_no} is answered before it is assigned"
        raise ValueError(message)
    asks = {"final": "yes" if final else "no", "remedy_open": "no" if briefing.case.findings else "yes"}
    if briefing.case.final_draft:
        asks["sent_back"] = briefing.case.final_draft.task_id
    return ask(briefing, TaskKind.LETTER, assignee=assignment.handler, department=assignment.department, asks=asks)


def _carry_out(briefing: Briefing, *, reason: str) -> Verdict:
    remedy = briefing.case.latest(TaskKind.REMEDY)
    if remedy is None and (to_do := _to_do(briefing)):
        return _ask_remedy(briefing, to_do)
    if remedy and remedy.is_open:
        return NOTHING
    met = meet(briefing, "resolved")
    return Verdict(facts=(*met, leave(Stage.RESPONSE, Exit.DONE, reason=reason)))


def _to_do(briefing: Briefing) -> list[Remedy]:
    """What is left to carry out of the offer, once it is more than words; before the letter, of what was approved."""
    offer = briefing.case.letter or briefing.case.findings
    return [remedy for remedy in (offer.remedies if offer else ()) if remedy.kind not in WORDS_ONLY]


def _execute_at_once(briefing: Briefing) -> Verdict:
    """For urgent levels approval is agreement enough: the remedy does not wait for the letter or the customer."""
    policy, case = briefing.policy, briefing.case
    levels = levels_of(policy.grading.scheme, policy.grading)
    is_urgent = case.level and levels.index(case.level) + 1 >= policy.response.execute_at_once_from_urgency
    if not is_urgent or case.latest(TaskKind.REMEDY) or not (to_do := _to_do(briefing)):
        return NOTHING
    return _ask_remedy(briefing, to_do)


def _ask_remedy(briefing: Briefing, remedies: list[Remedy]) -> Verdict:
    assignment = briefing.case.assignment
    text = " ".join(f"{remedy.kind.value}:{remedy.amount:.15g}" for remedy in remedies)
    return ask(
        briefing,
        TaskKind.REMEDY,
        assignee=assignment.handler if assignment else "",
        department=assignment.department if assignment else None,
        within=briefing.policy.response.execute_within.get(briefing.case.level),
        asks={"remedies": text},
    )


def sign(briefing: Briefing, task: ManualTask, *, form: LetterForm, post: Submission) -> Verdict:
    """The handler signed the letter: an offer awaits the customer's decision, a final one first its approval."""
    case = briefing.case
    remedies = case.findings.remedies if case.findings else _own_remedy(briefing, form)
    if task.asks["final"] == "yes":
        return final_decision.draft(task, form=form, remedies=remedies, post=post)
    paper = post.stationery.paper(0, kind="decision_letter", content={"letter": form.letter})
    fact = LetterApproved(task_id=task.id, letter=paper.ref, remedies=remedies, final=False, signed_by=post.by)
    return Verdict(facts=(fact, *meet(briefing, "decided")), papers=(paper,))


def _own_remedy(briefing: Briefing, form: LetterForm) -> tuple[Remedy, ...]:
    """On the short path no review stands behind the offer, so it must lie within the handler's own authority."""
    if form.remedy is None:
        return ()
    remedies = (Remedy(kind=form.remedy, amount=form.amount),)
    complexity = briefing.case.classification.complexity if briefing.case.classification else Complexity.LOW
    if not may_grant(Role.HANDLER, remedies, complexity=complexity, policy=briefing.policy):
        raise AnswerWrong({"amount": "beyond_authority"})
    return remedies


def decided(briefing: Briefing, task: ManualTask, *, form: DecisionForm, post: Submission) -> Verdict:
    """The customer accepted, countered or rejected; `by` is a staff id when she said so on the phone."""
    paper = post.stationery.paper(0, kind="customer_decision", content={"text": form.text}) if form.text else None
    fact = CustomerDecided(
        task_id=task.id,
        decision=form.decision,
        text=paper.ref if paper else None,
        keyed_in_by=None if post.by == CUSTOMER else post.by,
    )
    said = Verdict(facts=(fact,), papers=(paper,) if paper else ())
    return said + agree(briefing) if form.decision is CustomerDecision.ACCEPT else said


def executed(briefing: Briefing, task: ManualTask, *, form: RemedyForm, post: Submission) -> Verdict:  # noqa: ARG001  one shape for all desks
    """The remedy was carried out; a file is proof as well as words are."""
    if not (form.proof or post.evidence):
        raise AnswerWrong({"proof": "proof_needed"})
    paper = post.stationery.paper(0, kind="remedy_proof", content={"proof": form.proof}) if form.proof else None
    fact = RemedyExecuted(task_id=task.id, proof=paper.ref if paper else None, evidence=post.evidence)
    return Verdict(facts=(fact,), papers=(paper,) if paper else ())
