"""The API takes what the form takes, by the same rules, and tells how a case stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from complaints.words import Channel, Language, TaskKind
from tests.builders import ANN, bring_to, carry_on

if TYPE_CHECKING:
    from adapters.house import House
    from tests.portal.visitor import Visitor

TOLD: dict[str, Any] = {"detail": ANN.detail, "name": ANN.name, "email": ANN.email, "channel": "app", "language": "en"}


async def test_a_complaint_is_registered_and_can_be_followed(visitor: Visitor, house: House) -> None:
    answer = await visitor.client.post("/api/complaints", json={**TOLD, "group_size": 3, "company": None})
    assert answer.status_code == 201
    made = answer.json()
    briefing = await house.casebook.brief(made["case_no"])
    assert (briefing.case.channel, briefing.case.language) == (Channel.APP, Language.EN)
    assert briefing.record.group_size == 3
    assert made["track"].startswith(f"{house.settings.public_url}/track/")
    assert answer.headers["location"] == made["status"]
    await carry_on(house, made["case_no"])
    standing = (await visitor.client.get(made["status"])).json()
    assert standing["case_no"] == made["case_no"]
    assert standing["is_open"] is True
    assert standing["outcome"] is None
    assert {promise["name"] for promise in standing["promises"]} == {"first_response", "resolve"}
    await bring_to(house, made["case_no"], TaskKind.DECISION)
    standing = (await visitor.client.get(made["status"])).json()
    assert standing["awaits_customer"] == ["decision"]
    assert standing["step"] == "answered"


async def test_the_same_key_registers_one_case_and_another_key_another(visitor: Visitor) -> None:
    keys = ("order-77", "order-77", "order-78", "")
    made = [
        (await visitor.client.post("/api/complaints", json=TOLD, headers={"Idempotency-Key": key})).json()["case_no"]
        for key in keys
    ]
    assert made[0] == made[1]
    assert len(set(made)) == 3


WRONG = [
    ({"detail": ""}, "detail", "missing"),
    ({"email": "ann@"}, "email", "email_wrong"),
    ({"phone": "12"}, "phone", "phone_wrong"),
    ({"occurred_at": "2030-01-01"}, "occurred_at", "date_in_future"),
    ({"detail": "x" * 20_001}, "detail", "text_too_long"),
    ({"colour": "red"}, "colour", "unknown_field"),
    ({"detail": {"text": "It leaks."}}, "detail", "unreadable"),
    ({"customer_type": "key"}, "customer_type", "unknown_field"),
    ({"channel": "regulator"}, "channel", "enum"),
    ({"channel": "pigeon"}, "channel", "enum"),
    ({"language": "fr"}, "language", "enum"),
]


@pytest.mark.parametrize(("changes", "field", "code"), WRONG)
async def test_what_is_wrong_is_told_by_field(visitor: Visitor, changes: dict[str, Any], field: str, code: str) -> None:
    answer = await visitor.client.post("/api/complaints", json={**TOLD, **changes})
    assert answer.status_code == 422
    problems = {problem["field"]: problem for problem in answer.json()["problems"]}
    assert problems[field]["code"] == code
    assert problems[field]["message"]


async def test_only_json_is_taken_so_no_foreign_page_can_post(visitor: Visitor) -> None:
    assert (await visitor.client.post("/api/complaints", data=TOLD)).status_code == 415
    assert (await visitor.client.post("/api/complaints", json=[1])).status_code == 400
    headers = {"content-type": "application/json"}
    assert (await visitor.client.post("/api/complaints", content=b"{", headers=headers)).status_code == 400
    huge = b'{"detail": "' + b"x" * 2_000_001
    assert (await visitor.client.post("/api/complaints", content=huge, headers=headers)).status_code == 413


async def test_a_forged_token_reads_like_a_case_that_is_not_there(visitor: Visitor) -> None:
    answer = await visitor.client.get("/api/complaints/forged")
    assert (answer.status_code, answer.json()) == (404, {"error": "not_there"})
