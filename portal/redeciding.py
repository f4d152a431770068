"""Redeciding for auditors: the house's own cases decided once more, under their own policy or under another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adapters.histories import Scope
from adapters.past import Past
from adapters.policies import load_policy, policy_path
from complaints.account import Account
from complaints.comparing import REASONS, Result
from complaints.errors import AnswerWrong
from complaints.outlook import Comparison, outlook
from complaints.redeciding import redecide
from portal.periods import scope_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.house import House
    from complaints.comparing import Redecision


@dataclass(frozen=True)
class Order:
    """Which cases, by number or by the days on which they came; all of them only when it is said."""

    cases: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    everything: bool = False

    async def scope(self, house: House) -> Scope:
        """The cases that are meant; AnswerWrong when none are named."""
        if not (self.cases or self.since or self.until or self.everything):
            raise AnswerWrong({"CASE": "name cases, or days with --from and --to, or all of them with --all"})
        zone = (await house.library.current()).calendar.timezone
        return scope_of(cases=self.cases, since=self.since, until=self.until, zone=zone)


@dataclass(frozen=True)
class Judged:
    """An account, and the decisions of each case where they were asked for one by one."""

    account: Account
    decisions: tuple[Redecision, ...] = field(default=(), repr=False)


async def redecide_cases(house: House, order: Order, *, keeps: bool) -> Judged:
    """Decide cases once more; `keeps` every decision, also those that come out the same."""
    past, account = await Past.of(house), Account()
    kept: list[Redecision] = []
    async for recorded in past.cases(await order.scope(house)):
        decisions = redecide(recorded)
        account.add(decisions)
        kept += decisions if keeps else ()
    return Judged(account, tuple(kept))


async def compare_with(house: House, pack: str, order: Order) -> Comparison:
    """What another pack, by name or file, makes of cases, beside what their own policy makes of them."""
    other, past, found = load_policy(policy_path(pack)), await Past.of(house), Comparison()
    async for recorded in past.cases(await order.scope(house)):
        first = recorded.entries[0]
        own = recorded.policy_of(first)
        found.add(first.case_no, outlook(recorded, own) if own else {}, outlook(recorded, other))
    return found


def judged_as_data(judged: Judged) -> dict[str, Any]:
    """The account for programs; every decision where they were kept, else the differences."""
    account = judged.account
    return {
        "cases": account.cases,
        "is_right": account.is_right,
        **{result.value: account.total(result) for result in Result},
        "topics": {
            topic.value: {result.value: account.counts[topic, result] for result in Result} for topic in account.topics
        },
        "reasons": {code: {"times": times, "means": REASONS[code]} for code, times in account.reasons.items()},
        "decisions": [_decision_as_data(one) for one in (judged.decisions or account.differences)],
    }


def comparison_as_data(found: Comparison) -> dict[str, Any]:
    """The comparison for programs."""
    return {
        "cases": found.cases,
        "left_out": found.left_out,
        "aspects": {aspect: _aspect_as_data(found, aspect) for aspect in found.aspects},
    }


def _aspect_as_data(found: Comparison, aspect: str) -> dict[str, Any]:
    changes: Sequence[Any] = found.changes_of(aspect)
    return {
        "same": found.same[aspect],
        "changed": sum(times for _, _, times, _ in changes),
        "changes": [
            {"was": was, "would_be": would_be, "cases": times, "examples": list(examples)}
            for was, would_be, times, examples in changes
        ],
    }


def _decision_as_data(one: Redecision) -> dict[str, Any]:
    return {
        "case_no": one.case_no,
        "seq": one.seq,
        "at": one.at.isoformat(),
        "fact": one.fact,
        "topic": one.topic,
        "result": one.result,
        "reason": one.reason,
        "recorded": dict(one.recorded),
        "recomputed": dict(one.recomputed),
    }
