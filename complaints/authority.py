"""Authority: who may grant a remedy. Each role has a money limit and a list of remedies; above it the next decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints.four_eyes import barred_from_judging
from complaints.people import holder
from complaints.words import Complexity, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from complaints.briefing import Briefing
    from complaints.policy import Policy
    from complaints.work_events import Remedy

LADDER = (Role.HANDLER, Role.TEAM_LEAD, Role.DEPARTMENT_HEAD, Role.COMPLAINTS_MANAGER, Role.EXECUTIVE)
"""From least to most authority."""


def rank(role: Role) -> int:
    """How high a role stands on the ladder; 0 for those beside it, which grant nothing."""
    return LADDER.index(role) + 1 if role in LADDER else 0


def may_grant(role: Role, remedies: Iterable[Remedy], *, complexity: Complexity, policy: Policy) -> bool:
    """Whether a role may grant these remedies: threshold = limit / complexity coefficient (PROCESS.md 6)."""
    authority = policy.review.authority.get(role)
    if authority is None:
        return False
    remedies = tuple(remedies)
    total = sum(remedy.amount for remedy in remedies)
    allowed = {remedy.kind for remedy in remedies} <= set(authority.remedies)
    return allowed and (authority.money is None or total <= authority.money / complexity)


def may_grant_proposal(briefing: Briefing, role: Role) -> bool:
    """Whether a role may grant what the findings propose."""
    case = briefing.case
    remedies = case.findings.remedies if case.findings else ()
    complexity = case.classification.complexity if case.classification else Complexity.LOW
    return may_grant(role, remedies, complexity=complexity, policy=briefing.policy)


def chain_of(briefing: Briefing) -> tuple[Role, ...]:
    """The roles that must approve this proposal one after another; () when one sufficient authority is enough."""
    case = briefing.case
    amount = sum(remedy.amount for remedy in case.findings.remedies) if case.findings else 0
    fitting = (
        rule.roles
        for rule in briefing.policy.review.chain
        if (not rule.levels or case.level in rule.levels) and (rule.above is None or amount > rule.above)
    )
    return next(fitting, ())


def next_approver(briefing: Briefing, *, proposer: str) -> tuple[str, Role] | None:
    """Who must approve next, and in which role; None once all have whose authority is needed.

    First the policy's chain, in order; when none of it may grant what is proposed, a sufficient authority after it.
    """
    chain, given = chain_of(briefing), briefing.case.approvals
    earlier = tuple(approval.by for approval in given)
    if len(given) < len(chain):
        return in_role(briefing, chain[len(given)], proposer=proposer, earlier=earlier)
    is_enough = any(may_grant_proposal(briefing, approval.role) for approval in given)
    return None if len(given) > len(chain) or (given and is_enough) else approver(briefing, proposer, earlier)


def in_role(briefing: Briefing, role: Role, *, proposer: str, earlier: tuple[str, ...] = ()) -> tuple[str, Role]:
    """A holder of this role who neither proposed nor approved before; the highest other person if there is none."""
    department = briefing.case.assignment.department if briefing.case.assignment else None
    found = holder(briefing, role, department=department, avoid=barred_from_judging(briefing, proposer, earlier))
    return (found, role) if found else _top(briefing, proposer, earlier)


def approver(briefing: Briefing, proposer: str, earlier: tuple[str, ...] = ()) -> tuple[str, Role]:
    """The person who judges the proposal: lowest sufficient role above the handler, never the proposer (four eyes)."""
    department = briefing.case.assignment.department if briefing.case.assignment else None
    for role in LADDER[1:]:
        if may_grant_proposal(briefing, role):
            found = holder(
                briefing, role, department=department, avoid=barred_from_judging(briefing, proposer, earlier)
            )
            if found:
                return found, role
    return _top(briefing, proposer, earlier)


def _top(briefing: Briefing, proposer: str, earlier: tuple[str, ...] = ()) -> tuple[str, Role]:
    """Nobody with the authority is at hand: the highest other person is asked, absent or not, and the clock runs."""
    top = (Role.EXECUTIVE, Role.COMPLAINTS_MANAGER, Role.DEPARTMENT_HEAD)
    for role in top:
        if found := holder(briefing, role, avoid=barred_from_judging(briefing, proposer, earlier)):
            return found, role
    for barred in (barred_from_judging(briefing, proposer, earlier), {proposer}):
        for role in top:
            if others := set(briefing.roster.with_role(role)) - barred:
                return min(others), role
    message = "nobody but the proposer could approve this: the policy needs another executive or complaints manager"
    raise ValueError(message)
