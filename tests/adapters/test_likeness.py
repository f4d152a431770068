"""Likeness: the same matter told again reads alike, in both languages; another matter does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.likeness import OtherCase, lookalikes, similarity
from tests.builders import ANN, MONDAY_MORNING, WANG_FANG

ENOUGH = 0.8
"""What the default policy takes for the same."""


@pytest.mark.parametrize(
    "again",
    [
        ANN.detail,
        ANN.detail.upper(),
        f"{ANN.detail} I wrote this a week ago already and nobody answered me at all.",
        "It leaks water and is broken: the kettle I bought three weeks ago. It came defective, terrible quality.",
        ANN.detail.replace("kettle", "ｋｅｔｔｌｅ"),
    ],
    ids=["the same", "shouted", "with more", "in another order", "in full width"],
)
def test_the_same_matter_told_again_reads_alike(again: str) -> None:
    assert similarity(ANN.detail, again) >= ENOUGH


@pytest.mark.parametrize(
    "again",
    [
        WANG_FANG.detail,
        f"您好！{WANG_FANG.detail}请尽快处理。",
        "客服至今没有解决：三周前购买的电水壶底部一直漏水，质量太差，是质量问题。",
    ],
    ids=["the same", "with more", "in another order"],
)
def test_the_same_matter_told_again_in_chinese_reads_alike(again: str) -> None:
    assert similarity(WANG_FANG.detail, again) >= ENOUGH


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ANN.detail, "The courier shouted at my mother and left the parcel in the rain in front of the house."),
        (WANG_FANG.detail, "页面写着满减优惠，结算时多收三百元，价格不透明，乱收费。"),
        (ANN.detail, WANG_FANG.detail),
    ],
)
def test_another_matter_does_not(one: str, other: str) -> None:
    assert similarity(one, other) < ENOUGH


@given(one=st.text(max_size=200), other=st.text(max_size=200))
def test_likeness_is_a_share_and_the_same_from_both_sides(one: str, other: str) -> None:
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, other) == pytest.approx(similarity(other, one))


def test_nothing_is_like_nothing() -> None:
    assert similarity("", "") == similarity("", ANN.detail) == 0


def test_the_likest_come_first_and_the_unlike_not_at_all() -> None:
    texts = {"TC1": "The courier shouted.", "TC2": f"{ANN.detail} It is red.", "TC3": ANN.detail, "TC4": ""}
    others = [OtherCase(case_no, MONDAY_MORNING - timedelta(hours=36), text) for case_no, text in texts.items()]
    found = lookalikes(ANN.detail.replace("three", "four"), others, now=MONDAY_MORNING, least=ENOUGH)
    assert {look.case_no for look in found} == {"TC2", "TC3"}
    assert [look.similarity for look in found] == sorted((look.similarity for look in found), reverse=True)
    assert all(look.same_customer and look.hours_apart == 36 for look in found)
