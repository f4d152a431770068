"""Plain text laid out for mail windows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.typesetting import COLUMNS, excerpt, paragraphs, reflow, underlined, width

WRITING = st.text(alphabet=st.sampled_from("abc. ,中文，。「」（）e-\n1 "), max_size=400)


@given(WRITING)
def test_reflowing_loses_no_letter_and_keeps_their_order(text: str) -> None:
    assert "".join(reflow(text).split()) == "".join(text.split())


@given(WRITING)
def test_lines_fit_unless_a_single_piece_is_too_long(text: str) -> None:
    longest = max((width(piece) for piece in text.split()), default=0)
    assert all(width(line) <= max(COLUMNS, longest + 4) for line in reflow(text).splitlines())


@given(WRITING)
def test_what_fits_already_stays_as_it_is(text: str) -> None:
    once = reflow(text)
    if all(width(line) <= COLUMNS for line in once.splitlines()):
        assert reflow(once) == once


def test_an_address_stays_whole_however_long() -> None:
    address = "https://house.example/" + "a" * 120
    assert address in reflow(f"Please open {address} now.").splitlines()


def test_a_list_item_hangs_below_its_mark() -> None:
    first, second = reflow("1. " + "word " * 18).splitlines()
    assert first.startswith("1. word")
    assert second.startswith("   word")


def test_chinese_breaks_between_characters_but_no_line_begins_with_a_mark() -> None:
    lines = reflow("投" * 35 + "，诉" + "「好」" * 30).splitlines()
    assert all(width(line) <= COLUMNS for line in lines)
    assert not [line for line in lines if line[0] in "，。」" or line[-1] == "「"]


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("投诉", 4), ("é", 1), ("e\u0301", 1), ("", 0)])
def test_width_counts_columns(text: str, columns: int) -> None:
    assert width(text) == columns


def test_an_excerpt_is_one_line_and_shows_where_it_was_cut() -> None:
    assert excerpt("one\n two  three", 40) == "one two three"
    assert excerpt("one two three", 7) == "one two …"


def test_paragraphs_are_parted_by_blank_lines_whatever_wrote_them() -> None:
    assert paragraphs("Dear Ann,\r\n\r\nall is well.\r\nReally.\n \nYours") == [
        ["Dear Ann,"],
        ["all is well.", "Really."],
        ["Yours"],
    ]
    assert paragraphs("") == []


def test_a_title_is_underlined_by_its_own_width() -> None:
    assert underlined("投诉") == "投诉\n===="
