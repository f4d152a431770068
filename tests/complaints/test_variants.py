"""Variants: ways counted, ranked and shared out; what was done over is told apart by where it came back from."""

from __future__ import annotations

import pytest

from complaints.variants import Ways


@pytest.fixture
def ways() -> Ways:
    counted = Ways()
    for number, way in enumerate(("ab", "ab", "aab", "abab", "ab", "c", "ab", "ab", "ab")):
        counted.add(f"case {number}", way)
    return counted


def test_the_most_frequent_way_comes_first_and_shares_add_up(ways: Ways) -> None:
    found = ways.variants()
    assert [("".join(one.activities), one.cases) for one in found] == [("ab", 6), ("c", 1), ("aab", 1), ("abab", 1)]
    assert found[-1].share_so_far == pytest.approx(1)
    assert found[0].examples == ("case 0", "case 1", "case 4", "case 6", "case 7")


def test_repeats_at_once_are_told_from_ways_back(ways: Ways) -> None:
    by_name = {one.activity: one for one in ways.rework()}
    assert (by_name["a"].cases, by_name["a"].times, by_name["a"].directly, by_name["a"].back_from) == (
        2,
        2,
        1,
        (("b", 1),),
    )
    assert (by_name["b"].cases, by_name["b"].times, by_name["b"].directly) == (1, 1, 0)
    assert "c" not in by_name
