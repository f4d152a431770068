"""The outlook of a case under a policy: what that policy makes of what was recorded, whoever was there to do it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from complaints import assignment, classification, clocks_of_case, intake
from complaints.authority import LADDER, chain_of, may_grant_proposal
from complaints.briefing import Briefing
from complaints.callback import is_sampled
from complaints.classification import UNKNOWN
from complaints.events import CaseClassified, CaseScreened, CategorySuggested
from complaints.fold import fold
from complaints.grading import regrade
from complaints.policy_checks import category_codes
from complaints.regrading import classified
from complaints.work_events import ClassificationConfirmed, FindingsSubmitted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from complaints.case import Case
    from complaints.chain import Entry
    from complaints.events import Classification, Clock
    from complaints.policy import Policy
    from complaints.recorded import Recorded

_Kind = TypeVar("_Kind")

ASPECTS = (
    "completeness",
    "doubts",
    "category",
    "level",
    "priority",
    "department",
    "respond_within",
    "approval",
    "callback",
)
"""What is compared besides the clocks, in the order in which it is told. A clock is `clock:resolve`."""

NOT_ASKED = ""
"""A case that never came so far, or that a policy cannot place."""


def outlook(recorded: Recorded, policy: Policy) -> dict[str, str]:
    """What a policy makes of a case, by aspect; empty when its record was erased or nothing was screened yet.

    Everything is read from the record, from what people said (factors, findings) and from when they said it. People's
    words stand as they are, also where this policy would have asked somebody else for them.
    """
    screened = _first(recorded.entries, CaseScreened)
    if recorded.papers is None or screened is None:
        return {}
    told = _screening(recorded, policy, screened)
    graded = _graded(recorded, policy)
    if graded is None:
        return told
    told |= {
        "category": _named(graded.category, policy),
        "level": f"{graded.scheme}:{graded.level}",
        "priority": graded.priority.value,
    }
    case = replace(_before(recorded, len(recorded.entries)), classification=graded)
    briefing = Briefing(case=case, policy=policy, now=recorded.entries[-1].at, papers=recorded.papers)
    post = assignment.post_for(briefing)
    share = policy.callback.sampling.get(case.level, 1.0)
    return {
        **told,
        "department": post.department,
        "respond_within": str(post.row.respond_within),
        **{f"clock:{clock.name}": clock.due_at.isoformat(timespec="minutes") for clock in _clocks(recorded, briefing)},
        "approval": _approval(recorded, briefing),
        "callback": "asked" if is_sampled(case.case_no, share) else "not asked",
    }


@dataclass
class Comparison:
    """Many cases under two policies: per aspect how often both say the same, and which became what, with examples."""

    most_examples: int = 3
    cases: int = 0
    left_out: list[str] = field(default_factory=list)
    """Cases that cannot be decided once more: erased, or not screened yet."""
    same: Counter[str] = field(default_factory=Counter)
    changed: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By aspect, what it was and what it would be; of moments only whether sooner or later."""
    examples: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)

    def add(self, case_no: str, own: Mapping[str, str], other: Mapping[str, str]) -> None:
        """One more case, under its own policy and under the other."""
        self.cases += 1
        if not own or not other:
            self.left_out.append(case_no)
            return
        for aspect in dict.fromkeys((*own, *other)):
            was, would_be = own.get(aspect, NOT_ASKED), other.get(aspect, NOT_ASKED)
            if was == would_be:
                self.same[aspect] += 1
                continue
            change = _change(aspect, was, would_be)
            self.changed[change] += 1
            known = self.examples.setdefault(change, [])
            if len(known) < self.most_examples:
                known.append(case_no)

    @property
    def aspects(self) -> tuple[str, ...]:
        """Everything that was compared, in the order in which it is told."""
        seen = {*self.same, *(aspect for aspect, _, _ in self.changed)}
        return (*(one for one in ASPECTS if one in seen), *sorted(seen - set(ASPECTS)))

    def changes_of(self, aspect: str) -> tuple[tuple[str, str, int, tuple[str, ...]], ...]:
        """What became what, how often and for example where, the most frequent first."""
        found = [(key, times) for key, times in self.changed.items() if key[0] == aspect]
        ordered = sorted(found, key=lambda one: (-one[1], one[0]))
        return tuple(
            (was, would_be, times, tuple(self.examples[one])) for one, times in ordered for _, was, would_be in (one,)
        )


