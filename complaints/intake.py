"""Intake: registered, scored, screened, acknowledged; the missing is asked for, the doubtful goes to a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from complaints import clocks_of_case
from complaints.answer_events import CaseLinked
from complaints.asking import ask, to_customer
from complaints.briefing import NOTHING, Briefing, Verdict
from complaints.case import Case
from complaints.completeness import score
from complaints.errors import AnswerWrong
from complaints.events import CaseScreened, ComplaintAcknowledged, ComplaintReceived
from complaints.incidents import gather
from complaints.keywords import words_met
from complaints.letters import LetterKind
from complaints.moves import leave
from complaints.pausing import stop_for_customer
from complaints.people import customer_or, someone
from complaints.problems import problems_of
from complaints.record import Complaint
from complaints.words import CUSTOMER, Exit, Role, Stage, TaskKind
from complaints.work_events import RecordCompleted, ScreeningDecided

if TYPE_CHECKING:
    from datetime import datetime

    from complaints.case import ManualTask
    from complaints.papers import Paper
    from complaints.policy import Policy
    from complaints.submission import Submission


FOLLOW_UP = "follow_up"
"""The risk flag of a complaint that follows a closed case: raised by the link, not by words."""


class CompletionForm(BaseModel):
    """The missing parts of a record, as customer or clerk fill them in; an empty field stays as it was."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(default="", max_length=200)
    phone: str = Field(default="", max_length=40)
    email: str = Field(default="", max_length=254)
    item: str = Field(default="", max_length=300)
    order_no: str = Field(default="", max_length=100)
    occurred_at: str = Field(default="", max_length=40)
    detail: str = ""
    expected_remedy: str = Field(default="", max_length=2000)


class ScreeningForm(BaseModel):
    """A person's decision on a doubtful case."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    decision: Literal["accept", "duplicate", "refer"]
    reason: str = Field(min_length=1, max_length=4000)
    original: str = Field(default="", max_length=40)
    referred_to: str = Field(default="", max_length=300)

    @model_validator(mode="after")
    def _says_where_the_customer_turns(self) -> ScreeningForm:
        """Who is not answered here is told where: with which case, or by whom."""
        if self.decision == "duplicate" and not self.original:
            message = "original_needed"
            raise ValueError(message)
        if self.decision == "refer" and not self.referred_to:
            message = "referred_to_needed"
            raise ValueError(message)
        return self


@dataclass(frozen=True)
class Registration:
    """A complaint at the counter: its record, the paper that holds it, the keyed digest of the contact."""

    record: Complaint
    paper: Paper
    customer: str
    now: datetime


def receive(registration: Registration, policy: Policy) -> Verdict:
    """Register a complaint: the first facts of its history."""
    record, now = registration.record, registration.now
    received = ComplaintReceived(
        record=registration.paper.ref,
        channel=record.channel,
        language=record.language,
        customer_type=record.customer_type,
        customer=registration.customer,
        region=record.region,
        reachable_by_mail=bool(record.email),
        received_at=now,
        received_by=record.received_by,
        process_version=policy.process_version,
        follows=record.follows,
    )
    case = Case(case_no="", channel=record.channel, customer_type=record.customer_type, received_at=now)
    started = clocks_of_case.start_at_receipt(case, policy, now=now)
    return Verdict(facts=(received, *_followed(record), *started), papers=(registration.paper,))


def _followed(record: Complaint) -> tuple[CaseLinked, ...]:
    return (CaseLinked(other=record.follows, relation="follows"),) if record.follows else ()


def decide(briefing: Briefing) -> Verdict:
    """The next step of intake, or nothing while somebody is awaited."""
    case = briefing.case
    if case.screening is None:
        return _screen(briefing)
    if case.screening.doubts and case.screening_decided is None:
        return _ask_screening(briefing)
    if case.screening_decided and case.screening_decided.exit is not Exit.DONE:
        return _turn_away(briefing, case.screening_decided)
    if case.screening.completeness < briefing.policy.intake.completeness_threshold and not case.completed:
        return _ask_completion(briefing)
    return Verdict(facts=(leave(Stage.INTAKE, Exit.DONE),))


def _screen(briefing: Briefing) -> Verdict:
    case, policy, record = briefing.case, briefing.policy, briefing.record
    completeness = score(record, policy, level_known=True)
    raised = {code: words_met(record.detail, flag.keywords) for code, flag in policy.flags.items()}
    flags = {code: words for code, words in raised.items() if words}
    if record.follows and FOLLOW_UP in policy.flags:
        flags[FOLLOW_UP] = (record.follows,)
    screened = CaseScreened(
        completeness=completeness.score,
        missing=completeness.missing,
        flags=flags,
        lookalikes=briefing.lookalikes,
        doubts=_doubts(briefing, flags),
    )
    acknowledged = ComplaintAcknowledged(by_mail=case.reachable_by_mail)
    met = clocks_of_case.meet(briefing, "acknowledged")
    letters = to_customer(briefing, LetterKind.ACKNOWLEDGEMENT)
    return Verdict(facts=(screened, acknowledged, *met), letters=letters) + gather(briefing)


def _doubts(briefing: Briefing, flags: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Reasons for a person to look. The rules never turn a complaint away themselves (PROCESS.md section 2)."""
    record = briefing.record
    # That it resembles the case it follows is no doubt: the customer says so herself.
    same = [look for look in briefing.lookalikes if look.same_customer and look.case_no != record.follows]
    doubts = [f"duplicate_of:{look.case_no}" for look in same]
    doubts += [f"flag:{code}" for code in flags if briefing.policy.flags[code].needs_person]
    # A customer number, or a platform or regulator who knows her, makes a nameless complaint verifiable.
    known_elsewhere = record.customer_id or record.regulator_reference
    if not (record.email or record.phone or record.name or known_elsewhere):
        doubts.append("anonymous")
    return tuple(doubts)


