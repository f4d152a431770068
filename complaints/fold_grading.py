"""How grading anew changes what is known of a case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from complaints.events import CaseRegraded
from complaints.folding import change

if TYPE_CHECKING:
    from complaints.case import Case
    from complaints.chain import Entry


@change.register(CaseRegraded)
def _(fact: CaseRegraded, case: Case, entry: Entry) -> Case:
    moved = {
        # A clock whose time was put later, beyond now, is not missed any more.
        clock.name: replace(known, clock=clock, missed=known.missed and clock.due_at <= entry.at)
        for clock in fact.clocks
        if (known := case.clocks.get(clock.name))
    }
    return replace(
        case,
        classification=fact.classification,
        first_classification=case.first_classification or fact.previous,
        clocks={name: clock for name, clock in {**case.clocks, **moved}.items() if name not in fact.dropped},
    )
