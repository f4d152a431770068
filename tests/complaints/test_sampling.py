"""Samples: the same for the same seed, without replacement, in proportion to the strata, by a rule told in words."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.sampling import Member, Plan, Stratum, allocate, digest_of, draw, rank

SIZES = st.dictionaries(st.text(max_size=4), st.integers(1, 500), max_size=12)
NUMBERS = st.lists(st.integers(1, 10_000), unique=True, max_size=120)
PLANS = st.builds(Plan, size=st.integers(1, 150), seed=st.text(max_size=10), by=st.sampled_from([None, *Stratum]))


def population(numbers: list[int]) -> list[Member]:
    return [
        Member(
            f"TC20261123-{number:04d}",
            level="ABCD"[number % 4],
            category=("product", "service", "billing")[number % 3],
            department="quality" if number % 5 else "sales",
            outcome="satisfied" if number % 2 else "unsatisfied",
        )
        for number in numbers
    ]


@given(SIZES, st.integers(0, 3000))
def test_places_add_up_to_the_size_and_no_stratum_gives_more_than_it_has(sizes: dict[str, int], size: int) -> None:
    places = allocate(sizes, size)
    assert sum(places.values()) == min(size, sum(sizes.values()))
    assert all(0 <= places[code] <= many for code, many in sizes.items())


@given(SIZES, st.integers(0, 3000))
def test_no_stratum_is_a_whole_case_away_from_its_share(sizes: dict[str, int], size: int) -> None:
    whole = sum(sizes.values())
    places = allocate(sizes, size)
    if size < whole:
        assert all(abs(places[code] - size * many / whole) < 1 for code, many in sizes.items())


@given(NUMBERS, PLANS, st.randoms())
def test_a_seed_draws_the_same_cases_in_whichever_order_they_come(
    numbers: list[int], plan: Plan, chance: object
) -> None:
    cases = population(numbers)
    first = draw(cases, plan)
    chance.shuffle(cases)  # type: ignore[attr-defined]
    assert draw(cases, plan) == first


@given(NUMBERS, PLANS)
def test_no_case_is_drawn_twice_and_none_that_is_not_there(numbers: list[int], plan: Plan) -> None:
    cases = {member.case_no: member for member in population(numbers)}
    drawn = draw(cases.values(), plan)
    assert len({one.case_no for one in drawn}) == len(drawn) == min(plan.size, len(cases))
    assert all(one.stratum == plan.stratum(cases[one.case_no]) for one in drawn)


@given(NUMBERS, st.text(max_size=5), st.integers(1, 50))
def test_a_larger_sample_of_the_same_seed_holds_the_smaller_one(numbers: list[int], seed: str, size: int) -> None:
    """Unless the population is divided: an audit that goes on looking loses nothing of what it saw."""
    small, large = (draw(population(numbers), Plan(many, seed)) for many in (size, size + 1))
    assert set(small) <= set(large)


def test_another_seed_draws_others() -> None:
    cases = population(list(range(1, 200)))
    assert draw(cases, Plan(20, "spring")) != draw(cases, Plan(20, "autumn"))


def test_the_rule_can_be_followed_by_hand() -> None:
    """What docs/audit.md says, without a word of our own code."""
    numbers = [f"TC20261123-{number:04d}" for number in range(1, 51)]
    by_hand = sorted(numbers, key=lambda number: hashlib.sha256(f"2026-Q4\n{number}".encode()).hexdigest())[:5]
    assert [one.case_no for one in draw(map(Member, numbers), Plan(5, "2026-Q4"))] == by_hand
    assert rank("2026-Q4", numbers[0]) == hashlib.sha256(b"2026-Q4\nTC20261123-0001").hexdigest()


@pytest.mark.parametrize(
    ("sizes", "size", "places"),
    [
        ({"A": 10, "B": 10}, 5, {"A": 3, "B": 2}),
        ({"A": 90, "B": 9, "C": 1}, 10, {"A": 9, "B": 1, "C": 0}),
        ({"A": 2, "B": 1}, 7, {"A": 2, "B": 1}),
        ({}, 3, {}),
    ],
)
def test_what_is_left_over_goes_to_the_largest_remainder(
    sizes: dict[str, int], size: int, places: dict[str, int]
) -> None:
    assert allocate(sizes, size) == places


def test_the_fingerprint_of_a_list_is_that_of_its_sorted_lines() -> None:
    assert digest_of(["b", "a"]) == hashlib.sha256(b"a\nb\n").hexdigest()
