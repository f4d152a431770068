"""The public form: what a customer types becomes a case, once; what is wrong is told next to its field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from complaints.words import Language, TaskKind
from tests.builders import ANN, WANG_FANG, bring_to, carry_on, task_link

if TYPE_CHECKING:
    from adapters.house import House
    from tests.portal.visitor import File, Page, Visitor

PNG: File = ("leak.png", b"\x89PNG\r\n\x1a\n" + b"0" * 500, "image/png")
FILLED = {"detail": ANN.detail, "name": ANN.name, "email": ANN.email}


async def cases_in(house: House) -> int:
    async with house.database.reading() as session:
        return int((await session.execute(text("SELECT count(*) FROM cases"))).scalar_one())


def number_on(page: Page) -> str:
    found = re.search(r"TC\d{8}-\d{4}", page.text)
    assert found, page.text
    return found[0]


async def test_a_complaint_becomes_a_case_and_the_visitor_gets_its_number_and_link(
    visitor: Visitor, house: House
) -> None:
    told = {**FILLED, "item": "Kettle K2", "order_no": "N-1", "occurred_at": "2026-11-20", "phone": "138 0013 8000"}
    thanks = await visitor.send(await visitor.open("/"), told)
    assert thanks.status == 200
    briefing = await house.casebook.brief(number_on(thanks))
    record = briefing.record
    assert (record.name, record.email, record.phone) == ("Ann Lee", ANN.email, "+8613800138000")
    assert (record.item, record.order_no, str(record.occurred_at)) == ("Kettle K2", "N-1", "2026-11-20")
    assert record.language is Language.EN
    assert f"{house.settings.public_url}/track/" in thanks.html
    assert "Wed 25 Nov 2026" in thanks.text or "Thu 26 Nov 2026" in thanks.text
    assert (await carry_on(house, briefing.case.case_no)).acknowledged


async def test_the_form_speaks_chinese_to_whoever_prefers_it(visitor: Visitor, house: House) -> None:
    page = await visitor.open("/", **{"accept-language": "fr;q=0.3, zh-TW, en;q=0.5"})
    assert 'lang="zh-CN"' in page.html
    assert "请告诉我们哪里出了问题" in page.text
    told = {"detail": WANG_FANG.detail, "name": WANG_FANG.name, "email": WANG_FANG.email}
    thanks = await visitor.send(await visitor.open("/?lang=zh-CN"), told)
    assert "我们已收到您的投诉" in thanks.text
    assert (await house.casebook.brief(number_on(thanks))).case.language is Language.ZH_CN


async def test_the_language_that_was_asked_for_is_remembered(visitor: Visitor) -> None:
    await visitor.open("/?lang=zh-CN")
    assert "请告诉我们哪里出了问题" in (await visitor.open("/")).text
    assert "Tell us what went wrong" in (await visitor.open("/?lang=en")).text


async def test_a_form_sent_twice_opens_one_case(visitor: Visitor, house: House) -> None:
    page = await visitor.open("/")
    first = await visitor.send(page, FILLED, files=[PNG])
    second = await visitor.send(page, FILLED, files=[PNG])
    assert number_on(first) == number_on(second)
    assert await cases_in(house) == 1
    assert list((await house.casebook.brief(number_on(first))).case.evidence) == ["E1"]


async def test_going_back_and_writing_another_complaint_opens_another_case(visitor: Visitor, house: House) -> None:
    page = await visitor.open("/")
    first = await visitor.send(page, FILLED)
    second = await visitor.send(page, {**FILLED, "detail": "Another matter: the lamp flickers."})
    assert number_on(first) != number_on(second)
    assert await cases_in(house) == 2


async def test_files_join_the_case_sealed_and_open_for_whoever_works_on_it(visitor: Visitor, house: House) -> None:
    note: File = ("../../what they said.txt", "他们说".encode(), "text/plain")
    thanks = await visitor.send(await visitor.open("/"), FILLED, files=[PNG, note])
    case_no = number_on(thanks)
    stored = [path for path in (house.settings.home / "evidence").rglob("*") if path.is_file()]
    assert len(stored) == 2
    assert not any(PNG[1][:20] in path.read_bytes() for path in stored)
    findings = await bring_to(house, case_no, TaskKind.FINDINGS)
    link = task_link(house, case_no, findings)
    assert "what they said.txt" in (await visitor.open(link)).text
    picture = await visitor.client.get(f"{link}/evidence/E1")
    assert picture.content == PNG[1]
    assert picture.headers["content-type"] == "image/png"
    said = await visitor.client.get(f"{link}/evidence/E2")
    assert said.content.decode() == "他们说"
    assert said.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in said.headers["content-security-policy"]
    assert (await visitor.client.get(f"{link}/evidence/E3")).status_code == 404


WRONG = [
    ({"detail": ""}, "detail", "Please fill this in."),
    ({"detail": " \n\t "}, "detail", "Please fill this in."),
    ({"detail": "x" * 20_001}, "detail", "20001 characters; at most 20000"),
    ({"name": ""}, "name", "Please fill this in."),
    ({"name": "n" * 201}, "name", "201 characters; at most 200"),
    ({"email": "ann@"}, "email", "not a complete e-mail address"),
    ({"email": "ann.lee@example"}, "email", "not a complete e-mail address"),
    ({"email": "Ann <ann@example.com>"}, "email", "not a complete e-mail address"),
    ({"phone": "12345"}, "phone", "not a phone number"),
    ({"phone": "call me"}, "phone", "not a phone number"),
    ({"email": ""}, "email", "an e-mail address or a phone number"),
    ({"occurred_at": "2026-11-24"}, "occurred_at", "in the future"),
    ({"occurred_at": "last week"}, "occurred_at", "year-month-day"),
    ({"occurred_at": "2026-02-30"}, "occurred_at", "year-month-day"),
    ({"group_size": "many"}, "group_size", "a whole number"),
    ({"group_size": "0"}, "group_size", "too small"),
    ({"category": "product.spaceship"}, "category", "from the list"),
    ({"preferred_channel": "pigeon"}, "preferred_channel", "choose one of these"),
]


@pytest.mark.parametrize(("changes", "field", "message"), WRONG)
async def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(
    visitor: Visitor, house: House, changes: dict[str, str], field: str, message: str
) -> None:
    told = {**FILLED, "item": "Kettle K2", **changes}
    again = await visitor.send(await visitor.open("/"), told)
    assert again.status == 422
    assert message in again.message_at(field)
    assert f'href="#f-{field}"' in again.html
    assert again.value("item") == "Kettle K2"
    assert again.value("detail").strip() == told["detail"].strip()
    assert await cases_in(house) == 0
    mended = await visitor.send(again, {**FILLED, field: FILLED.get(field, "")})
    assert number_on(mended)


async def test_the_day_ends_where_the_house_stands_not_in_greenwich(visitor: Visitor, house: House) -> None:
    thanks = await visitor.send(await visitor.open("/"), {**FILLED, "occurred_at": "2026-11-23"})
    assert number_on(thanks)
    assert await cases_in(house) == 1


LARGE: File = ("large.png", PNG[1] + b"0" * 10_000_001, "image/png")
REFUSED = [
    ([LARGE], "“large.png” is too large: a file may have at most 10 MB."),
    ([("photo.jpg", b"MZ\x90\x00" + b"0" * 90, "image/jpeg")], "“photo.jpg” is a kind of file we cannot accept."),
    ([("page.html", b"<script>alert(1)</script>", "text/plain")], "“page.html” is a kind of file we cannot accept."),
    ([("clip.gif", b"GIF89a" + b"0" * 90, "image/png")], "“clip.gif” is a kind of file we cannot accept."),
    ([("empty.txt", b"", "text/plain")], "“empty.txt” is empty."),
    ([(f"{nth}.txt", b"x", "text/plain") for nth in range(11)], "too many files: please choose at most 10"),
]


@pytest.mark.parametrize(("files", "message"), REFUSED)
async def test_a_refused_file_leaves_everything_else_as_it_was_typed(
    visitor: Visitor, house: House, files: list[File], message: str
) -> None:
    again = await visitor.send(await visitor.open("/"), FILLED, files=files)
    assert again.status == 422
    assert message in again.message_at("evidence").replace("&#39;", "'")
    assert "Please choose your files again" in again.text
    assert again.value("detail") == ANN.detail
    assert await cases_in(house) == 0


async def test_a_body_beyond_all_bounds_is_not_read_to_its_end(visitor: Visitor) -> None:
    answer = await visitor.client.post("/", data={"detail": "x" * 17_000_000})
    assert answer.status_code == 413
    assert "larger than we can take" in answer.text


async def test_messages_are_in_the_language_of_the_page(visitor: Visitor) -> None:
    again = await visitor.send(await visitor.open("/?lang=zh-CN"), {"email": "ann@"})
    assert again.message_at("email") == "邮箱地址不完整，请按 name@example.com 的格式填写。"
    assert again.message_at("name") == "请填写此项。"


async def test_text_that_looks_like_html_stays_text(visitor: Visitor) -> None:
    again = await visitor.send(await visitor.open("/"), {**FILLED, "detail": "<script>alert(1)</script>", "email": "x"})
    assert "<script>" not in again.html
    assert again.value("detail") == "<script>alert(1)</script>"


async def test_a_form_from_elsewhere_registers_nothing_and_keeps_what_was_typed(visitor: Visitor, house: House) -> None:
    again = page = await visitor.open("/")
    for headers, changes in (
        ({}, {"nonce": ""}),
        ({}, {"nonce": page.value("nonce") + "x"}),
        ({"sec-fetch-site": "cross-site"}, {}),
        ({"origin": "https://elsewhere.example"}, {}),
    ):
        again = await visitor.send(page, {**FILLED, **changes}, headers=headers)
        assert again.status == 403
        assert "This page was open too long" in again.text
        assert again.value("detail") == ANN.detail
    assert await cases_in(house) == 0
    assert number_on(await visitor.send(again, FILLED))


async def test_a_browser_that_hides_its_origin_is_heard(visitor: Visitor) -> None:
    headers = {"origin": "null", "sec-fetch-site": "same-origin"}
    assert number_on(await visitor.send(await visitor.open("/"), FILLED, headers=headers))


async def test_when_nothing_can_be_saved_the_form_comes_back_full(visitor: Visitor, house: House) -> None:
    page = await visitor.open("/")
    async with house.database.writing() as session:
        await session.execute(text("ALTER TABLE cases RENAME TO cases_elsewhere"))
    again = await visitor.send(page, FILLED)
    assert again.status == 503
    assert again.headers["retry-after"]
    assert "Nothing you typed is lost" in again.text
    assert again.value("detail") == ANN.detail
    async with house.database.writing() as session:
        await session.execute(text("ALTER TABLE cases_elsewhere RENAME TO cases"))
    assert number_on(await visitor.send(again, FILLED))
