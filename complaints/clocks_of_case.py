"""The clocks of a case: which run for it, until when, and what meets them. Stages name what happened, no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints import clocks
from complaints.events import Clock, ClockMet, ClocksStarted
from complaints.grading import levels_of
from complaints.limits import limits_of
from complaints.words import Channel, Complexity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from complaints.briefing import Briefing
    from complaints.case import Case
    from complaints.durations import Duration
    from complaints.events import Classification
    from complaints.policy import Policy
    from complaints.policy_clocks import Applies, ClockRule, Start, Stop


def start_at_receipt(case: Case, policy: Policy, *, now: datetime) -> tuple[ClocksStarted, ...]:
    """The clocks whose length is known before anybody has read the complaint."""
    started = [
        _clock(name, rule, length, case=case, policy=policy, start=now)
        for name, rule in policy.clocks.items()
        if rule.starts == "received" and _is_known_at_receipt(rule) and applies(rule.applies, case)
        if (length := length_of(rule, case, policy))
    ]
    return (ClocksStarted(clocks=tuple(started)),) if started else ()


def start(briefing: Briefing, moment: Start) -> tuple[ClocksStarted, ...]:
    """The clocks that this moment starts.

    Classification also starts those that count from receipt but whose length depends on level, category or complexity.
    """
    case, policy = briefing.case, briefing.policy
    started = []
    for name, rule in policy.clocks.items():
        waited = moment == "classified" and rule.starts == "received"
        if name in case.clocks or not (waited or rule.starts == moment) or not applies(rule.applies, case):
            continue
        since = (case.received_at if waited else None) or briefing.now
        if length := length_of(rule, case, policy):
            started.append(_clock(name, rule, length, case=case, policy=policy, start=since))
    return (ClocksStarted(clocks=tuple(started)),) if started else ()


def meet(briefing: Briefing, happened: Stop) -> tuple[ClockMet, ...]:
    """The clocks that this happening meets; those met before, or never started, are not met again."""
    return tuple(
        ClockMet(name=name, late=running.is_late(briefing.now))
        for name, running in briefing.case.clocks.items()
        if not running.met and stops(name, briefing.policy) == happened
    )


def stops(name: str, policy: Policy) -> Stop | None:
    """What meets a clock; None when the policy does not know it (any more)."""
    rule = policy.clocks.get(name)
    return rule.stops if rule else None


def latest(briefing: Briefing, name: str) -> datetime:
    """When a clock runs out; before it was started, the latest moment that any level would give it."""
    case, policy = briefing.case, briefing.policy
    if name in case.clocks:
        return case.clocks[name].clock.due_at
    rule = policy.clocks[name]
    since = case.received_at or briefing.now
    return max(clocks.due(since, length, policy.calendar_of(rule.calendar)) for length in _lengths(rule, policy))


def anew(case: Case, policy: Policy, name: str) -> Clock | None:
    """A clock as if the case had been from the beginning what it is now; None when nothing gives it a length."""
    rule = policy.clocks.get(name)
    length = length_of(rule, case, policy) if rule else None
    if rule is None or length is None:
        return None
    return _clock(name, rule, length, case=case, policy=policy, start=case.clocks[name].clock.started_at)


def length_of(rule: ClockRule, case: Case, policy: Policy) -> Duration | None:
    """The length of a clock for this case; None while the case has no level to read it from."""
    if rule.limit_of is None:
        return rule.limit
    if rule.limit_of == "acknowledge":
        return policy.intake.acknowledge_within
    if not case.level:
        return None
    of_level: Duration = getattr(limits_of(case.level, policy), rule.limit_of)
    return _sooner(rule, of_level, case=case, policy=policy) if rule.limit_of == "first_response" else of_level


def applies(to: Applies, case: Case) -> bool:
    """Whether a case is among those a clock runs for; before classification only channel and customer can tell."""
    if (to.channels and case.channel not in to.channels) or (
        to.customer_types and case.customer_type not in to.customer_types
    ):
        return False
    return to.is_known_at_receipt or (case.classification is not None and _covers(to, case.classification))


def _covers(to: Applies, found: Classification) -> bool:
    asked: tuple[tuple[tuple[str, ...], set[str]], ...] = (
        (to.levels, {found.level}),
        (to.severities, {found.severity}),
        (to.complexity, {Complexity(found.complexity).name.lower()}),
        (to.categories, {found.category, found.category.partition(".")[0]}),
    )
    barred = {found.category, found.category.partition(".")[0]} & set(to.except_categories)
    return not barred and all(not wanted or had & set(wanted) for wanted, had in asked)


def _is_known_at_receipt(rule: ClockRule) -> bool:
    return rule.applies.is_known_at_receipt and rule.limit_of not in {"first_response", "resolve"}


def _sooner(rule: ClockRule, of_level: Duration, *, case: Case, policy: Policy) -> Duration:
    """The channel may promise a first response sooner than the level, never later."""
    of_channel = policy.limits.by_channel.get(Channel(case.channel))
    calendar = policy.calendar_of(rule.calendar)
    since = case.received_at
    if of_channel is None or since is None:
        return of_level
    return of_channel if clocks.due(since, of_channel, calendar) < clocks.due(since, of_level, calendar) else of_level


def _lengths(rule: ClockRule, policy: Policy) -> Iterator[Duration]:
    if rule.limit:
        yield rule.limit
    elif rule.limit_of == "acknowledge":
        yield policy.intake.acknowledge_within
    else:
        for level in levels_of(policy.grading.scheme, policy.grading):
            yield getattr(limits_of(level, policy), str(rule.limit_of))


def _clock(  # noqa: PLR0913  everything a clock is made of
    name: str, rule: ClockRule, length: Duration, *, case: Case, policy: Policy, start: datetime
) -> Clock:
    calendar = policy.calendar_of(rule.calendar)
    without_pauses = due_at = clocks.due(start, length, calendar)
    for still in case.standstills:
        if still.until and still.reason in rule.pauses and still.since >= start:
            pause = clocks.Pause(still.since, still.until)
            due_at = clocks.after_pause(due_at, pause, unit=length.unit, calendar=calendar)
    # A fraction of the time that ran, not of what stood still: else a long pause would end in a warning.
    since = start + (due_at - without_pauses)
    return Clock(
        name=name,
        limit=str(length),
        started_at=start,
        due_at=due_at,
        warn_at=warn_at(rule, since, due_at, policy),
        kind=rule.kind,
    )


def warn_at(rule: ClockRule, start: datetime, due_at: datetime, policy: Policy) -> datetime | None:
    """When the handler is warned: while the house is open, whatever calendar the clock runs by; None for never."""
    return None if rule.warn is None else clocks.warning(start, due_at, rule.warn, policy.calendar)
