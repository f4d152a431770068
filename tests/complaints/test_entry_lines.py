"""Entry lines: what is written is read back as the same chain, and any change of a file is found at its line."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.chain import verify
from complaints.entry_lines import PSEUDONYMISED, check_lines, entry_of, line_of
from complaints.errors import HistoryBroken
from tests.play import Play


@cache
def text() -> tuple[str, ...]:
    """A case that went straight through, as a file holds it."""
    play = Play()
    play.to_the_end()
    return tuple(json.dumps(line_of(entry), ensure_ascii=False) for entry in play.entries)


def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in text()]


PLACES = st.integers(0, len(text()) - 1)


def test_what_is_written_is_read_back_as_the_same_chain() -> None:
    entries = tuple(entry_of(line) for line in lines())
    assert [line_of(entry) for entry in entries] == lines()
    checked, head = check_lines(lines()), verify(entries)
    assert (checked.cases, checked.entries, checked.proven) == (1, len(entries), len(entries))
    assert checked.heads == ((head.case_no, head.seq, head.hash),)


@given(PLACES, st.sampled_from(["actor", "at", "origin", "policy", "type", "version", "data", "method"]))
def test_any_changed_field_is_found_at_its_line(place: int, field: str) -> None:
    changed = lines()
    changed[place][field] = "another"
    with pytest.raises(HistoryBroken, match=f"line {place + 1}:.*changed after it was written"):
        check_lines(changed)


@given(PLACES.filter(lambda place: place < len(text()) - 1))
def test_a_line_that_was_taken_out_or_moved_is_found(place: int) -> None:
    for changed in (lines(), lines()):
        taken = changed.pop(place)
        with pytest.raises(HistoryBroken, match=f"line {place + 1}"):
            check_lines(changed)
        changed.append(taken)
        with pytest.raises(HistoryBroken):
            check_lines(changed)


def test_what_a_hash_does_not_cover_may_not_stand_beside_it() -> None:
    changed = lines()
    changed[2]["note"] = "added"
    with pytest.raises(HistoryBroken, match=r"line 3.*more than its hash covers"):
        check_lines(changed)


def test_a_line_without_a_hash_or_a_case_told_twice_is_found() -> None:
    broken = lines()
    del broken[1]["hash"]
    with pytest.raises(HistoryBroken, match="line 2 has no hash"):
        check_lines(broken)
    masked = [{**line, PSEUDONYMISED: True} for line in lines()]
    other = [{**line, "case_no": "TC20261123-0002"} for line in masked]
    with pytest.raises(HistoryBroken, match="begins a second time"):
        check_lines([*masked, *other, *masked])


def test_a_pseudonymised_line_proves_its_place_and_is_no_entry() -> None:
    masked = [{**line, "actor": "P-1", PSEUDONYMISED: True} for line in lines()]
    assert check_lines(masked).proven == 0
    with pytest.raises(HistoryBroken, match="not the entry itself"):
        entry_of(masked[0])
    masked[3]["previous"] = masked[1]["hash"]
    with pytest.raises(HistoryBroken, match="line 4"):
        check_lines(masked)


def test_a_file_without_entries_proves_nothing_and_says_so() -> None:
    with pytest.raises(HistoryBroken, match="no entry in it"):
        check_lines([])


def test_a_line_that_calls_itself_pseudonymised_among_others_is_refused() -> None:
    changed = lines()
    changed[3] = {**changed[3], "actor": "mallory", PSEUDONYMISED: True}
    with pytest.raises(HistoryBroken, match="line 4 is pseudonymised and others are not"):
        check_lines(changed)
