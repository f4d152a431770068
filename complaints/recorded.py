"""What is recorded: all that the house keeps of a case and its time, from which it can be decided once more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from complaints.assignment_events import CandidatesWeighed
from complaints.briefing import Briefing, Load
from complaints.clock_events import PolicyAdopted
from complaints.escalation_events import IncidentJoined
from complaints.events import CaseAssigned, CaseScreened, StageClosed
from complaints.incidents import Incident, SimilarCase
from complaints.papers import PaperRef
from complaints.record import Complaint
from complaints.roster import Roster
from complaints.words import CUSTOMER, SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from complaints.assignment_events import Candidate
    from complaints.case import Case
    from complaints.chain import Entry
    from complaints.events import Lookalike
    from complaints.fact import Fact
    from complaints.policy import Policy

_MUCH = 1000
"""More open work than anybody has: where loads are not kept, it makes one person the first choice, or the last."""

_LATELY = datetime(9999, 1, 1, tzinfo=UTC)

_FRESH = timedelta(seconds=2)
"""(house) A process may know the roster of a second ago (adapters/directory.py), and decides on it for another."""

PERSONS: Mapping[str, tuple[str, ...]] = {
    "task.asked": ("assignee", "substitute_of"),
    "task.escalated": ("told",),
    "task.reassigned": ("assignee",),
    "handler.changed": ("handler",),
    "case.escalated": ("told", "also_told"),
    "case.assigned": ("handler",),
}
"""Where a fact names somebody whom the rules chose by how much work everybody had just then."""


@dataclass(frozen=True)
class Recorded:
    """A whole history and what else the house keeps of that time."""

    entries: tuple[Entry, ...]
    policies: Mapping[str, Policy]
    """The versions that its entries name and that are stored."""
    papers: Mapping[str, dict[str, Any]] | None
    """By id; None once the case was erased."""
    rosters: tuple[tuple[datetime, Roster], ...] = field(default=(), repr=False)
    """Every roster ever stored and since when it counted, oldest first."""

    def policy_of(self, entry: Entry) -> Policy | None:
        """The policy under which an entry was decided; None when it is not stored here."""
        # Whoever adopts another policy already signs with it.
        version = entry.fact.previous if isinstance(entry.fact, PolicyAdopted) else entry.policy
        return self.policies.get(version)

    def rosters_of(self, entry: Entry, policy: Policy) -> tuple[Roster, ...]:
        """The roster that was read for an entry; several when one was stored just then, none when it is not stored."""
        named = entry.fact.roster if isinstance(entry.fact, CaseAssigned) else ""
        known = {roster.version: roster for _, roster in self.rosters} | {policy.version: Roster.of_policy(policy)}
        if named:
            return (known[named],) if named in known else ()
        newest, before = self.roster_at(entry.at, policy), self.roster_at(entry.at - _FRESH, policy)
        return (newest,) if newest.version == before.version else (newest, before)

    def roster_at(self, moment: datetime, policy: Policy) -> Roster:
        """The roster in force at a moment: before the first was stored, the policy's sample."""
        in_force = [roster for since, roster in self.rosters if since <= moment]
        return in_force[-1] if in_force else Roster.of_policy(policy)

    def batch(self, index: int) -> tuple[Entry, ...]:
        """The entries from this one on that were written by the same hand in the same moment, in one stage."""
        first, found = self.entries[index], []
        for entry in self.entries[index:]:
            if (entry.at, entry.actor, entry.origin) != (first.at, first.actor, first.origin):
                break
            found.append(entry)
            if isinstance(entry.fact, StageClosed):
                break
        return tuple(found)

    def briefing(  # noqa: PLR0913  which entry, as what, by which books
        self, index: int, case: Case, policy: Policy, *, roster: Roster | None = None, is_favoured: bool = True
    ) -> Briefing:
        """What the rules knew when they wrote this entry.

        How busy everybody was is kept only of those who were weighed. Of the others, whoever was chosen is taken for
        the idlest (`is_favoured`), or for the busiest: if she is chosen either way, it did not depend on that.
        """
        entry = self.entries[index]
        roster = roster or self.roster_at(entry.at, policy)
        return Briefing(
            case=case,
            policy=policy,
            now=entry.at,
            papers=self.papers if self.papers is not None else _blank(case),
            loads=self._loads(index, roster, is_favoured=is_favoured),
            lookalikes=_lookalikes(entry.fact),
            similar=_similar(case, self.batch(index)),
            incident=_incident(self.batch(index)),
            roster=roster,
        )

    def _loads(self, index: int, roster: Roster, *, is_favoured: bool) -> dict[str, Load]:
        written = tuple(entry.fact for entry in self.batch(index))
        chosen = tuple(dict.fromkeys(person for fact in written for person in persons_in(fact)))
        others = Load(_MUCH) if is_favoured else Load()
        loads = dict.fromkeys(roster.staff, others)
        for nth, person in enumerate(chosen):
            loads[person] = Load(nth - _MUCH) if is_favoured else Load(_MUCH, _LATELY)
        for one in self._weighed(index, written):
            # Among equals the longest idle is chosen, which tables did not keep at first.
            is_last = (one.staff_id in chosen) is not is_favoured
            guessed = _LATELY if is_last else None
            loads[one.staff_id] = Load(one.load, one.last_asked_at if keeps_idleness(one) else guessed)
        return loads

    def _weighed(self, index: int, written: Sequence[Fact]) -> tuple[Candidate, ...]:
        tables = [fact for fact in written if isinstance(fact, CaseAssigned | CandidatesWeighed)]
        # The rules weigh in a step of its own; what a person's word leads to is one step.
        if not tables or (self.entries[index].actor == SYSTEM and tables[0] is not written[0]):
            return ()
        return tables[0].candidates


