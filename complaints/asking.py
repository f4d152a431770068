"""Asking: how a rule opens a manual task, with its deadline, its warning and the letter that carries the link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints import clocks
from complaints.briefing import Verdict
from complaints.letters import LetterKind, LetterOrder
from complaints.people import hours_of
from complaints.standing_in import reach
from complaints.words import CUSTOMER, Stage, TaskKind
from complaints.work_events import TaskAsked

if TYPE_CHECKING:
    from datetime import datetime

    from complaints.briefing import Briefing
    from complaints.durations import Duration

_CUSTOMERS_LETTER = {
    TaskKind.COMPLETION: LetterKind.INFORMATION_REQUEST,
    TaskKind.DECISION: LetterKind.DECISION,
    TaskKind.SURVEY: LetterKind.SURVEY,
}


def ask(  # noqa: PLR0913  one question has this many parts, each named at the call
    briefing: Briefing,
    kind: TaskKind,
    *,
    assignee: str,
    department: str | None = None,
    within: Duration | None = None,
    no_later_than: datetime | None = None,
    asks: dict[str, str] | None = None,
    nth: int = 1,
) -> Verdict:
    """Open a manual task for `assignee`, or for whoever stands in for her, and order the letter that asks.

    `within` is the time allowed, by default the policy's for this kind; `no_later_than` caps it unless it is over
    already; `nth` numbers several of one kind asked in one breath.
    """
    case, policy, asks = briefing.case, briefing.policy, asks or {}
    length = within or policy.limits.tasks[kind]
    due_at = clocks.due(briefing.now, length, policy.calendar)
    if no_later_than and briefing.now < no_later_than < due_at:
        due_at = no_later_than
    reached = reach(briefing, kind, assignee, department=department, asks=asks)
    asked = TaskAsked(
        task_id=f"{kind.value}-{len(case.tasks_of(kind, this_visit=False)) + nth}",
        kind=kind,
        stage=case.stage or Stage.ARCHIVING,
        assignee=reached.staff_id,
        department=department,
        within=str(length),
        warn_at=clocks.warning(briefing.now, due_at, policy.limits.warning_fraction, hours_of(briefing, assignee)),
        due_at=due_at,
        asks=asks,
        substitute_of=reached.substitute_of,
    )
    return Verdict(facts=(asked,), letters=(task_letter(asked.task_id, kind, asked.assignee),))


def task_letter(task_id: str, kind: TaskKind, assignee: str) -> LetterOrder:
    """The letter that brings a task's link to its assignee."""
    letter = _CUSTOMERS_LETTER[kind] if assignee == CUSTOMER else LetterKind.TASK_ASKED
    return LetterOrder(kind=letter, to=assignee, key=f"{letter}/{task_id}/{assignee}", task_id=task_id)


def to_customer(briefing: Briefing, kind: LetterKind, *, about: str = "", **details: str) -> tuple[LetterOrder, ...]:
    """A letter to the customer, or none when no mail reaches her."""
    if not briefing.case.reachable_by_mail:
        return ()
    return (LetterOrder(kind=kind, to=CUSTOMER, key=f"{kind}/{about}", details=tuple(sorted(details.items()))),)
