"""Previews: a decision letter as it would leave if it were signed now, on the customer's page and in her mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from adapters.cipher import stationery
from adapters.letterpress import print_letter
from adapters.pressroom import environment
from complaints.asking import ask, to_customer
from complaints.briefing import Verdict
from complaints.composing import compose
from complaints.drafting import Addresses
from complaints.letters import LetterKind
from complaints.words import CUSTOMER, RemedyKind, TaskKind
from complaints.work_events import LetterApproved, Remedy
from portal.answers import fields_of, is_number
from portal.progress import decided

if TYPE_CHECKING:
    from adapters.letterpress import Printed
    from complaints.briefing import Briefing
    from complaints.case import ManualTask
    from complaints.letters import LetterOrder
    from portal.posting import Posting

_NO_LINK = "…"
"""Where the mail carries the customer's own link: it is hers, and made when the mail leaves."""


@dataclass(frozen=True)
class Preview:
    """The letter as a sheet of paper, and as the mail that carries it; no mail reaches some customers."""

    sheet: Markup
    mail: Printed | None


def preview(briefing: Briefing, task: ManualTask, posting: Posting) -> Preview:
    """What the customer would read if this form were signed now; nothing is recorded."""
    case, policy = briefing.case, briefing.policy
    signed = _signed(briefing, task, text=posting.first("letter"), remedies=_remedies(briefing, task, posting))
    page: Any = environment(case.language, policy.calendar.timezone).get_template("pages/_letter.html").module
    appeal = policy.response.appeal.in_language(case.language)
    shown = decided(signed, case.language)
    sheet = Markup(page.letter(shown, case, appeal, policy.house, policy.review.currency))  # noqa: S704  escaped there
    return Preview(sheet, _mail(signed) if case.reachable_by_mail else None)


def _remedies(briefing: Briefing, task: ManualTask, posting: Posting) -> tuple[Remedy, ...]:
    """What was approved; where no review stands behind the letter, what its form offers."""
    found, fields = briefing.case.findings, fields_of(task.kind, posting)
    if found or fields.get("remedy") not in set(RemedyKind):
        return found.remedies if found else ()
    amount = fields.get("amount", "0")
    return (Remedy(kind=RemedyKind(fields["remedy"]), amount=float(amount) if is_number(amount) else 0),)


def _signed(briefing: Briefing, task: ManualTask, *, text: str, remedies: tuple[Remedy, ...]) -> Briefing:
    """The case as it would be once the letter is signed and, if it is the final one, approved."""
    paper = stationery(1).paper(0, kind="decision_letter", content={"letter": text})
    letter = LetterApproved(
        task_id=task.id,
        letter=paper.ref,
        remedies=remedies,
        final=task.asks.get("final") == "yes",
        signed_by=task.assignee,
    )
    return briefing.after(Verdict(facts=(letter,), papers=(paper,)))


def _mail(signed: Briefing) -> Printed:
    """The mail by the very templates that the post room prints it from."""
    order, after = _order(signed)
    letter = compose(after, order, addresses=Addresses(task=_NO_LINK, track=_NO_LINK, view=_NO_LINK))
    return print_letter(letter, zone=after.policy.calendar.timezone)


def _order(signed: Briefing) -> tuple[LetterOrder, Briefing]:
    if signed.case.letter and signed.case.letter.final:
        return to_customer(signed, LetterKind.FINAL_DECISION)[0], signed
    question = ask(signed, TaskKind.DECISION, assignee=CUSTOMER)
    return question.letters[0], signed.after(question)