def keeps_idleness(candidate: Candidate) -> bool:
    """Whether the table says since when she had been asked for nothing."""
    return "last_asked_at" in candidate.model_fields_set


def persons_in(fact: Fact) -> Iterator[str]:
    """Whom a fact names as chosen, in order."""
    for name in PERSONS.get(fact.type, ()):
        told = getattr(fact, name)
        for person in told if isinstance(told, tuple) else (told,):
            if person and person != CUSTOMER:
                yield person


def papers_in(entries: Iterable[Entry]) -> frozenset[str]:
    """The ids of all papers that these entries point at: what was on file when the last of them was written."""
    return frozenset(ref for entry in entries for ref in _refs(entry.fact))


def _refs(fact: Fact) -> Iterator[str]:
    for name in type(fact).model_fields:
        value = getattr(fact, name)
        if isinstance(value, PaperRef):
            yield value.id


def _lookalikes(fact: Fact) -> tuple[Lookalike, ...]:
    return fact.lookalikes if isinstance(fact, CaseScreened) else ()


def _similar(case: Case, written: Iterable[Entry]) -> tuple[SimilarCase, ...]:
    """The cases that were found alike, as far as they are kept: each for the customer of another one."""
    joined = next((entry.fact for entry in written if isinstance(entry.fact, IncidentJoined)), None)
    if joined is None or case.received_at is None:
        return ()
    return tuple(
        SimilarCase(number, number, case.received_at, similarity, joined.incident)
        for number, similarity in joined.alike.items()
    )


def _incident(written: Iterable[Entry]) -> Incident | None:
    """How many it had before the case joined; whom else the case told is kept in those cases' own histories."""
    joined = next((entry.fact for entry in written if isinstance(entry.fact, IncidentJoined)), None)
    return Incident(cases=joined.cases - 1) if joined else None


def _blank(case: Case) -> dict[str, dict[str, Any]]:
    """In the place of an erased record: one that says nothing, so that what needs no text can still be decided."""
    if case.record is None or case.received_at is None:
        return {}
    silent = Complaint(channel=case.channel, language=case.language, received_at=case.received_at)
    return {case.record.id: silent.model_dump(mode="json")}
