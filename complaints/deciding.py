"""Deciding: in which order time, a stage's own rules and what the customer is owed to hear have their say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints import contact, escalation
from complaints.briefing import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable

    from complaints.briefing import Briefing, Verdict
    from complaints.words import Stage


def within(stage: Stage | None, rules: Callable[[Briefing], Verdict]) -> Callable[[Briefing], Verdict]:
    """All that is decided while a case stands in a stage: what is overdue first, so that missed steps keep order."""

    def decide(briefing: Briefing) -> Verdict:
        if briefing.case.stage is not stage:
            return NOTHING
        return escalation.decide(briefing) or rules(briefing) or contact.decide(briefing)

    return decide
