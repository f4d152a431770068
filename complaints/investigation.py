"""Investigation: the handler establishes what happened, why, who answers for it, and what remedy is fair."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from complaints import clocks
from complaints.asking import ask
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.durations import parse_duration
from complaints.errors import AnswerWrong
from complaints.moves import leave
from complaints.words import Exit, Finding, RemedyKind, Stage, TaskKind
from complaints.work_events import Allegation, FindingsSubmitted, Remedy

if TYPE_CHECKING:
    from complaints.case import ManualTask
    from complaints.submission import Submission


ALLEGATIONS = 4
REMEDIES = 3
"""How many rows of each the findings form has; the first of each is needed, the others are numbered from 2."""

Money = Annotated[float, Field(ge=0, le=1_000_000_000, allow_inf_nan=False)]
_Wording = Annotated[str, Field(max_length=2_000)]
_Words = Annotated[str, Field(max_length=4_000)]


class FindingsForm(BaseModel):
    """What the handler hands in (PROCESS.md section 7): the plan, what was found, each allegation, each remedy."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    objective: _Words = ""
    plan: str = Field(default="", max_length=20_000)
    """The method: whom was asked, what was examined."""
    interviews: str = Field(default="", max_length=20_000)
    evidence_needed: _Words = ""
    time_limit: date | None = None
    findings: str = Field(min_length=1, max_length=20_000)
    allegation: str = Field(min_length=1, max_length=2_000)
    finding: Finding
    allegation_2: _Wording = ""
    finding_2: Finding | None = None
    allegation_3: _Wording = ""
    finding_3: Finding | None = None
    allegation_4: _Wording = ""
    finding_4: Finding | None = None
    whys: tuple[str, ...] = Field(default=(), max_length=5)
    cause_code: str = Field(min_length=1, max_length=80)
    responsible_department: str = Field(default="", max_length=80)
    remedy: RemedyKind
    amount: Money = 0
    remedy_text: _Words = ""
    remedy_2: RemedyKind | None = None
    amount_2: Money = 0
    remedy_text_2: _Words = ""
    remedy_3: RemedyKind | None = None
    amount_3: Money = 0
    remedy_text_3: _Words = ""

    def rows(self, *names: str, most: int) -> list[tuple[Any, ...]]:
        """The filled rows of these fields; AnswerWrong at the first field of a row that is needed and empty."""
        found = []
        for nth in range(1, most + 1):
            row = tuple(getattr(self, numbered(name, nth)) for name in names)
            if not any(row):
                continue
            if empty := [name for name, value in zip(names, row, strict=True) if value in {"", None}]:
                raise AnswerWrong({numbered(empty[0], nth): "missing"})
            found.append(row)
        return found


def numbered(name: str, nth: int) -> str:
    """The name of a field in the nth row: the first row has none."""
    return name if nth == 1 else f"{name}_{nth}"


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
    allegations = form.rows("allegation", "finding", most=ALLEGATIONS)
    remedies = _remedies(form)
    paper = post.stationery.paper(0, kind="findings", content=_written(form))
    fact = FindingsSubmitted(
        task_id=task.id,
        findings=paper.ref,
        allegations=tuple(Allegation(number=nth, finding=found) for nth, (_, found) in enumerate(allegations, start=1)),
        cause_code=form.cause_code,
        responsible_department=form.responsible_department or None,
        remedies=tuple(remedies),
        evidence=post.evidence,
        proposed_by=post.by,
    )
    return Verdict(facts=(fact,), papers=(paper,))


def _remedies(form: FindingsForm) -> list[Remedy]:
    """Each remedy that is proposed; an amount or a text alone proposes none."""
    found = []
    for nth in range(1, REMEDIES + 1):
        kind, amount, text = (getattr(form, numbered(name, nth)) for name in ("remedy", "amount", "remedy_text"))
        if kind is None and (amount or text):
            raise AnswerWrong({numbered("remedy", nth): "missing"})
        if kind is not None:
            found.append(Remedy(kind=kind, amount=amount))
    return found


def _written(form: FindingsForm) -> dict[str, Any]:
    """What goes into the paper: the texts, those of the rows in the order of the fact's numbers."""
    plain = {"objective", "plan", "interviews", "evidence_needed", "time_limit", "findings", "allegation", "whys"}
    kinds = [numbered("remedy", nth) for nth in range(1, REMEDIES + 1)]
    texts = [getattr(form, kind.replace("remedy", "remedy_text")) for kind in kinds if getattr(form, kind) is not None]
    return {
        **form.model_dump(mode="json", include=plain),
        "allegations": [text for text, _ in form.rows("allegation", "finding", most=ALLEGATIONS)],
        "remedy_texts": texts,
        # As one text, for whoever reads it whole.
        "remedy_text": "\n\n".join(filter(None, texts)),
    }


def overall(allegations: tuple[Allegation, ...]) -> Finding | None:
    """What was found in all: one word when every allegation has the same, else that she is right in part."""
    found = {allegation.finding for allegation in allegations}
    if not found:
        return None
    if len(found) == 1:
        return next(iter(found))
    is_right = found & {Finding.UPHELD, Finding.PARTLY}
    return Finding.PARTLY if is_right else Finding.UNDECIDED