def _ask_screening(briefing: Briefing) -> Verdict:
    if briefing.case.latest(TaskKind.SCREENING):
        return NOTHING
    screening = briefing.case.screening
    doubts = " ".join(screening.doubts) if screening else ""
    clerk = someone(briefing, Role.INTAKE_CLERK)
    return ask(briefing, TaskKind.SCREENING, assignee=clerk, asks={"doubts": doubts})


def _turn_away(briefing: Briefing, decided: ScreeningDecided) -> Verdict:
    left = (leave(Stage.INTAKE, decided.exit),)
    if decided.exit is not Exit.DUPLICATE:
        letters = to_customer(briefing, LetterKind.REFERRAL_NOTICE, referred_to=decided.referred_to or "")
        return Verdict(facts=left, letters=letters)
    letters = to_customer(briefing, LetterKind.DUPLICATE_NOTICE, original=decided.original or "")
    return Verdict(facts=left, letters=letters)


def _ask_completion(briefing: Briefing) -> Verdict:
    asked = briefing.case.latest(TaskKind.COMPLETION)
    if asked is None:
        missing = " ".join(briefing.case.screening.missing) if briefing.case.screening else ""
        who = customer_or(briefing, Role.INTAKE_CLERK)
        asking = ask(briefing, TaskKind.COMPLETION, assignee=who, asks={"missing": missing})
        return asking + stop_for_customer(briefing) if who == CUSTOMER else asking
    if asked.is_open:
        return NOTHING
    # The customer did not answer in time: a complaint is not dropped for being incomplete, it goes on as it is.
    return Verdict(facts=(leave(Stage.INTAKE, Exit.DONE, reason="incomplete_and_unanswered"),))


def complete(briefing: Briefing, task: ManualTask, *, form: CompletionForm, post: Submission) -> Verdict:
    """What was missing came: the record is written anew with it, the first version stays in the file."""
    filled = {name: value for name, value in form.model_dump().items() if value}
    addition = filled.pop("detail", "")
    changes = {**filled, **({"detail": f"{briefing.record.detail}\n\n{addition}"} if addition else {})}
    try:
        record = Complaint.model_validate({**briefing.record.model_dump(), **changes})
    except ValidationError as wrong:
        raise AnswerWrong(problems_of(wrong)) from wrong
    paper = post.stationery.paper(0, kind="record", content=record.model_dump(mode="json"))
    completeness = score(record, briefing.policy, level_known=True)
    fact = RecordCompleted(
        task_id=task.id,
        record=paper.ref,
        reachable_by_mail=bool(record.email),
        still_missing=completeness.missing,
        completeness=completeness.score,
    )
    return Verdict(facts=(fact,), papers=(paper,))


def screen(briefing: Briefing, task: ManualTask, *, form: ScreeningForm, post: Submission) -> Verdict:  # noqa: ARG001  one shape for all desks
    """A person accepted, linked or referred a doubtful case."""
    exits = {"accept": Exit.DONE, "duplicate": Exit.DUPLICATE, "refer": Exit.REFERRED}
    paper = post.stationery.paper(0, kind="screening_reason", content={"reason": form.reason})
    fact = ScreeningDecided(
        task_id=task.id,
        exit=exits[form.decision],
        reason=paper.ref,
        original=form.original if form.decision == "duplicate" else None,
        referred_to=form.referred_to if form.decision == "refer" else None,
    )
    linked = (CaseLinked(other=fact.original, relation="repeats"),) if fact.original else ()
    return Verdict(facts=(fact, *linked), papers=(paper,))
