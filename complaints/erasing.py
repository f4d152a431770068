"""Erasing: who may have a case's personal data destroyed, and when (PROCESS.md section 10). Two people, never one."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from complaints.briefing import Briefing, Verdict
from complaints.erasure_events import (
    CaseErased,
    ErasureCause,
    ErasureRefused,
    ErasureRequested,
    HoldPlaced,
    HoldReleased,
)
from complaints.errors import ErasureNotOpen
from complaints.letters import LetterKind, LetterOrder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from complaints.case import Case, Erasure
    from complaints.papers import Paper, Stationery
    from complaints.policy import Policy
    from complaints.roster import Roster
    from complaints.words import Role

LONGEST_REASON: Final = 2000
"""Characters (house)."""


class Decision(StrEnum):
    """What became of an erasure that was asked for, as letters tell it."""

    ERASED = "erased"
    REFUSED = "refused"


def hold(briefing: Briefing, *, by: str, reason: str, stationery: Stationery) -> Verdict:
    """Keep a case from being erased, open or closed."""
    _staff_only(briefing, by)
    case = briefing.case
    if case.held_since:
        raise ErasureNotOpen(f"{case.case_no} is held already", why="held_already")
    paper = _reason(reason, stationery)
    if paper is None:
        raise ErasureNotOpen("a hold needs a reason", why="hold_needs_reason")
    return Verdict(facts=(HoldPlaced(reason=paper.ref),), papers=(paper,))


def release(briefing: Briefing, *, by: str, reason: str, stationery: Stationery) -> Verdict:
    """Let a held case go the way of all others: only whoever looks after data may take a protection away."""
    _guardian_only(briefing, by)
    if not briefing.case.held_since:
        raise ErasureNotOpen(f"{briefing.case.case_no} is not held", why="not_held")
    paper = _reason(reason, stationery)
    return Verdict(facts=(HoldReleased(reason=paper.ref if paper else None),), papers=(paper,) if paper else ())


def request(briefing: Briefing, *, by: str, reason: str, stationery: Stationery) -> Verdict:
    """Ask for a case to be erased: at the end of its retention, or before it for a reason."""
    case = briefing.case
    _staff_only(briefing, by)
    _erasable(case)
    if case.erasure:
        by_whom = case.erasure.requested_by
        raise ErasureNotOpen(f"{case.case_no} is asked to be erased already, by {by_whom}", why="asked_already")
    is_due = case.keep_until is not None and briefing.now >= case.keep_until
    paper = _reason(reason, stationery)
    if not is_due and paper is None:
        until = f"{case.keep_until:%Y-%m-%d}" if case.keep_until else "further notice"
        message = f"{case.case_no} is kept until {until}: before that a reason is needed"
        raise ErasureNotOpen(message, why="early_needs_reason")
    cause = ErasureCause.DUE if is_due else ErasureCause.ASKED
    asked = ErasureRequested(cause=cause, reason=paper.ref if paper else None)
    tell = _tell_approvers(briefing, by=by, cause=cause)
    return Verdict(facts=(asked,), papers=(paper,) if paper else (), house_letters=tell)


def refuse(briefing: Briefing, *, by: str, reason: str, stationery: Stationery) -> Verdict:
    """Say no to an erasure; whoever asked may take it back so too."""
    asked = _asked(briefing.case)
    if by != asked.requested_by:
        _approver_only(briefing, by)
    paper = _reason(reason, stationery)
    tell = _tell_asker(briefing, asked, by=by, decision=Decision.REFUSED)
    refused = ErasureRefused(reason=paper.ref if paper else None)
    return Verdict(facts=(refused,), papers=(paper,) if paper else (), house_letters=tell)


def approve(briefing: Briefing, *, by: str, papers: int, files: int) -> Verdict:
    """What is said of a case whose key is destroyed now, with so many papers and files."""
    case = briefing.case
    asked = _asked(case)
    _erasable(case)
    _approver_only(briefing, by)
    if by == asked.requested_by:
        raise ErasureNotOpen(f"{by} asked for it: another person must approve", why="asked_yourself")
    fact = CaseErased(
        cause=ErasureCause(asked.cause),
        requested_by=asked.requested_by,
        requested_at=asked.requested_at,
        papers=papers,
        files=files,
    )
    return Verdict(facts=(fact,), house_letters=_tell_asker(briefing, asked, by=by, decision=Decision.ERASED))


def _tell_approvers(briefing: Briefing, *, by: str, cause: ErasureCause) -> tuple[LetterOrder, ...]:
    """A letter to everybody who may approve.

    Also to whoever is away: nobody can stand in, since the role must be the reader's own, and the mail waits for her.
    """
    readers, said = who_decides(briefing.policy, briefing.roster, by), f"{cause} {by}"
    return tuple(_about(briefing.case, LetterKind.ERASURE_ASKED, to=one, said=said) for one in readers)


def who_decides(policy: Policy, roster: Roster, asker: str) -> tuple[str, ...]:
    """Everybody who may approve what somebody asked for; nobody where she alone holds such a role."""
    may = {one for role in policy.archive.erasure_approvers for one in roster.with_role(role)}
    return tuple(sorted(may - {asker}))


def _tell_asker(briefing: Briefing, asked: Erasure, *, by: str, decision: Decision) -> tuple[LetterOrder, ...]:
    """What became of it, for whoever asked; nothing when it was she who took it back, or she has left."""
    reader = asked.requested_by
    if by == reader or not briefing.roster.works_here(reader):
        return ()
    return (_about(briefing.case, LetterKind.ERASURE_DECIDED, to=reader, said=f"{decision} {by}"),)


def _about(case: Case, kind: LetterKind, *, to: str, said: str) -> LetterOrder:
    """A line of a letter that may gather several: the case's number, a code and a staff id."""
    return LetterOrder(kind, to, f"{kind}/{case.case_no}/{case.seq}/{to}", details=((case.case_no, said),))


