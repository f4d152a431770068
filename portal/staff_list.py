"""The staff list: who works for the house, for whoever looks after it; each change is a new version with its reason."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters.directory import Stored
from complaints import staffing as rules
from complaints.errors import AnswerWrong, RosterWrong, TryAgain
from complaints.roster_file import write_toml
from complaints.roster_table import write_csv
from portal.my_tasks import SHOWN, Frame, frame
from portal.pages import Page, TheHouse, show
from portal.posting import Posting, read_posting
from portal.problems import WHOLE_FORM, Problem
from portal.sessions import Administrator, Colleague, is_fresh, mark
from portal.sheets import Sheet, again
from portal.staff_entry import DRAWN_FROM

if TYPE_CHECKING:
    from adapters.house import House
    from complaints.staff import Staff

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")

PAGE: Final = "/admin/staff"
_LONGEST_REASON: Final = 400
_ENDINGS: Final = (".toml", ".csv")


@dataclass(frozen=True)
class StaffLine:
    """Somebody of the list."""

    id: str
    person: Staff
    is_here: bool
    """Whether she has not left."""
    is_present: bool


@dataclass(frozen=True)
class StaffListPage:
    """Everybody by department, and what was changed when, by whom and why."""

    frame: Frame
    groups: tuple[tuple[str, tuple[StaffLine, ...]], ...]
    leavers: tuple[StaffLine, ...]
    log: tuple[tuple[Stored, str], ...]
    """Each version with who stored it, by name."""
    sheet: Sheet
    contradictions: tuple[str, ...] = ()
    """What is wrong with a file that was handed in."""


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def read(request: Request, me: Administrator, house: TheHouse) -> Response:
    """The list."""
    drawn_from = (await house.directory.current()).version
    return await _list(request, house, me, Sheet(mark(house, me, PAGE), {DRAWN_FROM: (drawn_from,)}))


@router.post(PAGE)
async def take_in(request: Request, me: Administrator, house: TheHouse) -> Response:
    """Put the roster of a file in force, all of it or nothing."""
    policy = await house.library.current()
    posting = await read_posting(request, policy.intake)
    problems, lines = await _taken_in(request, house, me, posting)
    if not problems:
        log.info("staff.imported", extra={"by": me.id})
        return RedirectResponse(PAGE, status_code=303)
    sheet = again(posting, problems, nonce=mark(house, me, PAGE), language=me.language)
    if any(problem.code == "list_changed" for problem in problems):
        now_read = (await house.directory.current()).version
        sheet = replace(sheet, typed={**sheet.typed, DRAWN_FROM: (now_read,)})
    return await _list(request, house, me, sheet, contradictions=lines)


@router.api_route(f"{PAGE}/export", methods=["GET", "HEAD"])
async def export(me: Administrator, house: TheHouse, form: Literal["toml", "csv"] = "toml") -> Response:
    """The roster in force as a file that can be changed and taken in again."""
    log.info("staff.exported", extra={"by": me.id})
    roster = await house.directory.current()
    # The mark at its beginning has spreadsheets read a table as UTF-8.
    text = f"\ufeff{write_csv(roster)}" if form == "csv" else write_toml(roster)
    named = {"Content-Disposition": f'attachment; filename="roster.{form}"'}
    return Response(text, media_type="text/csv" if form == "csv" else "application/toml", headers=named)


async def _taken_in(
    request: Request, house: House, me: Colleague, posting: Posting
) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """Nothing when the file is in force now; else what is wrong with the form, and with the file line by line."""
    if not is_fresh(request, house, posting, me=me, page=PAGE):
        return (Problem(WHOLE_FORM, "page_stale"),), ()
    if lacking := _lacking(posting):
        return (lacking,), ()
    reason, file, policy = posting.first("reason").strip(), posting.uploads[0], await house.library.current()
    name = _with_small_ending(file.shown_name)
    try:
        text = file.content.decode("utf-8-sig")
        edit = partial(rules.take_in, name=name, text=text, policy=policy)
        guarded = rules.unless_any_changed(edit, drawn_from=posting.first(DRAWN_FROM))
        await house.directory.change(guarded, by=me.id, reason=reason[:_LONGEST_REASON])
    except UnicodeDecodeError:
        return (Problem("evidence", "not_utf8"),), ()
    except RosterWrong as wrong:
        return (Problem("evidence", "roster_lacks"),), tuple(str(wrong).splitlines())
    except (AnswerWrong, TryAgain) as trouble:
        return (Problem(WHOLE_FORM, "list_changed" if isinstance(trouble, AnswerWrong) else "not_recorded"),), ()
    return (), ()


def _lacking(posting: Posting) -> Problem | None:
    """What the form itself lacks, before its file is read."""
    if not posting.first("reason").strip():
        return Problem("reason", "missing")
    if not posting.uploads:
        return Problem("evidence", "missing")
    is_roster = _with_small_ending(posting.uploads[0].shown_name).endswith(_ENDINGS)
    return None if is_roster else Problem("evidence", "roster_ending")


def _with_small_ending(name: str) -> str:
    """A file's name by which its reader is found: old machines write `STAFF.CSV`."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem}{dot}{ending.lower()}"


async def _list(
    request: Request, house: House, me: Colleague, sheet: Sheet, *, contradictions: tuple[str, ...] = ()
) -> Response:
    policy, roster = await house.library.current(), await house.directory.current()
    now = house.clock.now()
    lines = [
        StaffLine(one, person, roster.works_here(one), roster.is_present(one, now))
        for one, person in roster.staff.items()
    ]
    model = StaffListPage(
        frame=frame(house, me, PAGE),
        groups=tuple(
            (
                found.name.in_language(me.language),
                tuple(line for line in lines if line.person.department == code and line.is_here),
            )
            for code, found in roster.departments.items()
        ),
        leavers=tuple(line for line in lines if not line.is_here),
        log=tuple((stored, roster.name_of(stored.by)) for stored in (await house.directory.log())[:SHOWN]),
        sheet=sheet,
        contradictions=contradictions,
    )
    return show(request, Page("admin/staff.html", me.language, policy, model, 422 if sheet.problems else 200))
