"""What the letters of complaints/notices.py say, given the case as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints import notices as says
from complaints.drafting import Draft, head, matter, paper_text, person
from complaints.errors import GiveUp
from complaints.letters import LetterKind
from complaints.words import CUSTOMER, HelpReason, Trigger

if TYPE_CHECKING:
    from collections.abc import Callable

    from complaints.correspondence import Letter
    from complaints.escalation_events import CaseEscalated


def _case_escalated(draft: Draft) -> Letter:
    escalated = _escalation(draft)
    task = draft.briefing.case.tasks.get(escalated.task_id or "")
    is_mine = draft.details["mine"] == "yes"
    return says.CaseEscalated(
        head=head(draft),
        trigger=escalated.trigger,
        level=escalated.level,
        role=escalated.role,
        is_mine=is_mine,
        task=task.kind if task else None,
        asked=person(draft, task.assignee) if task and task.assignee != CUSTOMER else "",
        due_at=task.due_at if task else None,
        reason=HelpReason(escalated.reason_code) if escalated.reason_code else None,
        text=paper_text(draft, escalated.text, "text"),
        incident=escalated.about if escalated.trigger is Trigger.MASS_EVENT else "",
        cases=draft.briefing.case.incident_cases if escalated.trigger is Trigger.MASS_EVENT else 0,
        link=draft.addresses.task if is_mine else draft.addresses.view,
        matter=matter(draft),
    )


def _escalation(draft: Draft) -> CaseEscalated:
    """What the letter tells of; GiveUp when the case never went up on that occasion."""
    wanted = (draft.details.get("trigger"), draft.details.get("about"))
    found = [one for one in draft.briefing.case.escalations if (one.trigger.value, one.about) == wanted]
    if not found:
        raise GiveUp("the case never went up on the occasion that this letter tells of")
    return found[-1]


NOTICES: dict[LetterKind, Callable[[Draft], Letter]] = {
    LetterKind.CASE_ESCALATED: _case_escalated,
}
