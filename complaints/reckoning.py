"""Reckoning: when the clocks of a case would run out under any policy, from what happened so far and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from complaints import clocks
from complaints.clock_events import ClockExtended, ClocksPaused, ClocksResumed
from complaints.clocks_of_case import applies, length_of, warn_at
from complaints.durations import parse_duration
from complaints.events import CaseAssigned, CaseClassified
from complaints.grading import grade_factors
from complaints.regrading import classified, factors_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from complaints.case import Case
    from complaints.chain import Entry
    from complaints.durations import Unit
    from complaints.policy import Policy
    from complaints.policy_clocks import ClockRule


class Reckoned(NamedTuple):
    """A clock as it would stand."""

    name: str
    started_at: datetime
    due_at: datetime
    warn_at: datetime | None
    limit: str


def reckon(case: Case, entries: Sequence[Entry], policy: Policy) -> dict[str, Reckoned]:
    """Every clock of this policy that runs for the case and is not met, with pauses and extensions as they happened.

    The level is computed anew from the factors that were confirmed, so that another scheme gives its own.
    """
    seen = graded_under(case, policy)
    starts = _starts(case, entries)
    found = {}
    for name, rule in policy.clocks.items():
        since, known = starts.get(rule.starts), case.clocks.get(name)
        length = length_of(rule, seen, policy)
        if since is None or length is None or (known and known.met) or not applies(rule.applies, seen):
            continue
        due_at = clocks.due(since, length, policy.calendar_of(rule.calendar))
        for change in _changes(name, rule, entries):
            due_at = change.after(due_at, unit=length.unit, policy=policy)
        found[name] = Reckoned(name, since, due_at, warn_at(rule, since, due_at, policy), str(length))
    return found


def graded_under(case: Case, policy: Policy) -> Case:
    """The case with the level that the scheme of this policy gives it."""
    known = case.classification
    if known is None or not known.factors:
        return case
    graded = grade_factors(factors_of(known), policy, reasons=known.reasons)
    return replace(case, classification=classified(known.category, graded))


def _starts(case: Case, entries: Sequence[Entry]) -> dict[str, datetime]:
    """When what starts clocks happened first."""
    starts = {"received": case.received_at} if case.received_at else {}
    for entry in entries:
        if isinstance(entry.fact, CaseClassified):
            starts.setdefault("classified", entry.at)
        if isinstance(entry.fact, CaseAssigned):
            starts.setdefault("assigned", entry.at)
    return starts


class _Change(NamedTuple):
    """A pause or an extension, as it happened."""

    rule: ClockRule
    pause: clocks.Pause | None = None
    length: str = ""

    def after(self, due_at: datetime, *, unit: Unit, policy: Policy) -> datetime:
        calendar = policy.calendar_of(self.rule.calendar)
        if self.pause:
            return clocks.after_pause(due_at, self.pause, unit=unit, calendar=calendar)
        return clocks.due(due_at, parse_duration(self.length), calendar)


def _changes(name: str, rule: ClockRule, entries: Sequence[Entry]) -> Iterator[_Change]:
    """What stopped or stretched a clock, in order; a pause that goes on counts as long as it may last."""
    going_on: _Change | None = None
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, ClocksPaused) and fact.reason in rule.pauses:
            going_on = _Change(rule, pause=clocks.Pause(entry.at, fact.ends_at))
        elif isinstance(fact, ClocksResumed) and fact.reason in rule.pauses:
            going_on = None
            yield _Change(rule, pause=clocks.Pause(fact.since, fact.until))
        elif isinstance(fact, ClockExtended) and fact.clock == name:
            yield _Change(rule, length=fact.length)
    if going_on:
        yield going_on
