"""What customers type about themselves: lenient about the way it is written, strict about what cannot be used."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.record import has_mail_shape, has_phone_shape
from portal.answers import plain_number
from portal.particulars import Measure, check
from portal.problems import Problem
from portal.uploads import Upload, media_type

HERE = Measure(largest_text=100, today=date(2026, 11, 23), region="CN", takes_test_addresses=True)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0013 8000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("+86 21 5550 0100", "+862155500100"),
        ("0086 13800138000", "+8613800138000"),
        ("86-13800138000", "+8613800138000"),
        ("021-55500100转8001", "+862155500100 ext 8001"),
        ("400-820-8888", "+864008208888"),
        ("+1 650 253 0000", "+16502530000"),
        ("+44 (0)20 7946 0018", "+442079460018"),
    ],
)
def test_numbers_that_can_be_called_are_kept_with_their_country(typed: str, kept: str) -> None:
    checked = check({"phone": typed}, HERE)
    assert checked.values == {"phone": kept}
    assert has_phone_shape(kept)


@pytest.mark.parametrize("typed", ["1234", "call me", "1380013800", "138001380001", "650-253-0000", "+1 650", "+"])
def test_numbers_that_nobody_could_call_are_refused(typed: str) -> None:
    assert check({"phone": typed}, HERE).problems == (Problem("phone", "phone_wrong"),)


@pytest.mark.parametrize("typed", ["ann.lee@example.test", "王芳@例子.中国", "Ann.Lee+shop@Example.COM"])
def test_addresses_that_could_exist_are_kept(typed: str) -> None:
    assert has_mail_shape(check({"email": typed}, HERE).values["email"])


@pytest.mark.parametrize(
    "typed", ["ann", "ann@", "@example.com", "a b@example.com", "ann@localhost", "a@b..com", "a@-.com"]
)
def test_addresses_that_cannot_exist_are_refused(typed: str) -> None:
    assert check({"email": typed}, HERE).problems == (Problem("email", "email_wrong"),)


@pytest.mark.parametrize("typed", ["2026-11-23", "2026/11/23", "2026.11.23", "20261123", "２０２６-１１-２３"])
def test_days_are_read_year_first(typed: str) -> None:
    assert check({"occurred_at": typed}, HERE).values == {"occurred_at": "2026-11-23"}


@given(st.text(min_size=1, max_size=60), st.sampled_from(["email", "phone", "occurred_at", "name"]))
def test_whatever_is_typed_is_kept_or_refused_but_never_breaks(typed: str, name: str) -> None:
    checked = check({name: typed}, HERE)
    assert bool(checked.values) != bool(checked.problems)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("120", "120"),
        ("1,200.50", "1200.50"),
        ("¥1,200", "1200"),
        ("１２０．５", "120.5"),
        ("120 元", "120"),
        ("1 200", "1200"),
        ("-5", "-5"),
        ("a lot", "a lot"),
    ],
)
def test_sums_are_read_as_people_write_them(typed: str, number: str) -> None:
    assert plain_number(typed) == number


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.jpg", b"\xff\xd8\xff\xe0....", "image/jpeg"),
        ("really.png.txt", b"\x89PNG\r\n\x1a\n...", "image/png"),
        ("a.webp", b"RIFF0000WEBPVP8 ", "image/webp"),
        ("a.wav", b"RIFF0000WAVEfmt ", None),
        ("a.heic", b"\x00\x00\x00\x18ftypheic0000", "image/heic"),
        ("a.m4a", b"\x00\x00\x00\x18ftypM4A 0000", "audio/mp4"),
        ("a.mp4", b"\x00\x00\x00\x18ftypisom0000", "video/mp4"),
        ("a.mp3", b"ID3\x03....", "audio/mpeg"),
        ("a.pdf", b"%PDF-1.7", "application/pdf"),
        ("a.txt", "你好".encode("gb18030"), "text/plain"),
        ("a.txt", b"\x00\x01\x02", None),
        ("a.exe", b"MZ\x90", None),
        ("a.svg", b"<svg onload=alert(1)>", None),
        ("a.html", b"<html>", None),
    ],
)
def test_a_file_is_what_its_bytes_say_not_what_its_name_claims(name: str, content: bytes, kind: str | None) -> None:
    assert media_type(Upload(name, content)) == kind


def test_a_files_name_loses_folders_and_control_characters() -> None:
    assert Upload("C:\\Users\\ann\\re\x07ceipt.pdf", b"").shown_name == "receipt.pdf"
    assert Upload("../..", b"").shown_name
    assert Upload("\x00", b"").shown_name == "file"
    assert len(Upload("n" * 400 + ".pdf", b"").shown_name) == 150
