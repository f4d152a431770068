"""Forms: what a member of staff sent from a page of her own is recorded, or comes back with all that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from fastapi.responses import RedirectResponse

from complaints.errors import AnswerWrong, TryAgain
from portal.posting import read_posting
from portal.problems import WHOLE_FORM, Problem, from_rules
from portal.sessions import is_fresh, mark
from portal.sheets import again, status_for

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fastapi import Request, Response
    from pydantic import BaseModel

    from adapters.house import House
    from portal.posting import Posting
    from portal.sessions import Colleague
    from portal.sheets import Sheet


@dataclass(frozen=True)
class Sent:
    """A form on its way: the request that carries it, whose it is, and the page that it was opened on."""

    request: Request
    house: House
    me: Colleague
    page: str


class ShowAgain(Protocol):
    """Shows the page of a form with what was typed and what is wrong with it."""

    async def __call__(self, sheet: Sheet, *, status: int) -> Response: ...


async def take(
    sent: Sent, form: type[BaseModel], *, record: Callable[[Posting], Awaitable[str]], show_again: ShowAgain
) -> Response:
    """Lead on to the address that `record` returns; whatever does not fit, AnswerWrong, is told at its field."""
    house, me = sent.house, sent.me
    posting = await read_posting(sent.request, (await house.library.current()).intake)
    try:
        if is_fresh(sent.request, house, posting, me=me, page=sent.page):
            return RedirectResponse(await record(posting), status_code=303)
        problems: tuple[Problem, ...] = (Problem(WHOLE_FORM, "page_stale"),)
    except AnswerWrong as wrong:
        problems = from_rules(wrong, form)
    except TryAgain:
        problems = (Problem(WHOLE_FORM, "not_recorded"),)
    sheet = again(posting, problems, nonce=mark(house, me, sent.page), language=me.language)
    return await show_again(sheet, status=status_for(problems))
