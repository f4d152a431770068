"""How the facts of complaints/events.py change what is known of a case."""

from __future__ import annotations

from dataclasses import replace

from complaints import events as e
from complaints.case import Case, RunningClock
from complaints.chain import Entry
from complaints.folding import change
from complaints.words import Exit, Stage


@change.register
def _(fact: e.ComplaintReceived, case: Case, entry: Entry) -> Case:
    return replace(
        case,
        process_version=fact.process_version,
        channel=fact.channel,
        language=fact.language,
        customer_type=fact.customer_type,
        customer=fact.customer,
        region=fact.region,
        reachable_by_mail=fact.reachable_by_mail,
        received_at=fact.received_at,
        record=fact.record,
        papers=(fact.record,),
        entered_stage_at=entry.at,
        visits={Stage.INTAKE: 1},
    )


@change.register
def _(fact: e.CaseScreened, case: Case, _entry: Entry) -> Case:
    return replace(case, screening=fact)


@change.register
def _(_fact: e.ComplaintAcknowledged, case: Case, _entry: Entry) -> Case:
    return replace(case, acknowledged=True)


@change.register
def _(fact: e.InformationAdded, case: Case, entry: Entry) -> Case:
    if fact.repeat_contact and case.standstill and case.standstill.came_at is None:
        came = replace(case.standstill, came_at=entry.at)
        case = replace(case, standstills=(*case.standstills[:-1], came))
    papers = (*case.papers, fact.paper) if fact.paper else case.papers
    return replace(case, papers=papers, contacts=case.contacts + fact.repeat_contact)


@change.register
def _(fact: e.EvidenceAdded, case: Case, _entry: Entry) -> Case:
    return replace(case, evidence={**case.evidence, fact.evidence_no: fact.paper})


@change.register
def _(fact: e.CategorySuggested, case: Case, _entry: Entry) -> Case:
    return replace(case, suggestion=fact)


@change.register
def _(fact: e.CaseClassified, case: Case, _entry: Entry) -> Case:
    return replace(case, classification=fact.classification, classified_by_rule=fact.by_rule)


@change.register
def _(fact: e.ClocksStarted, case: Case, _entry: Entry) -> Case:
    started = {clock.name: RunningClock(clock) for clock in fact.clocks}
    return replace(case, clocks={**case.clocks, **started})


@change.register
def _(fact: e.ClockMet, case: Case, _entry: Entry) -> Case:
    met = replace(case.clocks[fact.name], met=True, late=fact.late)
    return replace(case, clocks={**case.clocks, fact.name: met})


@change.register
def _(fact: e.ClockMissed, case: Case, _entry: Entry) -> Case:
    return replace(case, clocks={**case.clocks, fact.name: replace(case.clocks[fact.name], missed=True)})


@change.register
def _(fact: e.CaseAssigned, case: Case, _entry: Entry) -> Case:
    return replace(case, assignment=fact)


@change.register
def _(fact: e.CallbackScheduled, case: Case, _entry: Entry) -> Case:
    return replace(case, callback=fact)


@change.register
def _(_fact: e.ComplaintWithdrawn, case: Case, _entry: Entry) -> Case:
    return replace(case, withdrawn=True)


@change.register
def _(_fact: e.RunInterrupted, case: Case, _entry: Entry) -> Case:
    return replace(case, interruptions=case.interruptions + 1)


@change.register
def _(fact: e.StageClosed, case: Case, entry: Entry) -> Case:
    moved = replace(case, stage=fact.next, last_exit=fact.exit, entered_stage_at=entry.at)
    if fact.next:
        moved = replace(moved, visits={**case.visits, fact.next: case.visits.get(fact.next, 0) + 1})
    if fact.exit is Exit.ON_THE_SPOT:
        moved = replace(moved, not_needed=(Stage.INVESTIGATION, Stage.REVIEW))
    return _new_round(moved) if fact.exit is Exit.NEW_ROUND else moved


def _new_round(case: Case) -> Case:
    """A dissatisfied customer's next pass starts with a clean table; the earlier round stays in the history."""
    return replace(
        case,
        round=case.round + 1,
        not_needed=(),
        findings=None,
        opinions=(),
        approvals=(),
        objection_rounds=0,
        letter=None,
        final_draft=None,
        decision=None,
        remedy_executed=False,
        callback=None,
        callback_answer=None,
        dissatisfied=None,
        phone_attempts=0,
        closure_approved=None,
    )


@change.register
def _(fact: e.CaseArchived, case: Case, _entry: Entry) -> Case:
    return replace(case, outcome=fact.outcome, keep_until=fact.keep_until)
