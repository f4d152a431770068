"""Throughput: time on the wall and in business hours, waiting told from work where the history tells it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.clocks import business_time
from complaints.event_log import Span, Stay, Step, Trace, stays_of
from complaints.stage_visits import visits_of
from complaints.throughput import Lengths, Stopwatch, WorkingTime, lengths
from complaints.words import TaskKind
from tests.builders import MONDAY_MORNING
from tests.play import Play, default_policy

if TYPE_CHECKING:
    from datetime import datetime

CALENDAR = default_policy().calendar
MOMENTS = st.integers(0, 365 * 86400).map(lambda seconds: MONDAY_MORNING + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("seconds", "found"),
    [
        ([7.0], Lengths(7, 7)),
        ([1.0, 2.0], Lengths(1, 2)),
        ([float(n) for n in range(10, 0, -1)], Lengths(5, 9)),
        ([float(n) for n in range(1, 12)], Lengths(6, 10)),
    ],
)
def test_lengths_are_such_as_some_case_really_took(seconds: list[float], found: Lengths) -> None:
    assert lengths(seconds) == found


@given(st.lists(st.tuples(MOMENTS, MOMENTS), min_size=1, max_size=5))
def test_business_time_by_sums_of_days_is_what_the_clocks_say(pairs: list[tuple[datetime, datetime]]) -> None:
    working = WorkingTime(CALENDAR)
    for one, other in pairs:
        span = Span(min(one, other), max(one, other))
        said = business_time(span.start, span.end, CALENDAR).total_seconds()
        assert working.between(span) == pytest.approx(said, abs=1e-3)


def test_a_visit_waits_while_anybody_is_asked_and_not_twice_at_once() -> None:
    play = Play()
    findings = play.bring_to(TaskKind.FINDINGS)
    play.at += timedelta(hours=2)
    play.submit(findings)
    first, second = play.case.open_tasks
    play.at += timedelta(hours=1)
    play.submit(first)
    play.at += timedelta(hours=1)
    play.submit(second)
    visits = {visit.stage.value: visit for visit in visits_of(play.entries)}
    investigation = visits["investigation"]
    assert investigation.waits == (Span(MONDAY_MORNING, MONDAY_MORNING + timedelta(hours=2)),)
    assert investigation.step == "investigation"
    approval = play.case.open_tasks[0]
    play.at += timedelta(hours=1)
    play.submit(approval, decision="send_back", reason="Too little.")
    review = visits_of(play.entries)[-1]
    assert review.step == "review/sent_back"
    assert sum((wait.end - wait.start for wait in review.waits), timedelta()) == timedelta(hours=3)


def test_a_foreign_stay_lasts_from_the_event_before_and_waits_until_it_begins() -> None:
    at = [MONDAY_MORNING + timedelta(hours=hours) for hours in range(4)]
    steps = (Step("a", at[0]), Step("b", at[1], lifecycle="start"), Step("b", at[3]))
    first, second = stays_of(Trace("1", steps))
    assert first == Stay("a", Span(at[0], at[0]))
    assert second == Stay("b", Span(at[0], at[3]), (Span(at[0], at[1]),))
    assert Trace("1", steps).activities == ("a", "b")


def test_a_log_that_cannot_tell_waiting_has_no_figure_for_it_and_one_that_can_counts_none_as_nothing() -> None:
    stay = Stay("a", Span(MONDAY_MORNING, MONDAY_MORNING + timedelta(hours=1)))
    silent, telling = (Stopwatch(CALENDAR, tells_waiting=tells) for tells in (False, True))
    for watch in (silent, telling):
        watch.add([stay])
    assert silent.times()[0].waiting is None
    assert telling.times()[0].waiting == Lengths(0, 0)
    assert telling.times()[0].business == Lengths(3600, 3600)
