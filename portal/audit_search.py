"""The auditor's search: cases by what is known of them, and the numbers of a person's cases."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from adapters.audit_search import Found, Sought, deviations, find
from adapters.people_index import cases_of_person
from portal.audit_pages import CaseLine, Choices, case_line, case_link, choices
from portal.my_tasks import Frame, frame
from portal.names import names_of
from portal.pages import Page, TheHouse, show
from portal.particulars import Measure, check
from portal.periods import beginning, day_of, end, wrong_days
from portal.posting import read_posting
from portal.problems import WHOLE_FORM, Problem, tell
from portal.sessions import Auditor, Colleague, is_fresh, mark
from portal.sheets import Sheet, again, status_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.house import House
    from portal.posting import Posting

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")

PAGE: Final = "/audit"
_SHOWN: Final = 50
_LAST_PAGE: Final = 10_000
_LOOKED_AT: Final = 2000
"""How many histories one search holds against the model, at some milliseconds each; a link leads to those before."""
_FARTHEST: Final = 100_000_000
FIELDS: Final = (
    "number",
    "since",
    "until",
    "category",
    "level",
    "department",
    "handler",
    "outcome",
    "state",
    "escalated",
    "deviation",
)


@dataclass(frozen=True)
class SearchPage:
    """What was asked, and what was found."""

    frame: Frame
    asked: Sheet
    person: Sheet
    choices: Choices
    cases: tuple[CaseLine, ...] = ()
    total: int = 0
    number: int = 1
    has_more: bool = False
    rest: str = ""
    """The query for another page, up to that page's number."""
    looked_at: int | None = None
    """How many histories were looked at, where only those that deviate were asked for."""
    beyond: int = 0
    """How many cases that match are newer than those that were looked at."""
    earlier: str = ""
    """The query that looks at the histories before these; '' when there are none."""
    persons: tuple[tuple[str, str], ...] | None = None
    """Number and link of the cases of a person, where one was asked for."""


class Place(BaseModel):
    """Which part of what was found is asked for."""

    page: int = Field(default=1, ge=1, le=_LAST_PAGE)
    beyond: int = Field(default=0, ge=0, le=_FARTHEST)
    """How many newer histories are passed over where only those that deviate are asked for."""


@dataclass(frozen=True)
class Hits:
    """The cases of one page, with what is wrong with them."""

    found: Found
    wrong: Mapping[str, tuple[str, ...]]
    looked_at: int | None = None
    is_cut: bool = False
    """Whether older cases match too, which were not looked at."""


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def read(request: Request, me: Auditor, house: TheHouse, place: Annotated[Place, Query()]) -> Response:
    """What matches the query; of those that deviate, among the histories beyond so many newer ones."""
    told = {name: (request.query_params.get(name, "").strip(),) for name in FIELDS}
    problems = wrong_days({name: text for name, (text,) in told.items()})
    asked = Sheet("", typed=told, problems=tell(problems, me.language))
    if problems:
        return await _show(request, house, me, replace(await _blank(house, me), asked=asked), status=422)
    zone = (await house.library.current()).calendar.timezone
    sought = _sought(asked, zone)
    skip = (place.page - 1) * _SHOWN
    if asked.value("deviation"):
        beyond = place.beyond
        hits = await _deviating(house, sought, skip, beyond=beyond)
    else:
        hits, beyond = await _matching(house, sought, skip), 0
    names = await names_of(house, me.language)
    query = [(name, text) for name, (text,) in told.items() if text]
    rest = urlencode([*query, *([("beyond", beyond)] if beyond else [])])
    model = replace(
        await _blank(house, me),
        asked=asked,
        cases=tuple(case_line(house, me, row, names, wrong=hits.wrong.get(row.case_no, ())) for row in hits.found.rows),
        total=hits.found.total,
        number=place.page,
        has_more=hits.found.total > skip + _SHOWN,
        rest=f"{rest}&" if rest else "",
        looked_at=hits.looked_at,
        beyond=beyond,
        earlier=urlencode([*query, ("beyond", beyond + _LOOKED_AT)]) if hits.is_cut else "",
    )
    return await _show(request, house, me, model)


@router.post(PAGE)
async def find_person(request: Request, me: Auditor, house: TheHouse) -> Response:
    """The numbers of a person's cases; her contact stands in no address, log or answer."""
    posting = await read_posting(request, (await house.library.current()).intake)
    problems, contact = await _contact(request, house, me, posting)
    found = () if problems else await cases_of_person(house, **contact)
    log.info("audit.person_sought", extra={"by": me.id, "cases": len(found)})
    model = await _blank(house, me)
    if problems:
        sheet = again(posting, problems, nonce=mark(house, me, PAGE), language=me.language)
        return await _show(request, house, me, replace(model, person=sheet), status=status_for(problems))
    links = tuple((number, case_link(house, me, number)) for number in reversed(found))
    return await _show(request, house, me, replace(model, persons=links))


async def _contact(
    request: Request, house: House, me: Colleague, posting: Posting
) -> tuple[tuple[Problem, ...], dict[str, str]]:
    """The contact that was typed, as an address or a number; it must be one, as at intake."""
    if not is_fresh(request, house, posting, me=me, page=PAGE):
        return (Problem(WHOLE_FORM, "page_stale"),), {}
    contact = posting.first("contact").strip()
    if not contact:
        return (Problem("contact", "missing"),), {}
    kind = "email" if "@" in contact else "phone"
    checked = check({kind: contact}, Measure.of(house, await house.library.current()))
    if checked.problems:
        return (Problem("contact", checked.problems[0].code),), {}
    return (), {kind: str(checked.values[kind])}


async def _matching(house: House, sought: Sought, skip: int) -> Hits:
    return Hits(await find(house.database, sought, skip=skip, most=_SHOWN), {})


async def _deviating(house: House, sought: Sought, skip: int, *, beyond: int) -> Hits:
    """Only those whose history is not what the process allows, or not what was written."""
    found = await find(house.database, sought, skip=beyond, most=_LOOKED_AT)
    wrong = await deviations(house.database, found.rows)
    rows = [row for row in found.rows if row.case_no in wrong]
    there: Sequence[object] = found.rows
    is_cut = found.total > beyond + len(there)
    return Hits(Found(rows[skip : skip + _SHOWN], len(rows)), wrong, len(there), is_cut=is_cut)


def _sought(asked: Sheet, zone: str) -> Sought:
    yes_no = {"yes": True, "no": False, "open": True, "closed": False}
    return Sought(
        number=asked.value("number").upper(),
        since=beginning(day_of(asked.value("since")), zone),
        before=end(day_of(asked.value("until")), zone),
        category=asked.value("category"),
        level=asked.value("level"),
        department=asked.value("department"),
        handler=asked.value("handler"),
        outcome=asked.value("outcome"),
        is_open=yes_no.get(asked.value("state")),
        was_escalated=yes_no.get(asked.value("escalated")),
    )


async def _blank(house: House, me: Colleague) -> SearchPage:
    """What stands on the page whatever was asked."""
    policy, roster = await house.library.current(), await house.directory.current()
    return SearchPage(
        frame=frame(house, me, PAGE),
        asked=Sheet(""),
        person=Sheet(mark(house, me, PAGE)),
        choices=choices(policy, roster, me.language),
    )


async def _show(request: Request, house: House, me: Colleague, model: SearchPage, *, status: int = 200) -> Response:
    page = Page("audit/search.html", me.language, await house.library.current(), model, status)
    return show(request, page)
