"""Conformance: what the rules do conforms by nature; every kind of departure from the model is found and placed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from complaints.conformance import EXPLAINED, Deviation, arcs_of, discover, given, replay_followers, replay_moves
from complaints.events import StageClosed
from complaints.words import Exit, Stage
from complaints.work_events import TaskAsked
from tests.play import Play

if TYPE_CHECKING:
    from complaints.chain import Entry


@cache
def history() -> tuple[Entry, ...]:
    """A case that went straight through."""
    play = Play()
    play.to_the_end()
    return tuple(play.entries)


def bent(kind: type[Any], nth: int, **changes: Any) -> tuple[Entry, ...]:  # noqa: ANN401  any field of a fact
    """The history with one fact of a kind changed."""
    places = [place for place, entry in enumerate(history()) if isinstance(entry.fact, kind)]
    place = places[nth]
    fact = history()[place].fact.model_copy(update=changes)
    return (*history()[:place], replace(history()[place], fact=fact), *history()[place + 1 :])


def codes(entries: tuple[Entry, ...]) -> list[str]:
    return [found.code for found in replay_moves(entries)]


def test_what_the_rules_do_conforms() -> None:
    assert replay_moves(history()) == ()


@given_any(st.integers(1, len(history())))
def test_a_case_that_is_still_open_conforms_as_far_as_it_went(length: int) -> None:
    assert replay_moves(history()[:length]) == ()


def test_an_exit_that_the_table_does_not_have_is_found_with_its_place() -> None:
    bad = bent(StageClosed, 1, exit=Exit.DUPLICATE)
    assert replay_moves(bad) == (Deviation("move_unknown", "classification duplicate"),)


def test_an_exit_that_leads_elsewhere_is_found_and_what_follows_is_judged_from_there() -> None:
    bad = bent(StageClosed, 3, next=Stage.RESPONSE)
    assert replay_moves(bad)[0] == Deviation("leads_elsewhere", "investigation done to response, not review")
    assert set(codes(bad)) == {"leads_elsewhere", "asked_elsewhere", "stands_elsewhere"}


def test_a_case_that_begins_elsewhere_or_goes_on_after_its_end_is_found() -> None:
    left = [entry for entry in history() if isinstance(entry.fact, StageClosed)]
    assert codes(tuple(left[1:])) == ["begins_elsewhere"]
    assert codes((*left, left[0])) == ["goes_on_after_end"]


def test_a_stage_that_was_skipped_is_found() -> None:
    left = [entry for entry in history() if isinstance(entry.fact, StageClosed)]
    assert codes((*left[:4], *left[5:])) == ["stands_elsewhere"]


def test_work_asked_for_outside_its_stage_is_found() -> None:
    assert codes(bent(TaskAsked, 0, stage=Stage.CALLBACK)) == ["asked_elsewhere"]


def test_every_deviation_is_explained() -> None:
    table = given([("", "a"), ("a", "b"), ("b", "")], source="made.csv")
    met = {found.code for way in (["b"], ["a"], ["a", "a"], ["c"]) for found in replay_followers(way, table)}
    assert met == {"begins_with", "ends_with", "never_follows", "unknown_activity"}
    assert met <= EXPLAINED.keys()


def test_a_given_table_says_that_it_was_given_and_a_discovered_one_from_what() -> None:
    assert "made.csv" in given([], source="made.csv").origin
    assert "at least 2.5 % of its cases" in discover({("a",): 1}, least_share=0.025).origin


@pytest.mark.parametrize(("share", "found"), [(0.25, 0), (0.26, 1)])
def test_a_discovered_model_leaves_out_what_fewer_cases_take_than_was_asked(share: float, found: int) -> None:
    ways: dict[tuple[str, ...], int] = {("a", "b"): 3, ("a", "c"): 1}
    table = discover(ways, least_share=share)
    assert replay_followers(("a", "b"), table) == ()
    assert len(replay_followers(("a", "c"), table)) == found


@given_any(st.dictionaries(st.lists(st.sampled_from("abcd"), min_size=1).map(tuple), st.integers(1, 9), min_size=1))
def test_whatever_a_log_holds_conforms_to_all_that_it_shows(ways: dict[tuple[str, ...], int]) -> None:
    table = discover(ways, least_share=0)
    assert all(replay_followers(way, table) == () for way in ways)
    assert table.arcs == {arc for way in ways for arc in arcs_of(way)}
