"""The outbox page: letters that wait or died, with the reason, for the operator to send again."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters.letter_list import count_unsent, list_unsent, revive
from adapters.links import Ticket
from complaints.letters import LetterKind
from complaints.words import CUSTOMER
from portal import language
from portal.pages import Page, TheHouse, show
from portal.posting import read_posting
from portal.security import Nonces, stale_page
from portal.sheets import Sheet, again, status_for
from portal.standing import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.house import House
    from complaints.roster import Roster
    from models.tables import LetterRow
    from portal.problems import Problem

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")

OPERATOR: Final = "operator"
"""Holder of the link that the command line prints; whoever may run commands here may hold it."""

ALL: Final = "all"
_SHOWN: Final = 200


@dataclass(frozen=True)
class OutboxPage:
    """The letters of the outbox, the dead ones first."""

    sheet: Sheet
    rows: Sequence[LetterRow]
    counts: Mapping[str, int]
    """How many there are by status, whether shown or not."""
    roster: Roster
    revived: int | None

    @property
    def shown(self) -> int:
        """How many are listed one by one."""
        return len(self.dead) + len(self.waiting)

    @property
    def dead(self) -> Sequence[LetterRow]:
        """Those that nobody will try again unless told so."""
        return [row for row in self.rows if row.status == "dead"]

    @property
    def waiting(self) -> Sequence[LetterRow]:
        """Those that leave by themselves."""
        return [row for row in self.rows if row.status == "waiting"]

    def kind(self, row: LetterRow) -> LetterKind:
        """Which letter it is."""
        return LetterKind(row.kind)

    def recipient(self, row: LetterRow) -> str:
        """A member of staff by name; '' for the customer, who is nobody's to read here."""
        return "" if row.recipient == CUSTOMER else name_of(row.recipient, self.roster) or row.recipient


def address(house: House) -> str:
    """The link that opens this page."""
    return house.links.address(Ticket("outbox", "", OPERATOR))


@router.api_route("/outbox/{token}", methods=["GET", "HEAD"])
async def read(request: Request, token: str, house: TheHouse, revived: int | None = None) -> Response:
    """What is not out yet."""
    house.links.read(token, "outbox")
    return await _page(request, house, Sheet(nonce=Nonces(house.cipher).fresh(token)), revived=revived)


@router.post("/outbox/{token}")
async def send_again(request: Request, token: str, house: TheHouse) -> Response:
    """Hand one dead letter, or all of them, to the post room once more. Pressing twice sends nothing twice."""
    house.links.read(token, "outbox")
    posting = await read_posting(request, (await house.library.current()).intake)
    if problems := stale_page(request, house, posting, about=token):
        return await _refuse(request, house, token, problems)
    wanted = posting.first("letter")
    ids = None if wanted == ALL else [int(wanted)] if wanted.isdecimal() and len(wanted) < 18 else []  # noqa: PLR2004  a bigint
    revived = await revive(house.database, ids, now=house.clock.now())
    log.info("letters.revived", extra={"letters": revived})
    return RedirectResponse(f"/outbox/{token}?revived={revived}", status_code=303)


async def _refuse(request: Request, house: House, token: str, problems: tuple[Problem, ...]) -> Response:
    posting = await read_posting(request, (await house.library.current()).intake)
    sheet = again(posting, problems, nonce=Nonces(house.cipher).fresh(token), language=language.choose(request))
    return await _page(request, house, sheet, status=status_for(problems))


async def _page(
    request: Request, house: House, sheet: Sheet, *, status: int = 200, revived: int | None = None
) -> Response:
    policy = await house.library.current()
    rows = await list_unsent(house.database, most=_SHOWN)
    counts = await count_unsent(house.database)
    model = OutboxPage(sheet, rows, counts, await house.directory.current(), revived)
    return show(request, Page("outbox.html", language.choose(request), policy, model, status))
