"""Following: from an emailed link to the manual task behind it, for whoever holds the link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request

from adapters.links import Ticket
from complaints.briefing import Briefing
from complaints.case import ManualTask
from complaints.chain import Entry
from complaints.errors import NoSuchCase
from complaints.words import CUSTOMER, Language, TaskKind
from portal import language
from portal.pages import TheHouse
from portal.standing import Standing, reader_of, standing

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Opened:
    """A link that was followed: who holds it, and the case and task behind it as they stand."""

    token: str
    ticket: Ticket
    briefing: Briefing
    entries: Sequence[Entry]
    task: ManualTask
    language: Language

    @property
    def standing(self) -> Standing:
        """What the link may still do."""
        return standing(self.ticket, self.task)

    @property
    def is_customers(self) -> bool:
        """Whether the customer follows it."""
        return self.ticket.holder == CUSTOMER


async def follow(request: Request, token: str, house: TheHouse) -> Opened:
    """The task behind a link; LinkForged, LinkExpired or NoSuchCase when there is none to show."""
    ticket = house.links.read(token, "task")
    briefing = await house.casebook.brief(ticket.case_no, with_loads=False)
    if ticket.holder != CUSTOMER and not briefing.roster.works_here(ticket.holder):
        message = f"the holder of this link to {ticket.case_no} is not on the staff"
        raise NoSuchCase(message)
    task = briefing.case.tasks.get(ticket.task_id)
    if task is None:
        message = f"there is no task {ticket.task_id} in {ticket.case_no}"
        raise NoSuchCase(message)
    if task.kind is TaskKind.DISPATCH:
        # Its page weighs the candidates.
        briefing = await house.casebook.with_loads(briefing)
    reader = reader_of(ticket, roster=briefing.roster, case_language=briefing.case.language)
    return Opened(
        token=token,
        ticket=ticket,
        briefing=briefing,
        entries=(await house.casebook.file_of(briefing.case)).entries,
        task=task,
        language=language.choose(request, reader=reader),
    )
