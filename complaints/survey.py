"""The survey: many cases held against their model, with times, ways and rework, in one pass and little memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints.conformance import EXPLAINED, Deviation, Followers, discover, replay_followers, replay_moves
from complaints.event_log import Span, Stay, Trace, stays_of
from complaints.events import CaseArchived
from complaints.stage_visits import visits_of
from complaints.throughput import Stopwatch, Times
from complaints.variants import Rework, Variant, Ways
from complaints.words import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from complaints.chain import Entry
    from complaints.policy_parts import Calendar

WHOLE = "whole case"
TABLE_OF_MOVES = "the table of allowed moves (complaints/moves.py), replayed exactly"
_EXAMPLES = 5


@dataclass(frozen=True)
class Departure:
    """A deviation, how often it was met, in how many cases, and the first of these."""

    deviation: Deviation
    times: int
    cases: int
    examples: tuple[str, ...]

    @property
    def explained(self) -> str:
        """What this kind of deviation is, in a sentence."""
        return EXPLAINED[self.deviation.code]


@dataclass(frozen=True)
class Report:
    """What a survey found; `model` says what the cases were held against."""

    subject: str
    model: str
    cases: int
    open_cases: int
    """Not ended yet; they count as conforming when they did so as far as they went."""
    events: int
    conforming: int
    departures: tuple[Departure, ...]
    whole: Times | None
    """From beginning to end, of cases that ended."""
    times: tuple[Times, ...]
    variants: tuple[Variant, ...]
    """Of cases that ended."""
    rework: tuple[Rework, ...]

    @property
    def share_conforming(self) -> float:
        """Of all cases; 1 where there are none."""
        return self.conforming / self.cases if self.cases else 1.0


class _Departures:
    """Deviations as they are met."""

    def __init__(self) -> None:
        self._times: Counter[Deviation] = Counter()
        self._cases: Counter[Deviation] = Counter()
        self._examples: dict[Deviation, tuple[str, ...]] = {}

    def add(self, found: Sequence[Deviation], examples: Sequence[str], *, cases: int = 1) -> None:
        for deviation, times in Counter(found).items():
            self._times[deviation] += times * cases
            self._cases[deviation] += cases
            known = self._examples.get(deviation, ())
            self._examples[deviation] = (*known, *examples)[:_EXAMPLES]

    def ranked(self) -> tuple[Departure, ...]:
        found = (
            Departure(one, times=self._times[one], cases=cases, examples=self._examples[one])
            for one, cases in self._cases.items()
        )
        return tuple(sorted(found, key=lambda one: (-one.cases, one.deviation.code, one.deviation.where)))


class CaseSurvey:
    """A survey of the house's own cases, by their stages."""

    def __init__(self, calendar: Calendar) -> None:
        self._whole = Stopwatch(calendar, tells_waiting=True)
        self._stages = Stopwatch(calendar, tells_waiting=True)
        self._ways = Ways()
        self._departures = _Departures()
        self._cases = self._open = self._events = self._conforming = 0

    def add(self, entries: Sequence[Entry]) -> None:
        """One more case: its whole history."""
        case_no = entries[0].case_no
        found, visits = replay_moves(entries), visits_of(entries)
        is_over = any(isinstance(entry.fact, CaseArchived) for entry in entries)
        self._cases += 1
        self._open += not is_over
        self._events += len(entries)
        self._conforming += not found
        self._departures.add(found, (case_no,))
        self._stages.add(visit.stay for visit in visits)
        if is_over and visits:
            waits = tuple(wait for visit in visits for wait in visit.waits)
            self._whole.add([Stay(WHOLE, Span(visits[0].span.start, visits[-1].span.end), waits)])
            self._ways.add(case_no, [visit.step for visit in visits])

    def report(self) -> Report:
        """What was found so far."""
        return Report(
            subject="the cases of this house",
            model=TABLE_OF_MOVES,
            cases=self._cases,
            open_cases=self._open,
            events=self._events,
            conforming=self._conforming,
            departures=self._departures.ranked(),
            whole=next(iter(self._whole.times()), None),
            times=self._stages.times([stage.value for stage in Stage]),
            variants=self._ways.variants(),
            rework=_by_stage(self._ways),
        )


def _by_stage(ways: Ways) -> tuple[Rework, ...]:
    """Rework is told by stages: by which exit one was left does not make it another."""
    plain = Ways()
    for way, cases in ways.counted.items():
        plain.add("", [step.partition("/")[0] for step in way], cases=cases)
    return plain.rework()


class LogSurvey:
    """A survey of an imported log, by its activities."""

    def __init__(self, name: str, calendar: Calendar) -> None:
        self._name = name
        self._whole = Stopwatch(calendar, tells_waiting=False)
        self._activities = Stopwatch(calendar, tells_waiting=False)
        self._ways = Ways()
        self._events = 0

    def add(self, trace: Trace) -> None:
        """One more case."""
        self._events += len(trace.steps)
        self._ways.add(trace.case_id, trace.activities)
        self._activities.add(stays_of(trace))
        first, last = trace.steps[0].at, trace.steps[-1].at
        self._whole.add([Stay(WHOLE, Span(first, last))])

    def discovered(self, least_share: float) -> Followers:
        """The model that the log itself shows."""
        return discover(self._ways.counted, least_share=least_share)

    def report(self, model: Followers) -> Report:
        """What was found so far, held against a model."""
        departures, conforming = _Departures(), 0
        for way, cases in self._ways.counted.items():
            found = replay_followers(way, model)
            departures.add(found, self._ways.examples(way), cases=cases)
            conforming += 0 if found else cases
        return Report(
            subject=f"the log {self._name}",
            model=model.origin,
            cases=sum(self._ways.counted.values()),
            open_cases=0,
            events=self._events,
            conforming=conforming,
            departures=departures.ranked(),
            whole=next(iter(self._whole.times()), None),
            times=self._activities.times(),
            variants=self._ways.variants(),
            rework=self._ways.rework(),
        )
