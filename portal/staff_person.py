"""Somebody of the staff list: who she is, when she is away, and that she leaves; each a new version with its reason."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters.queues import QueueLine, cases_in_hands_of, open_tasks
from adapters.translations import word
from adapters.vocabulary import TABLES
from complaints import staffing as rules
from complaints.absences import AbsenceForm, go_away
from complaints.answering import fill
from complaints.errors import AnswerWrong, NoSuchCase, RosterWrong, TryAgain
from complaints.policy_checks import category_codes
from complaints.staffing import LeaveForm, StaffForm, StayForm
from complaints.words import Language, Role
from portal import desk
from portal.answers import filled_in
from portal.away import colleagues
from portal.my_tasks import SHOWN, Frame, frame
from portal.pages import Page, TheHouse, show
from portal.posting import NONCE, Posting, read_posting
from portal.problems import WHOLE_FORM, Problem, from_rules
from portal.security import Nonces
from portal.sessions import Administrator, Colleague, is_fresh, mark
from portal.sheets import Sheet, again, status_for
from portal.staff_entry import DRAWN_FROM, LEAVING_DRAWN_FROM, Beside, beside, marks_of, typed_of

if TYPE_CHECKING:
    from adapters.house import House
    from complaints.policy import Policy
    from complaints.roster import Roster

router = APIRouter(include_in_schema=False)
log = logging.getLogger("redress.portal")

LIST: Final = "/admin/staff"
PAGE: Final = "/admin/staff/person"


@dataclass(frozen=True)
class PersonPage:
    """One member of staff, or a new one."""

    frame: Frame
    id: str
    """'' for a new one."""
    name: str
    today: date
    left: date | None
    departments: tuple[tuple[str, str], ...]
    roles: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]
    skills: tuple[tuple[str, str], ...]
    colleagues: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    reasons: tuple[tuple[str, str], ...]
    tasks: tuple[QueueLine, ...]
    sheet: Sheet
    contradictions: tuple[str, ...] = ()
    """What the house would lack, in the words of `redress policy check`."""
    stuck: tuple[str, ...] = ()
    """Cases whose work could not be handed over just now."""
    beside: tuple[Beside, ...] = ()
    """What somebody else wrote since the form was opened, beside what was typed."""


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def person(request: Request, me: Administrator, house: TheHouse, id: str = "") -> Response:  # noqa: A002  the address's word
    """One of them, or the empty form of a new one."""
    roster = await house.directory.current()
    _known(roster, id)
    sheet = Sheet(nonce=mark(house, me, _about(id)), typed=typed_of(roster, id))
    return await _page(request, house, me, _Shown(id, sheet))


@router.post(PAGE)
async def change(request: Request, me: Administrator, house: TheHouse, id: str = "") -> Response:  # noqa: A002
    """Write down who she is, when she is away, or that she leaves; whatever does not fit comes back as it was typed."""
    posting = await read_posting(request, (await house.library.current()).intake)
    act = _ACTS.get(posting.first("act"), _enter)
    try:
        if not is_fresh(request, house, posting, me=me, page=_about(id)):
            raise AnswerWrong({WHOLE_FORM: "page_stale"})  # noqa: TRY301  answered like all that is wrong
        stuck = await act(house, me, posting, id)
    except AnswerWrong as wrong:
        problems = _at_home(from_rules(wrong, StaffForm), posting.first("act"))
        return await _form_again(request, house, me, posting, staff_id=id, problems=problems)
    except TryAgain:
        problem = Problem(WHOLE_FORM, "not_recorded")
        return await _form_again(request, house, me, posting, staff_id=id, problems=(problem,))
    except RosterWrong as wrong:
        lines = tuple(str(wrong).splitlines())
        problem = Problem(WHOLE_FORM, "roster_lacks")
        return await _form_again(request, house, me, posting, staff_id=id, problems=(problem,), contradictions=lines)
    log.info("staff.changed", extra={"by": me.id, "staff": id or posting.first("id")})
    if stuck:
        problem = Problem(WHOLE_FORM, "not_handed_over")
        return await _form_again(request, house, me, posting, staff_id=id, problems=(problem,), stuck=stuck)
    return RedirectResponse(LIST, status_code=303)


async def _enter(house: House, me: Colleague, posting: Posting, staff_id: str) -> tuple[str, ...]:
    form = fill(StaffForm, filled_in(StaffForm, posting))
    policy, who = await house.library.current(), staff_id or posting.first("id").strip()
    _known(await house.directory.current(), staff_id)
    edit: rules.Edit = partial(rules.enter, staff_id=who, form=form, policy=policy, is_new=not staff_id)
    if staff_id:
        edit = rules.unless_changed(edit, staff_id, fields=rules.ENTRY, drawn_from=posting.first(DRAWN_FROM))
    await house.directory.change(edit, by=me.id, reason=form.reason)
    return ()


async def _note_absence(house: House, me: Colleague, posting: Posting, staff_id: str) -> tuple[str, ...]:
    fields = filled_in(AbsenceForm, posting)
    fields = {**fields, "reason": posting.first("why_away") or "other"}
    form, today = fill(AbsenceForm, fields), (await house.directory.current()).day_of(house.clock.now())
    _known(await house.directory.current(), staff_id)
    await house.directory.change(
        lambda roster: go_away(roster, staff_id, form, today=today), by=me.id, reason="absence_noted_for"
    )
    return ()


async def _leave(house: House, me: Colleague, posting: Posting, staff_id: str) -> tuple[str, ...]:
    """Mark her as leaving; if she is gone already hand over all that she has, and tell where it did not work just now.

    Until her day comes she works on; what she has then goes to her heir by itself (adapters/leavers.py).
    """
    fields = {**filled_in(LeaveForm, posting), "reason": posting.first("why_left").strip()}
    form, policy = (
        fill(LeaveForm, {name: value for name, value in fields.items() if value}),
        await house.library.current(),
    )
    _known(await house.directory.current(), staff_id)
    edit = partial(rules.leave, staff_id=staff_id, form=form, policy=policy)
    await house.directory.change(_guarded(edit, posting, staff_id), by=me.id, reason=form.reason)
    if (await house.directory.current()).works_here(staff_id):
        return ()
    nonce = Nonces(house.cipher).read(posting.first(NONCE), me.about(_about(staff_id))) or ""
    press, stuck = desk.Press(me.id, nonce, {}), []
    for case_no in await cases_in_hands_of(house.database, staff_id):
        try:
            await desk.release(house, case_no, press, leaver=staff_id, heir=form.heir)
        except (TryAgain, NoSuchCase):
            stuck.append(case_no)
    return tuple(stuck)


async def _stay(house: House, me: Colleague, posting: Posting, staff_id: str) -> tuple[str, ...]:
    form = fill(StayForm, {"reason": posting.first("why_stays")})
    policy = await house.library.current()
    _known(await house.directory.current(), staff_id)
    edit = partial(rules.stay, staff_id=staff_id, policy=policy)
    await house.directory.change(_guarded(edit, posting, staff_id), by=me.id, reason=form.reason)
    return ()


def _guarded(edit: rules.Edit, posting: Posting, staff_id: str) -> rules.Edit:
    """Who says that somebody leaves, or stays, overwrites nothing of which she has not read."""
    drawn_from = posting.first(LEAVING_DRAWN_FROM)
    return rules.unless_changed(edit, staff_id, fields=rules.LEAVING, drawn_from=drawn_from)


_ACTS: Final = {"enter": _enter, "away": _note_absence, "leave": _leave, "stay": _stay}


def _at_home(problems: tuple[Problem, ...], act: str) -> tuple[Problem, ...]:
    """Each problem at the form that was sent: several of the page ask for reasons, under names of their own."""
    home = {"leave": "why_left", "stay": "why_stays"}.get(act, "reason")
    return tuple(replace(one, field=home) if one.field == "reason" else one for one in problems)


def _known(roster: Roster, staff_id: str) -> None:
    if staff_id and staff_id not in roster.staff:
        message = f"{staff_id} is not on the staff"
        raise NoSuchCase(message)


def _about(staff_id: str) -> str:
    return f"{PAGE}/{staff_id}"


@dataclass(frozen=True)
class _Shown:
    """What a page of somebody shows beside the lists to choose from."""

    id: str
    sheet: Sheet
    status: int = 200
    contradictions: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()
    has_changed: bool = False
    """Whether somebody else changed since what the form was drawn from."""


async def _form_again(
    request: Request,
    house: House,
    me: Colleague,
    posting: Posting,
    *,
    staff_id: str,
    problems: tuple[Problem, ...],
    **more: Any,  # noqa: ANN401  what the page shows besides
) -> Response:
    sheet = again(posting, problems, nonce=mark(house, me, _about(staff_id)), language=me.language)
    roster = await house.directory.current()
    # The other forms of the page were not sent: they show what is known.
    is_other = posting.first("act") not in {"", "enter"}
    known = typed_of(roster, staff_id) if is_other else marks_of(roster, staff_id)
    has_changed = any(problem.code == "entry_changed" for problem in problems)
    now_read = marks_of(roster, staff_id) if has_changed else {}
    sheet = replace(sheet, typed={**known, **posting.fields, **now_read})
    shown = _Shown(staff_id, sheet, status_for(problems), has_changed=has_changed, **more)
    return await _page(request, house, me, shown)


async def _page(request: Request, house: House, me: Colleague, shown: _Shown) -> Response:
    policy, roster = await house.library.current(), await house.directory.current()
    known = roster.staff.get(shown.id)
    model = PersonPage(
        frame=frame(house, me, LIST),
        id=shown.id,
        name=known.name if known else "",
        today=roster.day_of(house.clock.now()),
        left=known.left if known else None,
        departments=tuple((code, found.name.in_language(me.language)) for code, found in roster.departments.items()),
        roles=tuple((role.value, word(role, me.language)) for role in Role),
        languages=tuple((tongue.value, word(tongue, me.language)) for tongue in Language),
        skills=_skills(policy, me.language),
        colleagues=colleagues(roster, me, but=shown.id),
        reasons=tuple((code, word(code, me.language, of="AbsenceReason")) for code in TABLES["AbsenceReason"]),
        tasks=tuple(await open_tasks(house.database, (shown.id,), most=SHOWN)) if shown.id else (),
        sheet=shown.sheet,
        contradictions=shown.contradictions,
        stuck=shown.stuck,
    )
    if shown.has_changed:
        model = replace(model, beside=beside(roster, shown.id, shown.sheet.typed, _words(model)))
    return show(request, Page("admin/person.html", me.language, policy, model, shown.status))


def _words(model: PersonPage) -> dict[str, dict[str, str]]:
    """What the codes of the page are called, by field."""
    people = {one: name for _, group in model.colleagues for one, name in group}
    tongues = dict(model.languages)
    return {
        "department": dict(model.departments),
        "roles": dict(model.roles),
        "language": tongues,
        "languages": tongues,
        "skills": dict(model.skills),
        "heir": people,
    }


def _skills(policy: Policy, language: Language) -> tuple[tuple[str, str], ...]:
    return tuple((code, policy.category_name(code, language)) for code in category_codes(policy))
