"""Rederiving: what the rules made at once of a person's word: a level of her factors, a clock met, the next call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints import (
    assignment,
    callback,
    coming_back,
    duplicates,
    extending,
    final_decision,
    handover,
    helping,
    pausing,
    withdrawal,
)
from complaints.answer_events import DissatisfactionTold, DuplicateFound
from complaints.assignment_events import HandlerDeclined
from complaints.clock_events import ClocksPaused, ClocksResumed, ExtensionAsked, ExtensionDecided
from complaints.clocks_of_case import meet
from complaints.completeness import score
from complaints.escalation_events import CaseEscalated, IncidentGrew, IncidentJoined
from complaints.events import (
    CaseClassified,
    CaseRegraded,
    ComplaintReceived,
    ComplaintWithdrawn,
)
from complaints.fact import Fact
from complaints.grading import regrade
from complaints.holding import agree
from complaints.intake import Registration, receive
from complaints.papers import Paper, Stationery
from complaints.raising import Cause, raise_case
from complaints.receiving import receive as receive_word
from complaints.record import Complaint
from complaints.regrading import classified, factors_of, regraded, widened
from complaints.review import ApprovalForm
from complaints.submission import Submission
from complaints.tidings import Tiding
from complaints.words import CustomerDecision, TaskKind, Trigger
from complaints.work_events import (
    ApprovalGiven,
    CallbackUnanswered,
    ClassificationConfirmed,
    CustomerDecided,
    HandlerDispatched,
    LetterApproved,
    RecordCompleted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from complaints.briefing import Briefing
    from complaints.case import ManualTask
    from complaints.chain import Entry
    from complaints.policy import Policy

NO_PAPERS = Stationery(ids=(("", ""), ("", "")))
"""To write on what nobody reads."""

_REASON = "as recorded"
"""Stands for words that no rule reads."""


def received(entry: Entry, policy: Policy, record: Complaint | None) -> tuple[Fact, ...]:
    """What the counter wrote when a complaint came; without its record, what the fact itself tells of it."""
    fact = entry.fact
    if not isinstance(fact, ComplaintReceived):
        return ()
    known = record or Complaint(channel=fact.channel, language=fact.language, received_at=entry.at)
    told = {"channel": fact.channel, "customer_type": fact.customer_type, "follows": fact.follows}
    paper = Paper(id=fact.record.id, kind=fact.record.kind, salt="", content={})
    # Of an erased record, what decides on clocks is stated in the fact.
    said = known if record else known.model_copy(update=told)
    made = receive(Registration(said, paper, fact.customer, now=entry.at), policy).facts
    same = {"record": fact.record} if record else fact.model_dump(include=set(ComplaintReceived.model_fields))
    first = made[0].model_copy(update={**same, "record": fact.record})
    return first, *made[1:]


def consequences(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    """A person's word and what the rules made of it at once; () where they make nothing of such a word."""
    rule = _RULES.get(type(entry.fact))
    return rule(briefing, entry) if rule else ()


READS_TEXT = frozenset(
    {
        *("complaint.received", "record.completed", "case.screened", "category.suggested"),
        *("case.assigned", "candidates.weighed", "case.regraded"),
    }
)
"""Facts that were made of what the customer wrote; a level that a person confirmed is one too."""


