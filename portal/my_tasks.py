"""My tasks: what a member of staff is asked for, the most urgent first, and the cases she answers for."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adapters.findings import Findings
from adapters.links import Ticket
from adapters.queues import QueueLine, cases_handled_by, open_tasks
from complaints.words import Stage
from portal.pages import Page, TheHouse, show
from portal.sessions import Colleague, Me, mark

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.house import House
    from complaints.policy import Policy
    from models.tables import CaseRow

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")

SHOWN: Final = 200


@dataclass(frozen=True)
class Frame:
    """What every page of staff's own has around it: whose it is, and the mark of the button that signs out."""

    me: Colleague
    leaving: str
    here: str
    """The page's own address, which the menu marks."""


@dataclass(frozen=True)
class TaskLine:
    """An open task as a list shows it."""

    queued: QueueLine
    category: str
    level: str
    """Both by name; '' before classification."""
    link: str
    """A fresh link for its assignee; '' where the reader is somebody else."""

    def is_late(self, now: datetime) -> bool:
        """Whether its deadline has passed."""
        return now >= self.queued.due_at


@dataclass(frozen=True)
class CaseLine:
    """A case that somebody handles."""

    case_no: str
    stage: Stage | None
    """None once archived."""
    category: str
    level: str
    received_at: datetime
    link: str


@dataclass(frozen=True)
class MyTasksPage:
    """Her open tasks and her cases."""

    frame: Frame
    now: datetime
    tasks: tuple[TaskLine, ...]
    cases: tuple[CaseLine, ...]
    findings: int = 0
    """How many open findings of the internal audit are hers."""

    @property
    def late(self) -> int:
        """How many of her tasks are overdue."""
        return sum(1 for task in self.tasks if task.is_late(self.now))


@router.api_route("/me", methods=["GET", "HEAD"])
async def read(request: Request, me: Me, house: TheHouse) -> Response:
    """What she is asked for."""
    policy = await house.library.current()
    queued = await open_tasks(house.database, (me.id,), most=SHOWN)
    handled = await cases_handled_by(house.database, me.id, most=SHOWN)
    model = MyTasksPage(
        frame=frame(house, me, "/me"),
        now=house.clock.now(),
        tasks=tuple(task_line(house, policy, me, queued=one) for one in queued),
        cases=tuple(_case_line(house, policy, me, row=row) for row in handled),
        findings=await Findings(house).count_open(me.id),
    )
    return show(request, Page("me/tasks.html", me.language, policy, model))


def frame(house: House, me: Colleague, here: str) -> Frame:
    """The frame of a page of staff's own."""
    return Frame(me, mark(house, me, "/me/sign-out"), here)


def task_line(house: House, policy: Policy, me: Colleague, *, queued: QueueLine) -> TaskLine:
    """A queued task with the names of its codes, and the link if it is the reader's own."""
    is_mine = queued.assignee == me.id
    ticket = Ticket("task", queued.case_no, me.id, queued.task_id)
    return TaskLine(
        queued=queued,
        category=policy.category_name(queued.category, me.language) if queued.category else "",
        level=level_name(policy, queued.level, me),
        link=f"/task/{house.links.token(ticket)}" if is_mine else view_link(house, me, queued.case_no),
    )


def _case_line(house: House, policy: Policy, me: Colleague, *, row: CaseRow) -> CaseLine:
    return CaseLine(
        case_no=row.case_no,
        stage=Stage(row.stage or Stage.ARCHIVING),
        category=policy.category_name(row.category, me.language) if row.category else "",
        level=level_name(policy, row.level, me),
        received_at=row.received_at,
        link=view_link(house, me, row.case_no),
    )


def level_name(policy: Policy, level: str, me: Colleague) -> str:
    """A level by name, in the reader's language."""
    named = policy.grading.level_names.get(level)
    return named.in_language(me.language) if named else level


def view_link(house: House, me: Colleague, case_no: str) -> str:
    """A fresh link of the reader's own to a case, for reading; opening it is logged."""
    return f"/view/{house.links.token(Ticket('view', case_no, me.id))}"
