"""How the facts of complaints/answer_events.py change what is known of a case."""

from __future__ import annotations

from dataclasses import replace

from complaints import answer_events as a
from complaints.case import Case
from complaints.chain import Entry
from complaints.folding import change


@change.register
def _(fact: a.ReviewObjected, case: Case, _entry: Entry) -> Case:
    return replace(case, objection_rounds=fact.nth)


@change.register
def _(fact: a.FinalDecisionDrafted, case: Case, _entry: Entry) -> Case:
    return replace(case, final_draft=fact)


@change.register
def _(fact: a.CaseLinked, case: Case, _entry: Entry) -> Case:
    # Who complains of the same matter again is still waiting: it counts as her contact (PROCESS.md section 6).
    return replace(case, links=(*case.links, fact), contacts=case.contacts + (fact.relation == "repeated_by"))


@change.register
def _(fact: a.DuplicateFound, case: Case, _entry: Entry) -> Case:
    return replace(case, papers=(*case.papers, fact.reason))


@change.register
def _(fact: a.DissatisfactionTold, case: Case, _entry: Entry) -> Case:
    return replace(case, dissatisfied=fact, papers=(*case.papers, fact.text))
