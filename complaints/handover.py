"""Handing over: to a named colleague, to whoever takes a declined case on, or everything when somebody leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, model_validator

from complaints.acceptance import DeclineReason, declined
from complaints.assignment import ask_dispatcher
from complaints.authority import approver
from complaints.briefing import NOTHING, Verdict
from complaints.candidates import best, weigh
from complaints.errors import AnswerWrong
from complaints.fitness import ROLES, roles_for, unfit
from complaints.four_eyes import barred_from, may_judge
from complaints.people import recused, someone
from complaints.reassigning import HANDLERS_WORK, Cause, change_handler, pass_on_begun_work, reassign
from complaints.words import Role, TaskKind

if TYPE_CHECKING:
    from complaints.briefing import Briefing
    from complaints.case import ManualTask
    from complaints.submission import Submission


class HandOverForm(BaseModel):
    """To whom work goes, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    to: str = Field(min_length=1, max_length=80)
    reason: str = Field(min_length=1, max_length=4_000)


class DeclineForm(BaseModel):
    """Why a handler cannot go on with a case."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    reason_code: DeclineReason
    reason: str = Field(default="", max_length=4_000)

    @model_validator(mode="after")
    def _other_says_what(self) -> DeclineForm:
        if self.reason_code == "other" and not self.reason:
            message = "reason_needed"
            raise ValueError(message)
        return self


def hand_over(briefing: Briefing, task: ManualTask, *, form: HandOverForm, post: Submission) -> Verdict:
    """Give a task to a colleague who may do it; whoever takes the handler's work on answers for the case."""
    why_not = "has_it_already" if form.to == task.assignee else unfit(briefing, task, form.to)
    if why_not:
        raise AnswerWrong({"to": why_not})
    paper = post.stationery.paper(0, kind="hand_over_reason", content={"reason": form.reason})
    code = "handed_over" if post.by == task.assignee else "reassigned"
    cause = Cause(code, by=post.by, words=paper.ref)
    moved = reassign(briefing, task, to=form.to, cause=cause)
    return moved + _handler_follows(briefing, task, to=form.to, cause=cause) + Verdict(papers=(paper,))


def barred_from_moving(briefing: Briefing, task: ManualTask, by: str) -> bool:
    """Whether somebody has a part in the matter, so that she must not choose who works on it, or who judges it."""
    return by in recused(briefing) or not may_judge(briefing, task, by)


def may_decline(briefing: Briefing, task: ManualTask) -> bool:
    """The handler may decline while she investigates; what comes later she hands over."""
    assignment = briefing.case.assignment
    return task.kind is TaskKind.FINDINGS and assignment is not None and task.assignee == assignment.handler


def decline(briefing: Briefing, task: ManualTask, *, form: DeclineForm, post: Submission) -> Verdict:
    """The case is assigned again without her; where the rules find nobody, a dispatcher decides.

    Until the dispatcher has, the lead of her department keeps the work: a person with a conflict must not.
    """
    cause = Cause("declined", by=post.by)
    gone = declined(task, code=form.reason_code, text=form.reason, post=post)
    after, assignment = briefing.after(gone), briefing.case.assignment
    department = assignment.department if assignment else briefing.roster.staff[post.by].department
    candidates = weigh(after, department)
    chosen, most = best(candidates), briefing.policy.assignment.acceptance.most_declines
    if chosen and assignment and len(after.case.declined) < most:
        again = assignment.model_copy(
            update={"handler": chosen.staff_id, "candidates": candidates, "roster": briefing.roster.version}
        )
        begun = pass_on_begun_work(after, to=chosen.staff_id, cause=cause)
        return gone + Verdict(facts=(again,)) + begun
    keeper = someone(after, Role.TEAM_LEAD, Role.DEPARTMENT_HEAD, department=department, avoid=(post.by,))
    kept = change_handler(after, to=keeper, cause=cause)
    begun = pass_on_begun_work(after, to=keeper, cause=cause)
    reason = "declined" if chosen else "no_candidate"
    return gone + kept + begun + ask_dispatcher(after, department, candidates, reason=reason)


def everything(briefing: Briefing, staff_id: str, *, cause: Cause, to: str | None = None) -> Verdict:
    """All that somebody has open in a case goes to `to` where she may do it, else to whom the rules find."""
    assignment, whole = briefing.case.assignment, NOTHING
    handlers_heir = ""
    for task in briefing.case.open_tasks:
        if task.assignee != staff_id:
            continue
        heir = to if to and unfit(briefing, task, to) is None else None
        if heir is None and task.kind in HANDLERS_WORK:
            heir = handlers_heir or successor(briefing, task)
        heir = heir or successor(briefing, task)
        handlers_heir = heir if task.kind in HANDLERS_WORK else handlers_heir
        whole += reassign(briefing, task, to=heir, cause=cause)
    if assignment and assignment.handler == staff_id:
        named = to if to and _may_answer_for(briefing, to) else ""
        heir = handlers_heir or named or _new_handler(briefing, assignment.department, avoid=staff_id)
        whole += change_handler(briefing, to=heir, cause=cause)
    return whole


def _may_answer_for(briefing: Briefing, staff_id: str) -> bool:
    """Whether somebody may be a case's handler; what she will be asked for is the handler's work."""
    roster = briefing.roster
    if not roster.is_present(staff_id, briefing.now) or staff_id in recused(briefing):
        return False
    return bool(set(roster.staff[staff_id].roles) & set(ROLES[TaskKind.FINDINGS]))


def successor(briefing: Briefing, task: ManualTask) -> str:
    """Whom the rules give a task when its assignee cannot go on with it."""
    case = briefing.case
    avoid = (task.assignee, *barred_from(briefing, task.asks))
    if task.kind is TaskKind.APPROVAL:
        earlier = (task.assignee, *task.asks.get("approved_by", "").split())
        judge, _ = approver(briefing, task.asks.get("proposed_by", ""), earlier)
        return judge
    if task.kind in HANDLERS_WORK and case.assignment:
        return _new_handler(briefing, case.assignment.department, avoid=task.assignee)
    if task.kind is TaskKind.OPINION:
        return someone(briefing, Role.TEAM_LEAD, Role.DEPARTMENT_HEAD, department=task.department, avoid=avoid)
    return someone(briefing, *roles_for(briefing, task), department=task.department, avoid=avoid)


def _new_handler(briefing: Briefing, department: str, *, avoid: str) -> str:
    others = tuple(one for one in weigh(briefing, department) if one.staff_id != avoid)
    chosen = best(others)
    if chosen:
        return chosen.staff_id
    return someone(briefing, Role.TEAM_LEAD, Role.DEPARTMENT_HEAD, department=department, avoid=(avoid,))


def _handler_follows(briefing: Briefing, task: ManualTask, *, to: str, cause: Cause) -> Verdict:
    """Carrying out a remedy may be anybody's; who investigates or writes the letter answers for the case."""
    assignment = briefing.case.assignment
    is_handlers = assignment is not None and assignment.handler == task.assignee
    if not is_handlers or task.kind not in HANDLERS_WORK - {TaskKind.REMEDY}:
        return NOTHING
    return change_handler(briefing, to=to, cause=cause)
