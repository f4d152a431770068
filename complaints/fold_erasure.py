"""How the facts of complaints/erasure_events.py change what is known of a case."""

from __future__ import annotations

from dataclasses import replace

from complaints import erasure_events as e
from complaints.case import Case, Erasure
from complaints.chain import Entry
from complaints.folding import change


@change.register
def _(_fact: e.HoldPlaced, case: Case, entry: Entry) -> Case:
    return replace(case, held_since=entry.at)


@change.register
def _(_fact: e.HoldReleased, case: Case, _entry: Entry) -> Case:
    return replace(case, held_since=None)


@change.register
def _(fact: e.ErasureRequested, case: Case, entry: Entry) -> Case:
    return replace(case, erasure=Erasure(cause=fact.cause, requested_by=entry.actor, requested_at=entry.at))


@change.register
def _(_fact: e.ErasureRefused, case: Case, _entry: Entry) -> Case:
    return replace(case, erasure=None)


@change.register
def _(_fact: e.CaseErased, case: Case, entry: Entry) -> Case:
    # Her digest still stands in the first entry, which nobody can change; lists and look-ups forget it.
    return replace(case, erasure=None, erased_at=entry.at, customer="", reachable_by_mail=False)