def _change(aspect: str, was: str, would_be: str) -> tuple[str, str, str]:
    if aspect.startswith("clock:") and was and would_be:
        return aspect, "due", "sooner" if would_be < was else "later"
    return aspect, was or "-", would_be or "-"


def _screening(recorded: Recorded, policy: Policy, screened: tuple[int, CaseScreened]) -> dict[str, str]:
    index, _ = screened
    made = intake.decide(recorded.briefing(index, _before(recorded, index), policy)).facts[0]
    if not isinstance(made, CaseScreened):
        return {}
    return {"completeness": f"{made.completeness:g}", "doubts": " ".join(sorted(made.doubts))}


def _graded(recorded: Recorded, policy: Policy) -> Classification | None:
    """The grade that stood first: of a person's factors where a person was asked, else as the rules suggest it."""
    stands = _first(recorded.entries, CaseClassified)
    if stands is None:
        return None
    confirmed = _first(recorded.entries[: stands[0]], ClassificationConfirmed)
    if confirmed:
        index, word = confirmed
        briefing = recorded.briefing(index, _before(recorded, index), policy)
        graded = regrade(
            word.category,
            impact=word.impact,
            urgency=word.urgency,
            scope=word.scope,
            customer_type=briefing.case.customer_type,
            policy=policy,
            text=briefing.record.detail,
        )
        return classified(word.category, graded)
    suggested = _first(recorded.entries, CategorySuggested)
    index = suggested[0] if suggested else stands[0]
    made = classification.decide(recorded.briefing(index, _before(recorded, index), policy)).facts[0]
    return made.suggestion if isinstance(made, CategorySuggested) else None


def _named(category: str, policy: Policy) -> str:
    """A category that a person named stands even where this policy has no such code."""
    return category if category in {UNKNOWN, *category_codes(policy)} else f"{category} (no such category)"


def _clocks(recorded: Recorded, briefing: Briefing) -> tuple[Clock, ...]:
    """The clocks from receipt on and those that classification starts."""
    received, case = recorded.entries[0].at, replace(briefing.case, clocks={})
    at_receipt = clocks_of_case.start_at_receipt(replace(case, classification=None), briefing.policy, now=received)
    known = {clock.name for fact in at_receipt for clock in fact.clocks}
    stands = _first(recorded.entries, CaseClassified)
    moment = recorded.entries[stands[0]].at if stands else received
    later = clocks_of_case.start(replace(briefing, case=case, now=moment), "classified")
    return tuple(clock for fact in at_receipt for clock in fact.clocks) + tuple(
        clock for fact in later for clock in fact.clocks if clock.name not in known
    )


def _approval(recorded: Recorded, briefing: Briefing) -> str:
    """The roles whose approval the last findings need, in order; '' while there are none."""
    if _first(recorded.entries, FindingsSubmitted) is None:
        return NOT_ASKED
    chain = chain_of(briefing)
    enough = next((role for role in LADDER[1:] if may_grant_proposal(briefing, role)), LADDER[-1])
    is_enough = any(may_grant_proposal(briefing, role) for role in chain)
    return " ".join(role.value for role in (chain if is_enough else (*chain, enough)))


def _first(entries: Iterable[Entry], kind: type[_Kind]) -> tuple[int, _Kind] | None:
    return next(((nth, entry.fact) for nth, entry in enumerate(entries) if isinstance(entry.fact, kind)), None)


def _before(recorded: Recorded, index: int) -> Case:
    return fold(recorded.entries[:index])
