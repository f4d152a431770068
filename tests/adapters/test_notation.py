"""Moments, days, money and lengths of time as readers of both languages see them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.notation import Notation
from complaints.durations import Unit
from complaints.words import Language

EN = Notation(Language.EN, "Asia/Shanghai")
ZH = Notation(Language.ZH_CN, "Asia/Shanghai")
LATE_FRIDAY = datetime(2026, 11, 27, 17, 5, tzinfo=UTC)


def test_a_moment_is_told_by_the_houses_clock() -> None:
    assert EN.moment(LATE_FRIDAY) == "Sat 28 Nov 2026, 01:05"
    assert ZH.moment(LATE_FRIDAY) == "2026年11月28日（周六）01:05"
    assert Notation(Language.EN, "Europe/Berlin").moment(LATE_FRIDAY) == "Fri 27 Nov 2026, 18:05"


def test_a_day_counts_by_the_houses_calendar_and_a_date_is_itself() -> None:
    assert EN.day(LATE_FRIDAY) == "28 November 2026"
    assert ZH.day(LATE_FRIDAY) == "2026年11月28日"
    assert EN.day(date(2026, 2, 1)) == "1 February 2026"


def test_the_zone_has_a_name_a_reader_knows() -> None:
    assert EN.zone_name(LATE_FRIDAY) == "China Standard Time (GMT+08:00)"
    assert ZH.zone_name(LATE_FRIDAY) == "中国标准时间 (GMT+08:00)"


def test_money_carries_its_currency() -> None:
    assert EN.money(1200, "CNY") == "CN¥1,200.00"
    assert ZH.money(1200.5, "CNY") == "¥1,200.50"
    assert EN.share(0.925) == "92%"


@pytest.mark.parametrize(
    ("length", "english", "chinese"),
    [
        ("1 h", "1 hour", "1 小时"),
        ("24 h", "24 hours", "24 小时"),
        ("1.5 h", "1.5 hours", "1.5 小时"),
        ("2 bd", "2 business days", "2 个工作日"),
        ("4 bh", "4 business hours", "4 个工作小时"),
        ("10 s", "10 seconds", "10 秒"),
    ],
)
def test_a_length_of_a_policy_is_written_out(length: str, english: str, chinese: str) -> None:
    assert (EN.span(length), ZH.span(length)) == (english, chinese)


@pytest.mark.parametrize("unit", list(Unit))
def test_every_unit_of_policies_has_its_words(unit: Unit) -> None:
    assert EN.span(f"1 {unit.value}") != EN.span(f"2 {unit.value}")
    assert not ZH.span(f"3 {unit.value}").isascii()


@pytest.mark.parametrize(
    ("stretch", "english"),
    [(timedelta(minutes=95), "2 hours"), (timedelta(hours=30), "30 hours"), (timedelta(days=6), "6 days")],
)
def test_a_stretch_of_time_is_told_roughly(stretch: timedelta, english: str) -> None:
    assert EN.elapsed(stretch) == english
