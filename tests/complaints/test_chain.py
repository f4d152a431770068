"""The chain: whatever is done to a history after it was written is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.chain import GENESIS, Entry, Head, Signature, link, verify
from complaints.errors import HistoryBroken
from complaints.events import CaseClassified, read_fact
from complaints.work_events import TaskRevoked
from tests.play import CASE_NO, Play

if TYPE_CHECKING:
    from collections.abc import Callable

ALICE = Signature(actor="alice", origin="test", policy="default-1")


@cache
def history() -> tuple[Entry, ...]:
    """Everything that happened in a case that went straight through."""
    play = Play()
    play.to_the_end()
    return tuple(play.entries)


PLACES = st.integers(0, len(history()) - 1)


def is_sound(entries: tuple[Entry, ...]) -> bool:
    """Whether the entries chain up to the head that the case is known to have."""
    try:
        return verify(entries) == Head(CASE_NO, history()[-1].seq, history()[-1].hash)
    except HistoryBroken:
        return False


def with_entry(place: int, entry: Entry) -> tuple[Entry, ...]:
    return (*history()[:place], entry, *history()[place + 1 :])


def rehashed(entry: Entry) -> Entry:
    """What a forger would write who knows how hashes are made."""
    return replace(entry, hash=entry.computed_hash())


def test_an_untouched_history_verifies_up_to_its_head() -> None:
    last = history()[-1]
    assert verify(history()) == Head(CASE_NO, last.seq, last.hash)


def test_the_first_entry_follows_nothing() -> None:
    assert history()[0].seq == 1
    assert history()[0].previous == GENESIS


def test_every_entry_says_by_which_method_it_was_hashed() -> None:
    assert {entry.method for entry in history()} == {"sha256-json-1"}


@pytest.mark.parametrize(
    "change",
    [
        {"case_no": "TC20261123-0002"},
        {"seq": 4711},
        {"at": history()[0].at - timedelta(microseconds=1)},
        {"actor": "mallory"},
        {"origin": "elsewhere"},
        {"policy": "another"},
        {"fact": TaskRevoked(task_id="findings-1", reason="nothing")},
        {"previous": "f" * 64},
        {"method": "none"},
        {"hash": "f" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
@pytest.mark.parametrize("forge", [lambda entry: entry, rehashed], ids=["as it is", "hashed anew"])
@settings(max_examples=20)
@given(place=PLACES)
def test_a_changed_field_is_found_wherever_it_stands(
    change: dict[str, Any], forge: Callable[[Entry], Entry], place: int
) -> None:
    forged = replace(history()[place], **change)
    if "hash" not in change:
        forged = forge(forged)
    assert not is_sound(with_entry(place, forged))


@given(place=PLACES, data=st.data())
def test_a_changed_value_within_a_fact_is_found(place: int, data: st.DataObject) -> None:
    entry = history()[place]
    texts = [name for name, value in entry.fact if type(value) is str]
    if not texts:
        return
    name = data.draw(st.sampled_from(texts))
    fact = entry.fact.model_copy(update={name: f"{getattr(entry.fact, name)} "})
    assert not is_sound(with_entry(place, replace(entry, fact=fact)))


@given(places=st.lists(PLACES, min_size=2, max_size=2, unique=True))
def test_two_entries_that_changed_places_are_found(places: list[int]) -> None:
    one, other = places
    swapped = list(history())
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert not is_sound(tuple(swapped))


@given(place=PLACES)
def test_a_missing_entry_is_found_even_the_last(place: int) -> None:
    assert not is_sound((*history()[:place], *history()[place + 1 :]))


@given(place=PLACES, again=PLACES)
def test_an_entry_that_stands_twice_is_found(place: int, again: int) -> None:
    assert not is_sound((*history()[:place], history()[again], *history()[place:]))


def test_an_entry_put_in_between_is_found_though_it_chains_to_the_one_before() -> None:
    before = history()[9]
    head = Head(CASE_NO, before.seq, before.hash)
    slipped_in = link(head, [TaskRevoked(task_id="findings-1", reason="nothing")], at=before.at, signature=ALICE)
    assert not is_sound((*history()[:10], *slipped_in, *history()[10:]))


def test_what_is_found_is_told_by_its_number() -> None:
    with pytest.raises(HistoryBroken, match=f"{CASE_NO} entry 5 was changed after it was written"):
        verify(with_entry(4, replace(history()[4], actor="mallory")))
    with pytest.raises(HistoryBroken, match=f"{CASE_NO} entry 6 does not follow entry 4"):
        verify((*history()[:4], *history()[5:]))


def test_a_moment_told_in_another_zone_is_the_same_moment() -> None:
    there = timezone(timedelta(hours=8))
    elsewhere = tuple(replace(entry, at=entry.at.astimezone(there)) for entry in history())
    assert verify(elsewhere) == verify(history())


def test_a_history_goes_on_where_it_stands() -> None:
    half = history()[:9]
    rest = history()[9:]
    head = verify(half)
    for entry in rest:
        signature = Signature(actor=entry.actor, origin=entry.origin, policy=entry.policy)
        (written,) = link(head, [entry.fact], at=entry.at, signature=signature)
        assert written == entry
        head = Head(CASE_NO, written.seq, written.hash)


def test_no_entries_are_no_history() -> None:
    assert verify(()) == Head(case_no="")


def test_a_field_that_a_later_version_adds_leaves_the_hash_of_an_earlier_entry_as_it_was() -> None:
    """An entry states what was said when it was written; a default of today is no part of it."""
    entry = next(entry for entry in history() if isinstance(entry.fact, CaseClassified))
    said = entry.fact.stated()
    # As a version wrote it that knew no factors yet.
    del said["classification"]["factors"]
    read = read_fact(entry.fact.type, entry.fact.version, said)
    assert isinstance(read, CaseClassified)
    assert (read.stated(), read.classification.factors) == (said, {})
    whole = read_fact(entry.fact.type, entry.fact.version, entry.fact.stated())
    assert replace(entry, fact=whole).computed_hash() == entry.hash
