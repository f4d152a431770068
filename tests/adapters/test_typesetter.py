"""The typesetter: data is set as it was written, in letters that exist, and the same data is the same file."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest

from adapters.typesetter import family_for, print_pdf
from complaints.errors import GiveUp
from tests.builders import MONDAY_MORNING


def told(text: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401  any part of the data
    """The smallest dossier."""
    plain = {"kind": "prose", "text": text}
    return {
        **dict.fromkeys(("title", "case_no", "house", "contents", "notice_title", "notice", "notice_short"), "x"),
        "lang": "en",
        "region": "GB",
        "cover": [["Customer", "Ann"]],
        "sections": [{"title": "One", "blocks": [plain]}],
        **changes,
    }


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


MARKUP = '#panic("x") *bold* _it_ $x^2$ `code` <label> @ref \\n [x] // no comment /* nor */ = no title'


def test_a_customers_text_is_never_read_as_markup() -> None:
    assert MARKUP in " ".join(text_of(print_pdf(told(MARKUP), at=MONDAY_MORNING)).split())


def test_a_sign_that_reverses_what_follows_is_printed_as_one_that_does_not() -> None:
    found = text_of(print_pdf(told("paid \u202e001\u202c yuan"), at=MONDAY_MORNING))
    assert "paid \ufffd001 yuan" in " ".join(found.split())


def test_the_same_data_at_the_same_moment_is_the_same_file() -> None:
    one, other = (print_pdf(told("王芳"), at=MONDAY_MORNING) for _ in range(2))
    assert one == other
    assert b"pdfaid:part" in one


def test_a_real_clock_is_finer_than_the_date_of_a_pdf() -> None:
    fine = MONDAY_MORNING.replace(microsecond=123_456)
    assert print_pdf(told("Ann"), at=fine) == print_pdf(told("Ann"), at=MONDAY_MORNING)


def test_a_table_of_any_length_goes_on_over_pages_with_its_head() -> None:
    rows = [[str(number), "a" * 64] for number in range(120)]
    table = {"kind": "table", "columns": ["Number", "Hash"], "widths": [0, 1], "rows": rows}
    found = text_of(print_pdf(told("", sections=[{"title": "T", "blocks": [table]}]), at=MONDAY_MORNING))
    assert found.count("Number") > 2
    assert "119" in found


def test_a_machine_without_chinese_letters_prints_english_and_says_what_chinese_needs() -> None:
    assert family_for("Ann Lee", ["DejaVu Sans"]) == "Libertinus Serif"
    with pytest.raises(GiveUp, match="fonts-noto-cjk"):
        family_for("王芳", ["DejaVu Sans"])
    assert family_for("Ann Lee", ["DejaVu Sans", "Noto Sans CJK SC"]) == "Noto Sans CJK SC"
