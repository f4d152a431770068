"""Composing: from an ordered letter and the case as it stands to what the letter says. Pure: links come in made."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from complaints import correspondence as says
from complaints.clock_composing import CLOCK_LETTERS
from complaints.composing_notices import NOTICES
from complaints.drafting import (
    Addresses,
    Draft,
    department,
    head,
    language_of,
    legal,
    matter,
    objection,
    offers,
    paper_text,
    person,
    promised,
    responsible,
    work,
)
from complaints.errors import GiveUp
from complaints.holding_composing import HOLDING_LETTERS
from complaints.letters import LetterKind
from complaints.words import Exit, Outcome, Stage, TaskKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from complaints.briefing import Briefing
    from complaints.letters import LetterOrder
    from complaints.work_events import Remedy


def compose(briefing: Briefing, order: LetterOrder, *, addresses: Addresses) -> says.Letter:
    """What an ordered letter says, given the case as it stands now; GiveUp when the order makes no sense."""
    draft = Draft(briefing=briefing, order=order, addresses=addresses, language=language_of(briefing, order.to))
    return (_LETTERS | NOTICES)[order.kind](draft)


# --- to the customer ----------------------------------------------------------


def _acknowledgement(draft: Draft) -> says.Letter:
    notice = draft.policy.response.signposts.acknowledgement
    return says.Acknowledgement(
        head=head(draft),
        item=draft.briefing.record.item,
        received_at=draft.briefing.case.received_at or draft.briefing.now,
        respond_by=promised(draft, "first_response"),
        resolve_by=promised(draft, "resolve"),
        notice=notice.in_language(draft.language) if notice else "",
        track=draft.addresses.track,
    )


def _information_request(draft: Draft) -> says.Letter:
    missing = tuple(draft.task.asks.get("missing", "").split())
    return says.InformationRequest(head=head(draft), work=work(draft), missing=missing)


def _progress(draft: Draft) -> says.Letter:
    return says.Progress(
        head=head(draft),
        stage=draft.briefing.case.stage or Stage.ARCHIVING,
        **responsible(draft),
        resolve_by=promised(draft, "resolve"),
        track=draft.addresses.track,
    )


def _decision(draft: Draft) -> says.Letter:
    return says.Decision(**_decided(draft), work=work(draft))


def _final_decision(draft: Draft) -> says.Letter:
    return says.FinalDecision(**_decided(draft))


def _decided(draft: Draft) -> _DecidedParts:
    letter, assignment, policy = draft.briefing.case.letter, draft.briefing.case.assignment, draft.policy
    if letter is None:
        raise GiveUp("the decision that this letter brings no longer stands")
    return _DecidedParts(
        head=head(draft),
        text=paper_text(draft, letter.letter, "letter"),
        offers=offers(draft, letter.remedies),
        signed_by=person(draft, letter.signed_by),
        department=department(draft, assignment.department) if assignment else "",
        legal=legal(policy, final=letter.final, language=draft.language),
        appeal=policy.response.appeal.in_language(draft.language),
        track=draft.addresses.track,
    )


class _DecidedParts(TypedDict):
    """What first and final decisions have in common."""

    head: says.Letterhead
    text: str
    offers: tuple[says.Offer, ...]
    signed_by: str
    department: str
    legal: tuple[str, ...]
    appeal: str
    track: str


def _survey(draft: Draft) -> says.Letter:
    return says.Survey(head=head(draft), work=work(draft))


def _customer_reminder(draft: Draft) -> says.Letter:
    is_last = int(draft.details.get("count", "1")) >= draft.policy.escalation.customer_reminders
    return says.CustomerReminder(head=head(draft), work=work(draft), is_last=is_last)


def _withdrawal_confirmed(draft: Draft) -> says.Letter:
    return says.WithdrawalConfirmed(head=head(draft), track=draft.addresses.track)


def _duplicate_notice(draft: Draft) -> says.Letter:
    original = draft.details.get("original", "")
    return says.DuplicateNotice(head=head(draft), original=original, track=draft.addresses.track)


def _referral_notice(draft: Draft) -> says.Letter:
    referred_to = draft.details.get("referred_to", "")
    return says.ReferralNotice(head=head(draft), referred_to=referred_to, track=draft.addresses.track)


def _closing(draft: Draft) -> says.Letter:
    return says.Closing(
        head=head(draft),
        outcome=Outcome(draft.details["outcome"]),
        appeal=draft.policy.response.appeal.in_language(draft.language),
        track=draft.addresses.track,
    )


# --- to staff -------------------------------------------------------------------


def _task_asked(draft: Draft) -> says.Letter:
    return says.TaskAsked(
        head=head(draft),
        work=work(draft),
        matter=matter(draft),
        offers=offers(draft, _remedies_so_far(draft)),
        round=draft.task.round,
        objection=objection(draft) if _is_sent_back(draft) else "",
        in_place_of=person(draft, draft.task.substitute_of) if draft.task.substitute_of else "",
        ruled_out=_ruled_out(draft) if draft.task.kind is TaskKind.DISPATCH else (),
        given=_given(draft),
        resumed=draft.details.get("resumed", ""),
    )


def _given(draft: Draft) -> says.Given | None:
    words = str(draft.briefing.papers.get(draft.details.get("note", ""), {}).get("reason", ""))
    return says.Given(by=person(draft, draft.details["given_by"]), words=words) if words else None


def _ruled_out(draft: Draft) -> tuple[says.RuledOut, ...]:
    weighed = draft.briefing.case.weighed
    candidates = weighed.candidates if weighed else ()
    return tuple(says.RuledOut(person(draft, one.staff_id), one.reasons) for one in candidates)


def _is_sent_back(draft: Draft) -> bool:
    """Whether the work is asked for again: a proposal that went back, or a final decision that was not approved."""
    return draft.briefing.case.last_exit is Exit.SENT_BACK or "sent_back" in draft.task.asks


def _remedies_so_far(draft: Draft) -> tuple[Remedy, ...]:
    case = draft.briefing.case
    if draft.task.kind not in _ABOUT_A_REMEDY:
        return ()
    if case.letter:
        return case.letter.remedies
    return case.findings.remedies if case.findings else ()


_ABOUT_A_REMEDY = frozenset({TaskKind.OPINION, TaskKind.APPROVAL, TaskKind.LETTER, TaskKind.DECISION, TaskKind.REMEDY})


def _task_warning(draft: Draft) -> says.Letter:
    return says.TaskWarning(head=head(draft), work=work(draft), matter=matter(draft))


def _task_escalated(draft: Draft) -> says.Letter:
    details = draft.details
    level, is_mine = int(details["level"]), details["moved"] == "yes"
    missed = details.get("missed_due_at")
    return says.TaskEscalated(
        head=head(draft),
        work=work(draft, link=draft.addresses.task if is_mine else draft.addresses.view),
        matter=matter(draft),
        level=level,
        role=draft.policy.escalation.path[level - 1].role,
        is_mine=is_mine,
        asked=person(draft, details["previous"]),
        missed_at=datetime.fromisoformat(missed) if missed else None,
    )


def _task_moved(draft: Draft) -> says.Letter:
    moved_to, why = person(draft, draft.details["moved_to"]), draft.details.get("why", "deadline")
    return says.TaskMoved(head=head(draft), work=work(draft, link=draft.addresses.view), moved_to=moved_to, why=why)


def _task_reminder(draft: Draft) -> says.Letter:
    return says.TaskReminder(
        head=head(draft),
        work=work(draft),
        matter=matter(draft),
        asked_at=draft.task.asked_at,
        count=int(draft.details["count"]),
    )


_LETTERS: dict[LetterKind, Callable[[Draft], says.Letter]] = {
    LetterKind.ACKNOWLEDGEMENT: _acknowledgement,
    LetterKind.INFORMATION_REQUEST: _information_request,
    LetterKind.PROGRESS: _progress,
    LetterKind.DECISION: _decision,
    LetterKind.FINAL_DECISION: _final_decision,
    LetterKind.SURVEY: _survey,
    LetterKind.CUSTOMER_REMINDER: _customer_reminder,
    LetterKind.WITHDRAWAL_CONFIRMED: _withdrawal_confirmed,
    LetterKind.DUPLICATE_NOTICE: _duplicate_notice,
    LetterKind.REFERRAL_NOTICE: _referral_notice,
    LetterKind.CLOSING: _closing,
    LetterKind.TASK_ASKED: _task_asked,
    LetterKind.TASK_WARNING: _task_warning,
    LetterKind.TASK_ESCALATED: _task_escalated,
    LetterKind.TASK_MOVED: _task_moved,
    LetterKind.TASK_REMINDER: _task_reminder,
    **CLOCK_LETTERS,
    **HOLDING_LETTERS,
}
