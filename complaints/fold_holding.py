"""How the facts of complaints/holding_events.py change what is known of a case."""

from __future__ import annotations

from dataclasses import replace

from complaints import holding_events as h
from complaints.case import Case
from complaints.chain import Entry
from complaints.folding import change


@change.register
def _(fact: h.HoldingResponseSent, case: Case, _entry: Entry) -> Case:
    return replace(case, held_for=(*case.held_for, fact.clock))


@change.register
def _(_fact: h.SummaryResolutionSent, case: Case, _entry: Entry) -> Case:
    return replace(case, settled_early=True)
