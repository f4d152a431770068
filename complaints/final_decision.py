"""The final decision: reasons that no more can be done, approved by an authority before it leaves (PROCESS.md 1, 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints import review
from complaints.answer_events import FinalDecisionDrafted
from complaints.asking import ask, to_customer
from complaints.authority import in_role
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.clocks_of_case import meet
from complaints.errors import AnswerWrong
from complaints.letters import LetterKind
from complaints.words import TaskKind
from complaints.work_events import LetterApproved

if TYPE_CHECKING:
    from complaints.case import Case, ManualTask
    from complaints.response import LetterForm
    from complaints.submission import Submission
    from complaints.work_events import Remedy

ABOUT = "final_decision"
"""What an approval asked in the stage of response is about."""


def draft(task: ManualTask, *, form: LetterForm, remedies: tuple[Remedy, ...], post: Submission) -> Verdict:
    """The handler wrote the final decision; why no more can be done is for the file and for whoever approves."""
    if not form.reason:
        raise AnswerWrong({"reason": "final_needs_reason"})
    letter = post.stationery.paper(0, kind="decision_letter", content={"letter": form.letter})
    reason = post.stationery.paper(1, kind="final_reason", content={"reason": form.reason})
    drafted = FinalDecisionDrafted(
        task_id=task.id, letter=letter.ref, reason=reason.ref, remedies=remedies, signed_by=post.by
    )
    return Verdict(facts=(drafted,), papers=(letter, reason))


def ask_approval(briefing: Briefing) -> Verdict:
    """Ask the role that the policy names for the approval of this draft; nothing once it was asked."""
    drafted = briefing.case.final_draft
    if drafted is None or asked(briefing):
        return NOTHING
    judge, role = in_role(briefing, briefing.policy.response.final_approved_by, proposer=drafted.signed_by)
    amount = sum(remedy.amount for remedy in drafted.remedies)
    asks = {
        "about": ABOUT,
        "letter": drafted.task_id,
        "role": role.value,
        "amount": f"{amount:.15g}",
        "proposed_by": drafted.signed_by,
    }
    return ask(briefing, TaskKind.APPROVAL, assignee=judge, asks=asks)


def asked(briefing: Briefing) -> ManualTask | None:
    """The approval that was asked for the present draft."""
    drafted = briefing.case.final_draft
    tasks = briefing.case.tasks_of(TaskKind.APPROVAL)
    return next((task for task in tasks if drafted and task.asks.get("letter") == drafted.task_id), None)


def is_approved(case: Case) -> bool:
    """Whether the decision that stands is final and an authority approved it: then nobody is asked that again."""
    return bool(case.letter and case.letter.final) and any(
        task.asks.get("about") == ABOUT and task.round == case.round and task.status == "answered"
        for task in case.tasks.values()
    )


def approve(briefing: Briefing, task: ManualTask, *, form: review.ApprovalForm, post: Submission) -> Verdict:
    """An authority's word: on a proposal in review, or on the final decision, which then leaves to the customer."""
    given = review.approve(briefing, task, form=form, post=post)
    drafted = briefing.case.final_draft
    if task.asks.get("about") != ABOUT or form.decision != "approve" or drafted is None:
        return given
    # The approval is what makes the letter one: its fact closes the same task.
    letter = LetterApproved(
        task_id=task.id, letter=drafted.letter, remedies=drafted.remedies, final=True, signed_by=drafted.signed_by
    )
    letters = to_customer(briefing, LetterKind.FINAL_DECISION, about=task.id)
    return given + Verdict(facts=(letter, *meet(briefing, "decided")), letters=letters)
