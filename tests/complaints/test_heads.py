"""Published heads: which days are due, what a line fixes, and what a proof shows to somebody far from this house."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.errors import HistoryBroken
from complaints.heads import (
    Leaf,
    Line,
    Periods,
    bounds,
    days_to_publish,
    last_day_over,
    prove,
    read_leaf,
    read_line,
    read_proof,
)
from complaints.look_digests import LookDigest, NotedLook
from complaints.merkle import root_of

MIDNIGHT = datetime(2026, 11, 26, tzinfo=UTC)
SETTLED = MIDNIGHT + timedelta(minutes=10)
LEAVES = [Leaf(f"TC20261125-000{nth}", nth, f"{nth}" * 64) for nth in range(1, 6)]
LINE = Line(
    day="2026-11-25",
    cases=5,
    root=root_of(leaf.line for leaf in LEAVES),
    previous="",
    published_at=SETTLED.isoformat(timespec="microseconds"),
    key_id="0123456789abcdef",
    signature="00",
)


def test_a_day_is_over_ten_minutes_after_it_ended() -> None:
    assert last_day_over(SETTLED) == "2026-11-25"
    assert last_day_over(SETTLED - timedelta(microseconds=1)) == "2026-11-24"


@pytest.mark.parametrize(
    ("last", "first", "due"),
    [
        ("", "", ()),
        ("", "2026-11-26", ()),
        ("", "2026-11-25", ("2026-11-25",)),
        ("", "2026-09-01", ("2026-11-25",)),
        ("2026-11-25", "", ()),
        ("2026-11-26", "", ()),
        ("2026-11-24", "", ("2026-11-25",)),
        ("2026-11-22", "", ("2026-11-23", "2026-11-24", "2026-11-25")),
    ],
)
def test_missed_days_are_published_one_by_one_and_the_first_line_covers_all_before(
    last: str, first: str, due: tuple[str, ...]
) -> None:
    assert days_to_publish(last=last, first=first, now=SETTLED) == due


def test_every_moment_falls_under_one_line() -> None:
    begin, end = bounds("2026-11-25", is_first=False)
    assert (begin, end) == (MIDNIGHT - timedelta(days=1), MIDNIGHT)
    assert bounds("2026-11-25", is_first=True) == (datetime.min.replace(tzinfo=UTC), MIDNIGHT)
    periods = Periods(["2026-11-23", "2026-11-24"])
    days = ("2020-01-01", "2026-11-23", "2026-11-24", "2026-11-25")
    assert [periods.of(day) for day in days] == [0, 0, 1, None]


def test_a_line_reads_as_it_was_written_and_in_no_other_way() -> None:
    assert read_line(LINE.text) == LINE
    for text in ("", "{}", "[]", LINE.text + " ", LINE.text.replace("11-25", "13-45"), json.dumps(LINE.__dict__)):
        with pytest.raises(HistoryBroken):
            read_line(text)


@pytest.mark.parametrize("name", [name for name in LINE.__dict__ if name != "signature"])
def test_every_part_of_a_line_is_signed_and_fixed_by_the_next(name: str) -> None:
    line = replace(LINE, looks_number=3, looks_digest="ab")
    value = getattr(line, name)
    other: dict[str, Any] = {name: value + 1 if isinstance(value, int) else f"{value}x"}
    changed = replace(line, **other)
    assert changed.signed != line.signed
    assert changed.digest != line.digest


@given(place=st.integers(0, 4))
def test_a_proof_holds_for_its_case_after_a_journey_through_a_file(place: int) -> None:
    proof = read_proof(json.dumps(prove(LEAVES, place, LINE).as_data()))
    assert proof.leaf == LEAVES[place]
    assert proof.leads_to_the_root
    assert not replace(proof, leaf=replace(proof.leaf, seq=99)).leads_to_the_root
    assert not replace(proof, line=replace(proof.line, root="f" * 64)).leads_to_the_root


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"leaf": 1}', '{"leaf": {"case_no": "TC1"}}'])
def test_what_is_no_proof_is_said_to_be_none(text: str) -> None:
    with pytest.raises(HistoryBroken):
        read_proof(text)
    with pytest.raises(HistoryBroken):
        read_leaf(text)


def test_a_line_of_before_there_were_digests_of_looks_reads_as_it_was_signed() -> None:
    """Else every signature, and every digest in the line after it, would be wrong on the day of the upgrade."""
    assert LINE.looks is None
    assert "looks" not in LINE.text
    assert b"looks" not in LINE.signed
    assert read_line(LINE.text) == LINE


def test_a_line_states_the_looks_of_its_day_and_also_that_there_were_none() -> None:
    none = LookDigest().looks
    line = replace(LINE, looks_number=none.number, looks_digest=none.digest)
    assert read_line(line.text).looks == none
    assert line.signed != LINE.signed
    with pytest.raises(HistoryBroken):
        read_line(LINE.text[:-1] + ',"looks_number":0}')


def test_a_look_counts_with_its_number_moment_person_case_page_and_purpose() -> None:
    look = NotedLook(1, MIDNIGHT, "li_na", "TC20261125-0001", "view", "audit")
    others = [
        replace(look, id=2),
        replace(look, at=SETTLED),
        replace(look, by="x"),
        replace(look, case_no="x"),
        replace(look, page="x"),
        replace(look, purpose="x"),
    ]
    assert len({_digest(one) for one in (look, *others)}) == 1 + len(others)


def _digest(look: NotedLook) -> str:
    one = LookDigest()
    one.add(look)
    return one.looks.digest
