"""Keyword rules: what counts as met, and what a text is then about."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.policies import load_policy, policy_path
from complaints.keywords import suggest_category, words_met
from complaints.policy_parts import Keywords

if TYPE_CHECKING:
    from complaints.policy import Policy


@cache
def policy() -> Policy:
    return load_policy(policy_path("default"))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The REFUND never came", "refund"),
        ("two refunds are open", "refund"),
        ("the taxes were wrong", "tax"),
        ("both warranties ended", "warranty"),
        ("they kept harassing me", "harass*"),
        ("it was auto-renewed in May", "auto renew*"),
        ("the late\n  fee again", "late fee"),
        ("It doesn’t work", "doesn't work"),
        ("我的VIP卡没了", "vip"),
        ("ｒｅｆｕｎｄ please", "refund"),
    ],
)
def test_an_english_word_is_met_however_it_is_written(text: str, word: str) -> None:
    assert words_met(text, Keywords(en=(word,))) == (word,)


@pytest.mark.parametrize(("text", "word"), [("a prefunded card", "refund"), ("the bulb", "bb"), ("harmony", "harm")])
def test_an_english_word_within_another_word_is_not_met(text: str, word: str) -> None:
    assert words_met(text, Keywords(en=(word,))) == ()


def test_chinese_is_met_wherever_it_stands_and_in_any_width() -> None:
    assert words_met("客服一直不退款，拨打１２３１５也没用", Keywords(zh=("不退款", "12315"))) == ("不退款", "12315")


def test_a_word_within_a_longer_one_that_is_met_says_nothing_more() -> None:
    assert words_met("他们不退款", Keywords(zh=("退款", "不退款"))) == ("不退款",)
    assert words_met("the credit report", Keywords(en=("credit", "credit report"))) == ("credit report",)


def test_a_text_without_any_known_word_is_about_nothing() -> None:
    suggestion = suggest_category("Lorem ipsum dolor", policy())
    assert (suggestion.code, suggestion.confidence, suggestion.matched) == ("", 0.0, ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("屏幕到货就开裂，属于质量问题，要求保修", "product.quality"),
        ("The phone is defective and the warranty repair failed", "product.quality"),
        ("客服态度恶劣，还辱骂我", "service.attitude"),
        ("Your agent was rude and hung up on me", "service.attitude"),
        ("视频会员自动续费，毫不知情就自动扣款", "price.auto_renewal"),
        ("The free trial was automatically renewed, I never wanted a subscription", "price.auto_renewal"),
        ("I was charged twice, there is an unknown charge on my bill", "price.unclear_charges"),
        ("商家虚假宣传，欺骗消费者", "other.advertising"),
        ("快递丢件，包裹一直没有签收", "other.logistics"),
        ("暴力催收，爆通讯录，恐吓家人", "other.debt_collection"),
        ("There is an account on my credit report that I never opened, Equifax ignores it", "other.credit_reporting"),
        ("商家拒绝退款，七天无理由退货也不认", "other.refund"),
        ("我的账号被封，无法解封", "other.account"),
        ("我被骗了，遇到诈骗，银行卡被盗刷", "other.fraud"),
    ],
)
def test_a_plain_complaint_is_suggested_with_enough_confidence(text: str, code: str) -> None:
    suggestion = suggest_category(text, policy())
    assert suggestion.code == code
    assert suggestion.confidence >= policy().grading.confidence_needed
    assert suggestion.matched


def test_a_close_rival_lowers_confidence_and_is_named() -> None:
    alone = suggest_category("I want a refund, my money back", policy())
    rivalled = suggest_category("I want a refund, my money back, the agent was rude", policy())
    assert rivalled.confidence < alone.confidence
    assert "service.attitude" in dict(rivalled.runners_up)


def test_the_opening_counts_for_more_than_the_rest() -> None:
    filler = " and so it went on and on" * 10
    opens_with_refund = suggest_category(f"refund{filler} rude", policy())
    opens_with_rude = suggest_category(f"rude{filler} refund", policy())
    assert (opens_with_refund.code, opens_with_rude.code) == ("other.refund", "service.attitude")


def test_a_tie_is_never_sure_enough_to_go_without_a_person() -> None:
    words = "refund " * 3 + "rude " * 3
    assert suggest_category(words, policy()).confidence < policy().grading.confidence_needed


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_gets_a_confidence_between_nothing_and_one(text: str) -> None:
    suggestion = suggest_category(text, policy())
    assert 0 <= suggestion.confidence < 1
    assert bool(suggestion.code) == bool(suggestion.matched) == (suggestion.confidence > 0)


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["退款", "骚扰电话", "诈骗"]), st.text(max_size=60))
def test_a_chinese_word_is_met_within_any_surroundings_of_spaces(before: str, word: str, after: str) -> None:
    assert words_met(f"{before} {word} {after}", Keywords(zh=(word,))) == (word,)
