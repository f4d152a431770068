"""Redeciding: every decision of the rules taken once more, from what was recorded and under the same policy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from complaints.adopting import adopt
from complaints.clock_events import PolicyAdopted
from complaints.comparing import Redecision, Result, Topic, agrees, by_topic, looked_up, topic_of
from complaints.deciding import within
from complaints.errors import RedressError
from complaints.events import ComplaintReceived
from complaints.fold import fold
from complaints.record import Complaint
from complaints.recorded import PERSONS, Recorded
from complaints.rederiving import NO_PAPERS, READS_TEXT, consequences, received
from complaints.rulebook import RULES
from complaints.words import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from complaints.briefing import Briefing
    from complaints.case import Case
    from complaints.chain import Entry
    from complaints.fact import Fact
    from complaints.policy import Policy
    from complaints.roster import Roster

_FROM_ELSEWHERE = frozenset({"run.interrupted", "case.linked", "complaint.repeated"})
"""What the engine, or another case, writes into a history: no rule of this case decided it."""

_TOLD_BY_OTHERS = frozenset({"incident.joined", "incident.grew"})
"""What begins with another case's word; what this case's rules make of it is held against the history."""

_REFUSALS = (KeyError, ValueError, IndexError, StopIteration, RedressError)
"""What rules and fold raise over a case that could not have come about."""


@dataclass(frozen=True)
class _Expected:
    """What the rules make of the case before an entry; `otherwise` if whoever was chosen had been the busiest."""

    facts: tuple[Fact, ...] = ()
    otherwise: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class _Books:
    """By which rules and which list of staff something was decided."""

    policy: Policy
    roster: Roster


def redecide(recorded: Recorded) -> tuple[Redecision, ...]:
    """Every decision that the rules took in this history, each held against what they make of it now.

    After a difference the history's word counts, so that one is told once, and not all that follows from it too.
    """
    found: list[Redecision] = []
    case: Case | None = None
    index = 0
    while index < len(recorded.entries):
        decisions, taken = _hold(recorded, index, case)
        found += decisions
        read = recorded.entries[index : index + taken]
        try:
            case = fold(read, case)
        except _REFUSALS:
            return (*found, _odd(read[0], "does_not_fold"))
        index += taken
    return tuple(found)


def _hold(recorded: Recorded, index: int, case: Case | None) -> tuple[list[Redecision], int]:
    """The decisions of the step that begins with an entry, and how many entries it is."""
    entry = recorded.entries[index]
    if _is_nobodys(entry, case):
        return [], 1
    policy = recorded.policy_of(entry)
    if policy is None:
        return [_odd(entry, "policy_not_stored", result=Result.NOT_RECOMPUTABLE)], 1
    rosters = recorded.rosters_of(entry, policy)
    if not rosters:
        return [_odd(entry, "roster_not_stored", result=Result.NOT_RECOMPUTABLE)], 1
    tried = [_held_by(recorded, index, case, _Books(policy, roster)) for roster in rosters]
    return next((one for one in tried if all(each.result is not Result.DIFFERENT for each in one[0])), tried[0])


def _held_by(recorded: Recorded, index: int, case: Case | None, books: _Books) -> tuple[list[Redecision], int]:
    entry = recorded.entries[index]
    try:
        expected = _expect(recorded, index, case, books)
    except _REFUSALS:
        return [_odd(entry, "rules_refuse")], 1
    if not expected.facts:
        return ([_odd(entry, "rules_say_nothing")] if entry.actor == SYSTEM and case else []), 1
    return _step(recorded, index, expected)


def _is_nobodys(entry: Entry, case: Case | None) -> bool:
    return case is not None and entry.fact.type in _FROM_ELSEWHERE


def _expect(recorded: Recorded, index: int, case: Case | None, books: _Books) -> _Expected:
    entry = recorded.entries[index]
    if case is None:
        return _Expected(received(entry, books.policy, _record(recorded, entry)))
    decide = _rules_for(recorded, index, case)
    facts = decide(recorded.briefing(index, case, books.policy, roster=books.roster))
    if not any(fact.type in PERSONS for fact in facts):
        return _Expected(facts, facts)
    moot = recorded.briefing(index, case, books.policy, roster=books.roster, is_favoured=False)
    return _Expected(facts, decide(moot))


def _rules_for(recorded: Recorded, index: int, case: Case) -> Callable[[Briefing], tuple[Fact, ...]]:
    entry = recorded.entries[index]
    if isinstance(entry.fact, PolicyAdopted):
        return lambda briefing: _adopted(recorded, index, briefing)
    if entry.actor != SYSTEM or entry.fact.type in _TOLD_BY_OTHERS:
        return lambda briefing: consequences(briefing, entry)
    if case.stage is None:
        return lambda _briefing: ()
    decide = within(case.stage, RULES[case.stage])
    return lambda briefing: decide(briefing).facts


def _adopted(recorded: Recorded, index: int, briefing: Briefing) -> tuple[Fact, ...]:
    """The clocks under the policy that somebody adopted, where that is stored."""
    fact = recorded.entries[index].fact
    if not isinstance(fact, PolicyAdopted) or fact.adopted not in recorded.policies:
        return ()
    policy = recorded.policies[fact.adopted]
    made = adopt(briefing, recorded.entries[:index], policy, by=fact.by, reason="", stationery=NO_PAPERS).facts[0]
    return (made.model_copy(update={"reason": fact.reason}),)


def _record(recorded: Recorded, entry: Entry) -> Complaint | None:
    fact = entry.fact
    if recorded.papers is None or not isinstance(fact, ComplaintReceived):
        return None
    return Complaint.model_validate(recorded.papers[fact.record.id])


def _step(recorded: Recorded, index: int, expected: _Expected) -> tuple[list[Redecision], int]:
    found: list[Redecision] = []
    batch = recorded.batch(index)
    is_erased = recorded.papers is None
    for nth, fact in enumerate(expected.facts):
        written = batch[nth] if nth < len(batch) else None
        if written is None or written.fact.type != fact.type:
            return [*found, _missing(batch, nth, fact, is_erased=is_erased)], max(nth, 1)
        other = expected.otherwise[nth] if nth < len(expected.otherwise) else None
        found += _compared(written, fact, other, is_erased=is_erased)
    return found, len(expected.facts)


def _missing(batch: tuple[Entry, ...], nth: int, fact: Fact, *, is_erased: bool) -> Redecision:
    """Something else was written than the rules say, or nothing where they say something."""
    made = looked_up(fact)
    if nth == 0:
        odd = replace(_odd(batch[0], "rules_say_other"), recomputed={"type": fact.type, **made})
        return _erased(odd) if is_erased and batch[0].fact.type in READS_TEXT | _READS_NAMES else odd
    last = batch[nth - 1]
    return Redecision(
        case_no=last.case_no,
        seq=last.seq,
        at=last.at,
        fact=fact.type,
        topic=topic_of(fact),
        result=Result.DIFFERENT,
        recomputed=made,
        reason="not_written",
    )


def _compared(entry: Entry, fact: Fact, otherwise: Fact | None, *, is_erased: bool) -> Iterator[Redecision]:
    """The topics of one entry, each held against what the rules make of it."""
    made = looked_up(fact)
    moot = looked_up(otherwise) if otherwise is not None and otherwise.type == fact.type else {}
    chosen = PERSONS.get(fact.type, ())
    for topic, told in by_topic(entry.fact).items():
        decision = Redecision(
            case_no=entry.case_no,
            seq=entry.seq,
            at=entry.at,
            fact=entry.fact.type,
            topic=topic,
            result=Result.SAME,
            recorded=told,
            recomputed={path: made.get(path) for path in told},
        )
        is_same = all(path in made and agrees(path, value, made[path]) for path, value in told.items())
        names = {path for path in told if path in chosen}
        if is_erased and (names or _is_read(entry, topic) or (not is_same and _hangs_on_names(entry, topic))):
            yield _erased(decision)
        elif not is_same:
            yield replace(decision, result=Result.DIFFERENT, reason="values_differ")
        elif topic is Topic.INCIDENT:
            yield replace(decision, result=Result.NOT_RECOMPUTABLE, reason="neighbours_not_kept")
        elif any(moot.get(path) != made.get(path) for path in names):
            yield replace(decision, result=Result.NOT_RECOMPUTABLE, reason="loads_not_kept")
        else:
            yield decision


_READS_NAMES = frozenset({"task.escalated", "task.reminded", "case.escalated"})
"""Steps up the path, which pass over whomever the complaint names."""

_WITHOUT_TEXT = frozenset({Topic.DEADLINE, Topic.DEPARTMENT, Topic.STEP})
"""What no word of the customer decides on."""


def _is_read(entry: Entry, topic: Topic) -> bool:
    """Whether this was read from what the customer wrote; a level that a person confirmed is read from it too."""
    confirmed = entry.actor != SYSTEM and entry.fact.type == "case.classified"
    return (entry.fact.type in READS_TEXT or confirmed) and topic not in _WITHOUT_TEXT


def _hangs_on_names(entry: Entry, topic: Topic) -> bool:
    is_path = entry.fact.type in _READS_NAMES
    return is_path or (entry.fact.type in PERSONS and topic not in _WITHOUT_TEXT)


def _erased(decision: Redecision) -> Redecision:
    return replace(decision, result=Result.NOT_RECOMPUTABLE, recomputed={}, reason="papers_erased")


def _odd(entry: Entry, reason: str, *, result: Result = Result.DIFFERENT) -> Redecision:
    return Redecision(
        case_no=entry.case_no,
        seq=entry.seq,
        at=entry.at,
        fact=entry.fact.type,
        topic=topic_of(entry.fact),
        result=result,
        recorded={"type": entry.fact.type, **entry.fact.stated()},
        reason=reason,
    )
