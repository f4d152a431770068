"""Four eyes: nobody judges her own proposal, nor through a substitute, nor approves twice (PROCESS.md section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from complaints.briefing import Briefing
    from complaints.case import ManualTask


def barred_from_judging(briefing: Briefing, proposer: str, earlier: Iterable[str] = ()) -> frozenset[str]:
    """Who may not judge a proposal: the proposer, who approved it `earlier`, and all who are one with the proposer.

    One with her is whoever she stood in for when she proposed it, or stands in for now, and whoever stands in for any
    of these now.
    """
    if not proposer:
        return frozenset(earlier)
    case, roster = briefing.case, briefing.roster
    proposed = case.tasks.get(case.findings.task_id) if case.findings else None
    stood_in_for = {proposed.substitute_of} - {""} if proposed else set()
    own = {proposer, *stood_in_for, *roster.represented_by(proposer, briefing.now)}
    deputies = {one for absent in own for one in roster.deputies_of(absent, briefing.now)}
    return frozenset(own | deputies).union(earlier)


def barred_from(briefing: Briefing, asks: dict[str, str]) -> frozenset[str]:
    """Who may not do a task, given what it asks; nobody where it judges no proposal."""
    return barred_from_judging(briefing, asks.get("proposed_by", ""), asks.get("approved_by", "").split())


def may_judge(briefing: Briefing, task: ManualTask, staff_id: str) -> bool:
    """Whether four eyes let somebody do this task."""
    return staff_id not in barred_from(briefing, task.asks)