def _asked(case: Case) -> Erasure:
    if case.erasure is None:
        raise ErasureNotOpen(f"nobody asked for {case.case_no} to be erased", why="not_asked")
    return case.erasure


def _erasable(case: Case) -> None:
    if case.is_open:
        raise ErasureNotOpen(f"{case.case_no} is open: only what is archived can be erased", why="still_open")
    if case.held_since:
        message = f"{case.case_no} is held since {case.held_since:%Y-%m-%d}: release it first"
        raise ErasureNotOpen(message, why="held")


def _staff_only(briefing: Briefing, by: str) -> None:
    if not briefing.roster.works_here(by):
        message = f"{by or 'nobody'} is not on the staff: say who it is with --by"
        raise ErasureNotOpen(message, why="not_on_staff")


def _approver_only(briefing: Briefing, by: str) -> None:
    may = briefing.policy.archive.erasure_approvers
    if not _holds(briefing, by, may):
        message = f"{by} holds none of the roles that may approve: {', '.join(may)}"
        raise ErasureNotOpen(message, why="may_not_approve")


def _guardian_only(briefing: Briefing, by: str) -> None:
    may = briefing.policy.archive.guardians
    if not _holds(briefing, by, may):
        message = f"{by} holds none of the roles that may release a hold: {', '.join(may)}"
        raise ErasureNotOpen(message, why="may_not_release")


def _holds(briefing: Briefing, by: str, roles: Iterable[Role]) -> bool:
    _staff_only(briefing, by)
    return not set(roles).isdisjoint(briefing.roster.staff[by].roles)


def _reason(reason: str, stationery: Stationery) -> Paper | None:
    """The paper that keeps a reason, None without one; never a part of it, which would say something else."""
    text = reason.strip()
    if len(text) > LONGEST_REASON:
        message = f"the reason has {len(text)} characters: at most {LONGEST_REASON} are kept, so please shorten it"
        raise ErasureNotOpen(message, why="reason_too_long")
    return stationery.paper(0, kind="reason", content={"text": text}) if text else None
