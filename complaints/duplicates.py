"""Duplicates found late: whoever looks into a case finds that the customer's earlier one says the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from complaints.answer_events import CaseLinked, DuplicateFound
from complaints.asking import to_customer
from complaints.briefing import Briefing, Verdict
from complaints.errors import AnswerWrong
from complaints.letters import LetterKind
from complaints.moves import leave
from complaints.words import Exit, Stage, TaskKind
from complaints.work_events import TaskRevoked

if TYPE_CHECKING:
    from complaints.case import ManualTask
    from complaints.submission import Submission


class DuplicateForm(BaseModel):
    """Which case this one repeats, and how one can tell."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    original: Annotated[str, StringConstraints(to_upper=True)] = Field(min_length=1, max_length=40)
    """As cases bear their numbers, however it was typed."""
    other_customer: Literal["", "yes"] = ""
    """That somebody else complained there is known, and the reason says why it is the same complaint all the same."""
    reason: str = Field(min_length=1, max_length=4000)


def may_end_as_duplicate(briefing: Briefing, task: ManualTask) -> bool:
    """Whoever is asked for findings, as long as the house has not answered the customer under this number."""
    case = briefing.case
    return task.kind is TaskKind.FINDINGS and case.stage is Stage.INVESTIGATION and case.round == 1


def act(briefing: Briefing, task: ManualTask, *, form: DuplicateForm, post: Submission) -> Verdict:
    """The case ends as one that screening finds to be a duplicate: linked, told, archived."""
    if problems := _problems(briefing, form):
        raise AnswerWrong(problems)
    paper = post.stationery.paper(0, kind="duplicate_reason", content={"reason": form.reason})
    found = DuplicateFound(
        task_id=task.id,
        original=form.original,
        by=post.by,
        other_customer=bool(form.other_customer),
        reason=paper.ref,
    )
    return Verdict(papers=(paper,)) + end(briefing, found)


def end(briefing: Briefing, found: DuplicateFound) -> Verdict:
    """What follows from the find: all other work is taken back, and the customer learns where her complaint goes on."""
    others = [task for task in briefing.case.open_tasks if task.id != found.task_id]
    revoked = tuple(TaskRevoked(task_id=task.id, reason="duplicate_found") for task in others)
    linked = CaseLinked(other=found.original, relation="repeats")
    left = leave(Stage.INVESTIGATION, Exit.DUPLICATE)
    letters = to_customer(briefing, LetterKind.DUPLICATE_NOTICE, original=found.original)
    return Verdict(facts=(found, *revoked, linked, left), letters=letters)


def _problems(briefing: Briefing, form: DuplicateForm) -> dict[str, str]:
    """A case that ends here is answered there: so the other one must be another, known, open, and of this customer.

    Closing without the customer's satisfaction needs other eyes (PROCESS.md section 1); while the original is open
    nothing is closed for her, and one pair of eyes is enough.
    """
    case, original = briefing.case, briefing.original
    if form.original == case.case_no:
        return {"original": "original_is_this_case"}
    if original is None:
        return {"original": "original_unknown"}
    if case.case_no in original.linked("repeats"):
        return {"original": "original_repeats_this_case"}
    if original.stage in {None, Stage.ARCHIVING}:
        return {"original": "original_ended"}
    is_same_customer = bool(case.customer) and case.customer == original.customer
    return {} if is_same_customer or form.other_customer else {"other_customer": "original_of_other_customer"}
