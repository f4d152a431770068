"""Work pages: what the page of a manual task shows, to staff the whole case, to a customer only what is hers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.links import Ticket
from adapters.translations import word
from adapters.vocabulary import TABLES
from complaints.acts import acts_open
from complaints.candidates import weigh
from complaints.fitness import unfit
from complaints.words import CUSTOMER, ActKind, RemedyKind, Role, TaskKind
from portal.dossier import Dossier
from portal.intake import categories
from portal.particulars import Measure
from portal.progress import Decided, Progress, decided, progress
from portal.sheets import Sheet
from portal.support import Support, handed, support

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from adapters.house import House
    from complaints.assignment_events import Candidate
    from complaints.briefing import Briefing
    from complaints.case import ManualTask
    from complaints.policy_parts import Intake
    from complaints.words import Language
    from portal.dossier import Note
    from portal.following import Opened
    from portal.previews import Preview


@dataclass(frozen=True)
class Choices:
    """The lists that forms choose from, as (code, name)."""

    categories: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    handlers: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """By department: who can take cases and is present."""
    departments: tuple[tuple[str, str], ...]
    causes: tuple[tuple[str, str], ...]
    remedies: tuple[tuple[str, str], ...]
    grantable: tuple[tuple[str, str], ...]
    """The remedies a handler may grant on her own, where no review stands behind the letter."""
    colleagues: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """By department: who may be given this task."""
    decline_reasons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class StaffPage:
    """A task as a member of staff sees it."""

    token: str
    task: ManualTask
    now: datetime
    dossier: Dossier
    choices: Choices
    intake: Intake
    sheet: Sheet
    takes_files: bool = False
    preview: Preview | None = None
    """The letter as it would be sent, when the writer asked to see it."""
    acts: tuple[ActKind, ...] = ()
    """What else the holder may do about the task."""
    act: ActKind | None = None
    """The act whose form this page is, when it is not the task's own."""
    did: ActKind | None = None
    """The act that was just recorded."""
    support: Support | None = None
    """Help that was asked for with this task, or that this task is."""
    given: Note | None = None
    """What whoever gave her this work wrote to her."""
    candidates: tuple[Candidate, ...] = ()
    """Who was weighed for the case when nobody could take it."""


@dataclass(frozen=True)
class CustomersPage:
    """A task as a customer sees it."""

    task: ManualTask
    now: datetime
    progress: Progress
    decided: Decided | None
    appeal: str
    missing: tuple[str, ...]
    intake: Intake
    today: date
    sheet: Sheet
    track: str


@dataclass(frozen=True)
class ThanksPage:
    """What was recorded, and what happens next."""

    kind: TaskKind
    case_no: str
    at: datetime | None
    is_customers: bool
    track: str
    """The customer's own page; '' for staff."""


def dossier_of(opened: Opened) -> Dossier:
    """The case as staff may read it, without the lists that forms choose from: weighing every colleague costs."""
    return Dossier(opened.briefing, opened.entries, opened.language)


def staff_page(opened: Opened) -> StaffPage:
    """The page without its form."""
    briefing, dossier = opened.briefing, dossier_of(opened)
    return StaffPage(
        token=opened.token,
        task=opened.task,
        now=briefing.now,
        dossier=dossier,
        choices=_choices(opened),
        intake=briefing.policy.intake,
        sheet=Sheet(nonce=""),
        acts=acts_open(briefing, opened.task),
        support=support(dossier, opened.task),
        given=handed(dossier, opened.task),
        candidates=_candidates(opened),
    )


def customers_page(house: House, opened: Opened, sheet: Sheet) -> CustomersPage:
    """The page with its form."""
    briefing = opened.briefing
    return CustomersPage(
        task=opened.task,
        now=briefing.now,
        progress=progress(briefing, opened.entries, opened.language),
        decided=decided(briefing, opened.language),
        appeal=briefing.policy.response.appeal.in_language(opened.language),
        missing=tuple(opened.task.asks.get("missing", "").split()),
        intake=briefing.policy.intake,
        today=Measure.of(house, briefing.policy).today,
        sheet=sheet,
        track=_track(house, opened),
    )


def thanks(house: House, opened: Opened) -> ThanksPage:
    """The page after an answer."""
    return ThanksPage(
        kind=opened.task.kind,
        case_no=opened.ticket.case_no,
        at=opened.task.closed_at,
        is_customers=opened.is_customers,
        track=_track(house, opened) if opened.is_customers else "",
    )


def _track(house: House, opened: Opened) -> str:
    token = house.links.token(Ticket(purpose="track", case_no=opened.ticket.case_no, holder=CUSTOMER))
    return f"/track/{token}"


def _choices(opened: Opened) -> Choices:
    policy, roster, chosen = opened.briefing.policy, opened.briefing.roster, opened.language
    departments = tuple((code, found.name.in_language(chosen)) for code, found in roster.departments.items())
    own = policy.review.authority.get(Role.HANDLER)
    handlers = tuple((name, _handlers(opened.briefing, code)) for code, name in departments)
    return Choices(
        categories=categories(policy, chosen),
        handlers=tuple((name, people) for name, people in handlers if people),
        departments=departments,
        causes=tuple((code, named.in_language(chosen)) for code, named in policy.cause_codes.items()),
        remedies=_remedies(chosen, RemedyKind),
        grantable=_remedies(chosen, own.remedies if own else ()),
        colleagues=_colleagues(opened, departments),
        decline_reasons=tuple((code, word(code, chosen, of="DeclineReason")) for code in TABLES["DeclineReason"]),
    )


def _handlers(briefing: Briefing, department: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (staff_id, person.name)
        for staff_id, person in briefing.roster.members_of(department).items()
        if Role.HANDLER in person.roles and briefing.roster.is_present(staff_id, briefing.now)
    )


def _colleagues(
    opened: Opened, departments: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    task, briefing = opened.task, opened.briefing

    def fits(staff_id: str) -> bool:
        return staff_id != task.assignee and unfit(briefing, task, staff_id) is None

    found = tuple(
        (name, tuple((one, person.name) for one, person in briefing.roster.members_of(code).items() if fits(one)))
        for code, name in departments
    )
    return tuple((name, people) for name, people in found if people)


def _remedies(chosen: Language, kinds: Iterable[RemedyKind]) -> tuple[tuple[str, str], ...]:
    return tuple((kind.value, word(kind, chosen)) for kind in kinds)


def _candidates(opened: Opened) -> tuple[Candidate, ...]:
    if opened.task.kind is not TaskKind.DISPATCH:
        return ()
    weighed = opened.briefing.case.weighed
    return weighed.candidates if weighed else weigh(opened.briefing, opened.task.asks.get("department", ""))
