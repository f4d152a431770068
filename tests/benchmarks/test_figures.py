"""Figures and the report of them."""

from __future__ import annotations

import io

from rich.console import Console

from benchmarks.deadlines import Strike, figure_of
from benchmarks.figures import Bar, Figure, percentile
from benchmarks.kill import repeated
from benchmarks.report import as_data, print_table, shown
from benchmarks.wake import Moment, wakes

FACTS = {"cores": 2, "python": "3.11", "prefect": "3.8.8"}


def test_the_median_decides_whether_a_bar_is_met() -> None:
    assert Figure("wake", (9.0, 20.0, 99.0), "ms", Bar(25)).is_met
    assert not Figure("rate", (1.0, 1.2, 9.0), "/s", Bar(1.5, more_is_better=True)).is_met
    assert Figure("size", (1.0,), "MB").is_met is None


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([5, 1, 4, 2, 3], 0.5) == 3
    assert percentile(list(range(100)), 0.95) == 95
    assert percentile([], 0.5) == 0


def test_the_table_shows_median_spread_and_bar() -> None:
    out = io.StringIO()
    figure = Figure("wake", (9.0, 20.0, 130.4), "ms", Bar(25, 5), "while idle")
    print_table([figure], facts=FACTS, console=Console(file=out, width=200))
    assert all(told in out.getvalue() for told in ("20 ms", "9 - 130 (3)", "≤ 25", "≤ 5", "yes", "while idle"))


def test_the_data_holds_every_run() -> None:
    told = as_data([Figure("rate", (4.0, 5.0), "/s", Bar(1.5, 4, more_is_better=True))], facts=FACTS)["figures"][0]
    assert (told["runs"], told["median"], told["is_met"], told["is_moonshot"]) == ([4.0, 5.0], 4.5, True, True)


def test_numbers_are_told_in_three_digits() -> None:
    assert [shown(value) for value in (0.4444, 3, 12.34, 1234.5)] == ["0.444", "3", "12.3", "1234"]


def test_a_wake_lasts_from_an_answer_to_the_next_word_of_its_flow() -> None:
    told = [("a", "portal", 1.0), ("a", "flow", 2.0), ("a", "portal", 3.0), ("a", "portal", 3.0), ("a", "flow", 3.01)]
    other = [("b", "portal", 4.0), ("b", "flow", 5.0), ("b", "portal", 6.0)]
    assert [round(wake) for wake in wakes(Moment(*moment) for moment in (*told, *other))] == [10]


def test_an_entry_too_many_is_a_repetition_and_an_interruption_is_none() -> None:
    kinds = [("a", "task.asked", 3), ("a", "run.interrupted", 1), ("b", "task.asked", 2), ("b", "stage.closed", 1)]
    assert repeated(kinds, {"task.asked": 2, "stage.closed": 1}) == 1


def test_the_last_escalation_of_each_moment_counts() -> None:
    strikes = [Strike(1, 3, (0.5, 2.0, 1.0), 3.0), Strike(2, 3, (0.1, 4.0), 5.0)]
    figure = figure_of(strikes)
    assert figure.values == (2.0, 4.0)
    assert "level 2: 2 of 3" in figure.note
