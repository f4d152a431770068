"""Contact: the customer hears from the house when a stage is over and after some days of silence (PROCESS.md 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints import clocks
from complaints.asking import to_customer
from complaints.briefing import NOTHING, Verdict
from complaints.contact_events import ProgressTold
from complaints.escalation import next_alarm
from complaints.letters import LetterKind
from complaints.words import Stage

if TYPE_CHECKING:
    from datetime import datetime

    from complaints.briefing import Briefing
    from complaints.case import Case
    from complaints.policy import Policy

_NO_NEWS_OF = frozenset({Stage.CALLBACK, Stage.ARCHIVING})
"""Stages after the answer: the customer has what she waited for."""


def decide(briefing: Briefing) -> Verdict:
    """A progress notice where one is due; one for the whole silence, however long the house was down."""
    case, policy = briefing.case, briefing.policy
    due_at = next_notice(case, policy)
    if due_at is None or due_at > briefing.now or case.stage is None:
        return NOTHING
    told = ProgressTold(stage=case.stage, reason="stage" if _is_new_stage(case, policy) else "silence")
    letters = to_customer(briefing, LetterKind.PROGRESS, about=f"{told.reason}/{case.told_seq}")
    return Verdict(facts=(told,), letters=letters)


def next_notice(case: Case, policy: Policy) -> datetime | None:
    """When the customer must hear how her case stands; None while it is she who is asked, or nobody could tell her."""
    is_hers = any(task.is_customers for task in case.open_tasks)
    if case.told_at is None or case.stage is None or case.stage in _NO_NEWS_OF:
        return None
    if is_hers or not case.reachable_by_mail:
        return None
    if _is_new_stage(case, policy):
        return case.entered_stage_at
    return clocks.due(case.told_at, policy.limits.progress_after_silence, policy.calendar)


def next_look(case: Case, policy: Policy) -> datetime | None:
    """The next moment at which time alone changes anything about a case; None once it is archived."""
    moments = [moment for moment in (next_alarm(case), next_notice(case, policy)) if moment is not None]
    return min(moments, default=None)


def _is_new_stage(case: Case, policy: Policy) -> bool:
    """Whether a stage that the policy has the customer told about ended since she last heard from the house."""
    return case.left_seq > case.told_seq and case.left_stage in policy.limits.progress_after_stages