def _completed(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    fact = entry.fact
    if not isinstance(fact, RecordCompleted) or fact.record.id not in briefing.papers:
        return ()
    record = Complaint.model_validate(briefing.papers[fact.record.id])
    found = score(record, briefing.policy, level_known=True)
    told = {"reachable_by_mail": bool(record.email), "still_missing": found.missing, "completeness": found.score}
    return (fact.model_copy(update=told),)


def _confirmed(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    fact = entry.fact
    if not isinstance(fact, ClassificationConfirmed):
        return ()
    graded = regrade(
        fact.category,
        impact=fact.impact,
        urgency=fact.urgency,
        scope=fact.scope,
        customer_type=briefing.case.customer_type,
        policy=briefing.policy,
        text=briefing.record.detail,
    )
    return fact, CaseClassified(classification=classified(fact.category, graded), by_rule=False)


def _regraded(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    fact = entry.fact
    if not isinstance(fact, CaseRegraded) or not fact.classification.factors:
        return ()
    if fact.reason_code:
        return widened(briefing, fact.classification.scope, by=fact.by, reason_code=fact.reason_code).facts
    told = factors_of(fact.classification)
    graded = regrade(
        fact.classification.category,
        impact=told.impact,
        urgency=told.urgency,
        scope=told.scope,
        customer_type=briefing.case.customer_type,
        policy=briefing.policy,
        text=briefing.record.detail,
    )
    fresh = classified(fact.classification.category, graded)
    return regraded(briefing, fresh, by=fact.by, reason=fact.reason).facts


def _dispatched(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    fact = entry.fact
    if not isinstance(fact, HandlerDispatched):
        return ()
    form, task = assignment.DispatchForm(handler=fact.handler), briefing.case.tasks[fact.task_id]
    made = assignment.dispatch(briefing, task, form=form, post=_post(entry, fact.task_id)).facts
    return fact, *made[1:]


def _declined(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    fact = entry.fact
    if not isinstance(fact, HandlerDeclined):
        return ()
    task = briefing.case.tasks[fact.task_id]
    if task.kind is TaskKind.ACCEPTANCE:
        return (fact,)
    form = handover.DeclineForm.model_validate({"reason_code": fact.reason_code, "reason": _REASON})
    return fact, *handover.decline(briefing, task, form=form, post=_post(entry, fact.task_id)).facts[1:]


def _helped(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    fact = entry.fact
    if not isinstance(fact, CaseEscalated) or fact.trigger is not Trigger.HANDLER_ASKS or fact.task_id is None:
        return ()
    cause = Cause(about=fact.about, task_id=fact.task_id, reason_code=fact.reason_code, text=fact.text)
    raised = raise_case(briefing, fact.trigger, cause=cause)
    return (raised + helping.ask_helper(briefing, briefing.case.tasks[fact.task_id], raised)).facts


def _signed(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    return entry.fact, *meet(briefing, "decided")


def _approved(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    fact = entry.fact
    if not isinstance(fact, ApprovalGiven):
        return ()
    form = ApprovalForm(decision="approve" if fact.approved else "send_back", reason=_REASON)
    task = briefing.case.tasks[fact.task_id]
    made = final_decision.approve(briefing, task, form=form, post=_post(entry, fact.task_id)).facts
    # In whose name the approval is asked is part of its route; why, and by whom, is her own word.
    told = {"reason": fact.reason, "approved": fact.approved}
    return made[0].model_copy(update=told), *made[1:]


def _decided(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    fact = entry.fact
    is_accepted = isinstance(fact, CustomerDecided) and fact.decision is CustomerDecision.ACCEPT
    return fact, *(agree(briefing).facts if is_accepted else ())


def _unanswered(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    fact = entry.fact
    if not isinstance(fact, CallbackUnanswered):
        return ()
    form, task = callback.PhoneCallbackForm(reached="no"), briefing.case.tasks[fact.task_id]
    return callback.answer_by_phone(briefing, task, form=form, post=_post(entry, fact.task_id)).facts


def _withdrawn(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    return entry.fact, *withdrawal.withdraw(briefing, reason="", stationery=NO_PAPERS).facts[1:]


def _dissatisfied(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    return entry.fact, *coming_back.tell(briefing, text="", evidence=(), stationery=NO_PAPERS).facts[1:]


def _paused(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    fact = entry.fact
    task = _own_work(briefing, entry)
    if not isinstance(fact, ClocksPaused) or task is None:
        return ()
    form = pausing.PauseForm.model_validate({"reason": fact.reason})
    made = pausing.pause(briefing, task, form=form, post=_post(entry, task.id)).facts[0]
    return (made.model_copy(update={"note": fact.note}),)


def _resumed(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    fact = entry.fact
    task = _own_work(briefing, entry)
    if not isinstance(fact, ClocksResumed) or task is None:
        return ()
    made = pausing.resume(briefing, task, form=pausing.ResumeForm(), post=_post(entry, task.id)).facts[0]
    return (made.model_copy(update={"note": fact.note}),)


def _asked_for_more(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    fact = entry.fact
    task = _own_work(briefing, entry)
    if not isinstance(fact, ExtensionAsked) or task is None:
        return ()
    form = extending.ExtendForm(clock=fact.clock, reason=fact.reason, note=_REASON)
    return fact, *extending.ask_for_more(briefing, task, form=form, post=_post(entry, task.id)).facts[1:]


def _extended(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    fact = entry.fact
    if not isinstance(fact, ExtensionDecided):
        return ()
    form = extending.ExtensionForm(decision="grant" if fact.approved else "refuse", reason=_REASON)
    task = briefing.case.tasks[fact.task_id]
    return fact, *extending.decide_extension(briefing, task, form=form, post=_post(entry, task.id)).facts[1:]


def _duplicate(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    return duplicates.end(briefing, entry.fact).facts if isinstance(entry.fact, DuplicateFound) else ()


def _told(briefing: Briefing, entry: Entry) -> tuple[Fact, ...]:
    return receive_word(briefing, Tiding(entry.case_no, entry.fact)).facts


def _own_work(briefing: Briefing, entry: Entry) -> ManualTask | None:
    """The work about which somebody acted: no act says which, but all of hers is treated alike."""
    own = (task for task in briefing.case.open_tasks if task.assignee == entry.actor)
    return next((task for task in own if task.kind in pausing.HANDLERS_WORK), None)


def _post(entry: Entry, task_id: str) -> Submission:
    return Submission(task_id=task_id, by=entry.actor, fields={}, stationery=NO_PAPERS)


_RULES: Mapping[type[Fact], Callable[[Briefing, Entry], tuple[Fact, ...]]] = {
    RecordCompleted: _completed,
    ClassificationConfirmed: _confirmed,
    CaseRegraded: _regraded,
    HandlerDispatched: _dispatched,
    HandlerDeclined: _declined,
    CaseEscalated: _helped,
    LetterApproved: _signed,
    ApprovalGiven: _approved,
    CustomerDecided: _decided,
    CallbackUnanswered: _unanswered,
    ComplaintWithdrawn: _withdrawn,
    DissatisfactionTold: _dissatisfied,
    ClocksPaused: _paused,
    ClocksResumed: _resumed,
    ExtensionAsked: _asked_for_more,
    ExtensionDecided: _extended,
    DuplicateFound: _duplicate,
    IncidentJoined: _told,
    IncidentGrew: _told,
}
