"""The record of a complaint: its shape, and how complete it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from adapters.policies import load_policy, policy_path
from complaints.completeness import score
from complaints.record import Complaint, has_mail_shape, has_phone_shape

if TYPE_CHECKING:
    from complaints.policy import Policy

FULL: dict[str, Any] = {
    "name": "Alice",
    "email": "alice@redress.example",
    "occurred_at": date(2026, 11, 20),
    "item": "Lantern phone",
    "order_no": "N-100",
    "detail": "It stopped ringing.",
    "expected_remedy": "Repair it.",
}


@cache
def policy() -> Policy:
    return load_policy(policy_path("default"))


def record(**fields: Any) -> Complaint:  # noqa: ANN401  any field of a record
    base = {"channel": "web", "language": "en", "received_at": datetime(2026, 11, 21, tzinfo=UTC)}
    return Complaint.model_validate({**base, **fields})


def test_a_full_record_of_known_level_scores_one_and_misses_nothing() -> None:
    found = score(record(**FULL), policy(), level_known=True)
    assert (found.score, found.missing) == (1.0, ())


def test_an_empty_record_scores_nothing_and_names_every_field() -> None:
    found = score(record(), policy(), level_known=False)
    assert (found.score, found.missing) == (0.0, tuple(FULL))


@pytest.mark.parametrize(
    ("without", "left"),
    [
        ("name", 0.8),
        ("email", 0.85),
        ("occurred_at", 0.9),
        ("item", 0.9),
        ("order_no", 0.9),
        ("detail", 0.875),
        ("expected_remedy", 0.875),
    ],
)
def test_each_missing_field_costs_its_share_of_the_weight(without: str, left: float) -> None:
    fields = {name: value for name, value in FULL.items() if name != without}
    found = score(record(**fields), policy(), level_known=True)
    assert (found.score, found.missing) == (left, (without,))


def test_an_unknown_level_costs_its_weight() -> None:
    assert score(record(**FULL), policy(), level_known=False).score == 0.9


def test_a_company_stands_in_for_a_name_and_a_phone_for_an_address() -> None:
    fields = {**FULL, "name": "", "company": "Acme", "email": "", "phone": "+86 21 5550 0100"}
    assert score(record(**fields), policy(), level_known=True).missing == ()


def test_blanks_fill_nothing() -> None:
    assert "detail" in score(record(detail="  \n\t"), policy(), level_known=True).missing


@settings(deadline=None)
@given(st.sets(st.sampled_from(sorted(FULL))))
def test_filling_a_field_never_lowers_the_score(names: set[str]) -> None:
    some = score(record(**{name: FULL[name] for name in names}), policy(), level_known=True).score
    assert all(
        score(record(**{name: FULL[name] for name in {*names, more}}), policy(), level_known=True).score >= some
        for more in FULL
    )


def test_name_contact_item_and_detail_are_enough_to_begin_and_two_of_them_are_not() -> None:
    needed, basics = policy().intake.completeness_threshold, ("name", "email", "item", "detail")
    whole = score(record(**{name: FULL[name] for name in basics}), policy(), level_known=True)
    assert whole.score >= needed
    for some in combinations(basics, 2):
        assert score(record(**{name: FULL[name] for name in some}), policy(), level_known=True).score < needed


@pytest.mark.parametrize("address", ["a@b.example", "first.last+tag@sub.domain.example", "李娜@例子.公司"])
def test_what_looks_like_an_address_is_taken(address: str) -> None:
    assert record(email=f" {address} ").email == address


@pytest.mark.parametrize(
    "address",
    [
        "a",
        "a@b",
        "@b.example",
        "a@b.example,c@d.example",
        "a b@c.example",
        "a@b..example",
        "<a@b.example>",
        "a@@b.example",
    ],
)
def test_what_cannot_be_one_address_is_refused_beside_its_field(address: str) -> None:
    assert not has_mail_shape(address)
    with pytest.raises(ValidationError) as wrong:
        record(email=address)
    assert wrong.value.errors()[0]["loc"] == ("email",)


@pytest.mark.parametrize(
    ("phone", "fits"),
    [
        ("+86 138 0013 8000", True),
        ("(021) 5550-0100", True),
        ("021-5550-0100", True),
        ("+44 20 7946 0000 ext 12", True),
        ("138****8000", True),
        ("call me", False),
        ("12", False),
    ],
)
def test_a_phone_number_has_digits(phone: str, *, fits: bool) -> None:
    assert has_phone_shape(phone) is fits


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "x" * 201},
        {"group_size": 0},
        {"channel": "pigeon"},
        {"occurred_at": "yesterday"},
        {"received_at": datetime(2026, 1, 1)},  # noqa: DTZ001  the point of the case
        {"nickname": "Al"},
    ],
)
def test_what_a_record_cannot_hold_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        record(**fields)


def test_a_record_survives_being_kept_as_json() -> None:
    kept = record(**FULL, emotional_state="angry", object="product", customer_type="elderly")
    assert Complaint.model_validate(kept.model_dump(mode="json")) == kept
