"""Briefing in, verdict out: what a rule may look at, and what it may order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from complaints.chain import Head, Signature, link
from complaints.errors import LoadsUnread
from complaints.fold import fold
from complaints.mentions import staff_named_in
from complaints.record import Complaint
from complaints.roster import NO_ROSTER, Roster

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from complaints.case import Case
    from complaints.events import Lookalike
    from complaints.fact import Fact
    from complaints.incidents import Incident, SimilarCase
    from complaints.letters import LetterOrder
    from complaints.papers import Paper
    from complaints.policy import Policy
    from complaints.tidings import Tiding


@dataclass(frozen=True)
class Load:
    """How busy a member of staff is: open tasks now, and when she was last asked for something."""

    open_tasks: int = 0
    last_asked_at: datetime | None = None


class _Unread(Mapping[str, Load]):
    """Holds nothing and says so: a decision that took everybody for idle would choose wrongly and nobody would see."""

    def __getitem__(self, staff_id: str) -> NoReturn:
        raise LoadsUnread(staff_id)

    def __iter__(self) -> NoReturn:
        raise LoadsUnread("everybody")

    def __len__(self) -> NoReturn:
        raise LoadsUnread("everybody")


UNREAD = _Unread()
"""The loads of a briefing that was made without them; whoever decides by them must read them first."""


@dataclass(frozen=True)
class Briefing:
    """Everything a decision may depend on. Two equal briefings give two equal verdicts."""

    case: Case
    policy: Policy
    now: datetime
    papers: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    """Content of the case's papers by id; empty after erasure."""
    loads: Mapping[str, Load] = field(default_factory=dict)
    lookalikes: tuple[Lookalike, ...] = ()
    similar: tuple[SimilarCase, ...] = ()
    """Open cases of anybody's that came shortly before and read alike, oldest first; known while a case is screened."""
    incident: Incident | None = None
    """The incident that some of those belong to."""
    original: Case | None = None
    """The case that somebody names as the one that this one repeats, where there is such a case."""
    roster: Roster = NO_ROSTER
    """Who works for the house now; the policy's sample roster where none is given."""

    def __post_init__(self) -> None:
        known = Roster.of_policy(self.policy) if self.roster is NO_ROSTER else self.roster
        object.__setattr__(self, "roster", known.at(self.now))

    @cached_property
    def record(self) -> Complaint:
        """The complaint as the customer and the clerk wrote it down."""
        if self.case.record is None:
            message = f"{self.case.case_no} has no record yet"
            raise ValueError(message)
        return Complaint.model_validate(self.papers[self.case.record.id])

    @cached_property
    def named(self) -> frozenset[str]:
        """The staff whom the complaint names; kept, since a page asks it for every colleague."""
        return staff_named_in(self.record.wording, self.roster.staff)

    def after(self, verdict: Verdict) -> Briefing:
        """The briefing as it will be once this verdict is recorded."""
        if not verdict.facts:
            return self
        head = Head(case_no=self.case.case_no, seq=self.case.seq, hash=self.case.head)
        # Only the fold's result counts here; actor and origin are written when the verdict is recorded.
        nobody = Signature(actor="", origin="", policy="")
        entries = link(head, verdict.facts, at=self.now, signature=nobody)
        new_papers = {paper.id: paper.content for paper in verdict.papers}
        return replace(self, case=fold(entries, self.case), papers={**self.papers, **new_papers})


@dataclass(frozen=True)
class Verdict:
    """What a decision orders: facts for the history, letters for the post room, papers for the file."""

    facts: tuple[Fact, ...] = ()
    letters: tuple[LetterOrder, ...] = ()
    papers: tuple[Paper, ...] = ()
    tidings: tuple[Tiding, ...] = ()
    """What other cases learn of it; they know before this verdict is recorded, since it may be decided again."""
    house_letters: tuple[LetterOrder, ...] = ()
    """Letters to staff that need nothing of the case but its number, so that they outlive its key."""

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(
            facts=(*self.facts, *other.facts),
            letters=(*self.letters, *other.letters),
            papers=(*self.papers, *other.papers),
            tidings=(*self.tidings, *other.tidings),
            house_letters=(*self.house_letters, *other.house_letters),
        )

    def __bool__(self) -> bool:
        return bool(self.facts)


NOTHING = Verdict()

_MOST_STEPS = 200
"""A stage not settled after so many steps is in a loop; real ones take under ten, plus one per missed deadline."""


def pursue(briefing: Briefing, decide: Callable[[Briefing], Verdict]) -> Verdict:
    """Decide again and again, each time as if the last verdict were recorded, until nothing is left to decide."""
    whole = NOTHING
    for _ in range(_MOST_STEPS):
        step = decide(briefing)
        if not step:
            return whole + step
        whole += step
        briefing = briefing.after(step)
    message = f"{briefing.case.case_no} does not settle in stage {briefing.case.stage}"
    raise RuntimeError(message)
