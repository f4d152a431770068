"""Investigation: the handler establishes what happened, why, who answers for it, and what remedy is fair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from complaints import clocks
from complaints.asking import ask
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.durations import parse_duration
from complaints.moves import leave
from complaints.words import Exit, Finding, RemedyKind, Stage, TaskKind
from complaints.work_events import Allegation, FindingsSubmitted, Remedy

if TYPE_CHECKING:
    from complaints.case import ManualTask
    from complaints.submission import Submission


class FindingsForm(BaseModel):
    """What the handler hands in (PROCESS.md section 7)."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    plan: str = Field(default="", max_length=20_000)
    findings: str = Field(min_length=1, max_length=20_000)
    allegation: str = Field(min_length=1, max_length=2_000)
    finding: Finding
    whys: tuple[str, ...] = Field(default=(), max_length=5)
    cause_code: str = Field(min_length=1, max_length=80)
    responsible_department: str = Field(default="", max_length=80)
    remedy: RemedyKind
    amount: float = Field(default=0, ge=0, le=1_000_000_000, allow_inf_nan=False)
    remedy_text: str = Field(default="", max_length=4_000)


def decide(briefing: Briefing) -> Verdict:
    """Ask the handler for findings; once they are in, the case moves to review."""
    case = briefing.case
    asked = case.latest(TaskKind.FINDINGS)
    if asked is None:
        return _ask_findings(briefing)
    return NOTHING if asked.is_open else Verdict(facts=(leave(Stage.INVESTIGATION, Exit.DONE),))


def _ask_findings(briefing: Briefing) -> Verdict:
    assignment = briefing.case.assignment
    if assignment is None:
        message = f"{briefing.case.case_no} is investigated before it is assigned"
        raise ValueError(message)
    # Of three promises the earliest counts: the task's own limit, the matrix's, and the level's to the customer.
    promised = clocks.due(briefing.now, parse_duration(assignment.respond_within), briefing.policy.calendar)
    resolve = briefing.case.clocks["resolve"].clock.due_at
    return ask(
        briefing,
        TaskKind.FINDINGS,
        assignee=assignment.handler,
        department=assignment.department,
        no_later_than=min(promised, resolve) if resolve > briefing.now else promised,
        asks={"round": str(briefing.case.round)},
    )


def submit(briefing: Briefing, task: ManualTask, *, form: FindingsForm, post: Submission) -> Verdict:  # noqa: ARG001  one shape for all desks
    """The findings go on file; the proposal in them is what review will judge."""
    text = form.model_dump(mode="json", include={"plan", "findings", "allegation", "whys", "remedy_text"})
    paper = post.stationery.paper(0, kind="findings", content=text)
    fact = FindingsSubmitted(
        task_id=task.id,
        findings=paper.ref,
        allegations=(Allegation(number=1, finding=form.finding),),
        cause_code=form.cause_code,
        responsible_department=form.responsible_department or None,
        remedies=(Remedy(kind=form.remedy, amount=form.amount),),
        evidence=post.evidence,
        proposed_by=post.by,
    )
    return Verdict(facts=(fact,), papers=(paper,))
