"""Drafting: the parts that letters share, drawn from an order, the case as it stands and the reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypedDict

from complaints import correspondence as says
from complaints.clocks_of_case import latest
from complaints.errors import GiveUp
from complaints.policy_answers import AnswerLetter
from complaints.words import CUSTOMER, Language

if TYPE_CHECKING:
    from datetime import datetime

    from complaints.briefing import Briefing
    from complaints.case import ManualTask
    from complaints.letters import LetterOrder
    from complaints.papers import PaperRef
    from complaints.policy import Policy
    from complaints.roster import Roster
    from complaints.staff import Staff
    from complaints.work_events import Remedy

_LONGEST_EXCERPT = 600


@dataclass(frozen=True)
class Addresses:
    """The links that a letter may carry, signed for its reader."""

    task: str
    track: str
    view: str


@dataclass(frozen=True)
class Draft:
    """A letter about to be composed: the order, the case as it stands, the reader's language and links."""

    briefing: Briefing
    order: LetterOrder
    addresses: Addresses
    language: Language

    @property
    def policy(self) -> Policy:
        """The rules and names of the case's house."""
        return self.briefing.policy

    @property
    def roster(self) -> Roster:
        """The people of the house."""
        return self.briefing.roster

    @property
    def task(self) -> ManualTask:
        """The manual task that the letter is about; GiveUp when the order names none."""
        task = self.briefing.case.tasks.get(self.order.task_id or "")
        if task is None:
            raise GiveUp(f"a letter {self.order.kind} names no manual task of its case")
        return task

    @property
    def details(self) -> dict[str, str]:
        """What the rules noted for this letter."""
        return dict(self.order.details)


def language_of(briefing: Briefing, recipient: str) -> Language:
    """The language a recipient is written to in; GiveUp when the house knows no such person."""
    return briefing.case.language if recipient == CUSTOMER else _staff(briefing.roster, recipient).language


def address_of(briefing: Briefing, recipient: str) -> str:
    """The e-mail address of a recipient; GiveUp when there is none."""
    address = briefing.record.email if recipient == CUSTOMER else _staff(briefing.roster, recipient).email
    if not address:
        raise GiveUp("the recipient has no e-mail address")
    return address


def _staff(roster: Roster, staff_id: str) -> Staff:
    if staff_id not in roster.staff:
        raise GiveUp("the recipient is not on the roster")
    return roster.staff[staff_id]


def head(draft: Draft) -> says.Letterhead:
    house, to = draft.policy.house, draft.order.to
    return says.Letterhead(
        case_no=draft.briefing.case.case_no,
        house=house.name.in_language(draft.language),
        address=house.address.in_language(draft.language),
        email=house.email,
        phone=house.phone,
        reader=draft.briefing.record.who if to == CUSTOMER else _staff(draft.roster, to).name,
        language=draft.language,
        written_at=draft.briefing.now,
    )


def work(draft: Draft, *, link: str = "") -> says.Work:
    task = draft.task
    return says.Work(kind=task.kind, due_at=task.due_at, link=link or draft.addresses.task)


def matter(draft: Draft) -> says.Matter:
    case, policy, record = draft.briefing.case, draft.policy, draft.briefing.record
    classified = case.classification
    return says.Matter(
        customer=record.who,
        category=policy.category_name(classified.category, draft.language) if classified else "",
        level=_level_name(policy, classified.level, draft.language) if classified else "",
        channel=case.channel,
        received_at=case.received_at or draft.briefing.now,
        item=record.item,
        expected_remedy=record.expected_remedy,
        detail=record.detail[:_LONGEST_EXCERPT],
        follows=record.follows,
    )


def _level_name(policy: Policy, level: str, language: Language) -> str:
    named = policy.grading.level_names.get(level)
    return named.in_language(language) if named else level


def person(draft: Draft, staff_id: str) -> str:
    """A name for people to read; an id that no roster knows stays an id."""
    return draft.roster.name_of(staff_id)


def department(draft: Draft, code: str) -> str:
    known = draft.roster.departments.get(code)
    return known.name.in_language(draft.language) if known else ""


def offers(draft: Draft, remedies: tuple[Remedy, ...]) -> tuple[says.Offer, ...]:
    currency = draft.policy.review.currency
    return tuple(says.Offer(kind=remedy.kind, amount=remedy.amount, currency=currency) for remedy in remedies)


def promised(draft: Draft, clock: Literal["first_response", "resolve"]) -> datetime:
    """When a clock runs out; before it was started, the latest moment that any level would give it."""
    return latest(draft.briefing, clock)


def paper_text(draft: Draft, paper: PaperRef | None, field: str) -> str:
    content = draft.briefing.papers.get(paper.id, {}) if paper else {}
    return str(content.get(field, ""))


def objection(draft: Draft) -> str:
    """Why a proposal was sent back: the authority's reasons, or those of the departments that object."""
    case = draft.briefing.case
    if case.approvals:
        return paper_text(draft, case.approvals[-1].reason, "reason")
    return "\n".join(
        f"{department(draft, opinion.department)}: {paper_text(draft, opinion.reason, 'reason')}"
        for opinion in case.objections
    )


def legal(policy: Policy, *, final: bool, language: Language) -> tuple[str, ...]:
    """The paragraphs of a pack that stand below the signature of a decision."""
    kind = AnswerLetter.FINAL_DECISION if final else AnswerLetter.DECISION
    return tuple(paragraph.in_language(language) for paragraph in policy.response.texts(kind).legal)


class Responsible(TypedDict):
    """Who handles a case, by name; '' while nobody is named."""

    handler: str
    department: str


def responsible(draft: Draft) -> Responsible:
    """The handler and the department of the case."""
    assignment = draft.briefing.case.assignment
    if assignment is None:
        return Responsible(handler="", department="")
    return Responsible(handler=person(draft, assignment.handler), department=department(draft, assignment.department))
