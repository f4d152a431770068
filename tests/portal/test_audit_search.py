"""The auditor's search: by number, person, day, code and deviation; nothing personal comes back, nothing changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from complaints.words import TaskKind
from portal import audit_search
from tests.builders import ANN, WANG_FANG, bring_to, complain, withdraw
from tests.portal.staff import signed_in

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands
    from tests.portal.visitor import Page

AUDITOR = "deng_xin"


def numbers_on(page: Page, *cases: str) -> list[str]:
    return [case_no for case_no in cases if case_no in page.text]


async def test_cases_are_found_by_what_is_known_of_them(either_house: House, hands: Hands) -> None:
    house = either_house
    first, second = await complain(house), await complain(house, WANG_FANG)
    await withdraw(house, second)
    hands.move(days=2)
    third = await complain(house)
    await bring_to(house, third, TaskKind.FINDINGS)
    me = await signed_in(house, AUDITOR)
    row = await house.casebook.case(third)
    assert row.assignment
    for query, expected in (
        ("", [first, second, third]),
        (f"number={first.lower()}", [first]),
        ("number=TC2026", [first, second, third]),
        ("number=%25", []),
        ("since=2026-11-25", [third]),
        ("until=2026-11-23", [first, second]),
        ("since=2026-11-24&until=2026-11-24", []),
        ("state=closed", [second]),
        ("state=open", [first, third]),
        ("outcome=withdrawn", [second]),
        ("category=product", [third]),
        ("category=prod", []),
        (f"handler={row.assignment.handler}", [third]),
        (f"department={row.assignment.department}", [third]),
        (f"level={row.level}", [third]),
        ("escalated=yes", []),
        ("deviation=yes", []),
    ):
        page = await me.open(f"/audit?lang=en&{query}")
        assert page.status == 200
        assert numbers_on(page, first, second, third) == expected, query


async def test_nothing_of_a_customer_stands_in_a_list(house: House) -> None:
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.FINDINGS)
    me = await signed_in(house, AUDITOR)
    page = await me.open("/audit")
    for personal in (ANN.name, ANN.email, ANN.phone, ANN.item, "leaks"):
        assert personal not in page.html


async def test_a_person_is_found_by_whatever_she_gave_in_any_writing(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    mailed = await complain(house)
    phoned = await complain(house, email="")
    other = await complain(house, WANG_FANG)
    me = await signed_in(house, AUDITOR)
    page = await me.open("/audit?lang=en")
    both = [mailed, phoned]
    for contact, expected in ((" Ann.Lee@Example.test", [mailed]), ("138 0013 8000", both), ("x@y.test", [])):
        found = await me.send(page, {"contact": contact}, form=page.form("contact"))
        assert found.status == 200
        assert numbers_on(found, mailed, phoned, other) == expected
        assert contact.strip() not in found.html
        assert "Kettle" not in found.html
    said = " ".join(str(record.__dict__) for record in caplog.records)
    assert "audit.person_sought" in said
    assert "Ann.Lee@Example" not in said
    assert "0013" not in said


async def test_a_contact_that_is_none_is_told_at_its_field(house: House) -> None:
    me = await signed_in(house, AUDITOR)
    page = await me.open("/audit?lang=en")
    for contact, said in (("", "fill this in"), ("ann@", "not a complete e-mail"), ("ring me", "not a phone number")):
        answer = await me.send(page, {"contact": contact}, form=page.form("contact"))
        assert answer.status == 422
        assert said in answer.text


async def test_a_day_that_is_none_is_told_at_its_field(house: House) -> None:
    me = await signed_in(house, AUDITOR)
    page = await me.open("/audit?lang=en&since=yesterday")
    assert page.status == 422
    assert "year-month-day" in page.text


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE events SET data = replace(data, 'individual', 'wide') WHERE case_no = :case AND seq > 3", "chain"),
        ("DELETE FROM events WHERE case_no = :case AND seq = (SELECT max(seq) FROM events)", "chain"),
        ("UPDATE events SET type = 'made.up' WHERE case_no = :case AND seq = 2", "chain"),
    ],
)
async def test_a_history_that_was_tampered_with_is_found_as_a_deviation(
    house: House, tampering: str, said: str
) -> None:
    sound, bad = await complain(house), await complain(house)
    await bring_to(house, sound, TaskKind.FINDINGS)
    await bring_to(house, bad, TaskKind.FINDINGS)
    async with house.database.writing() as session:
        await session.execute(text(tampering), {"case": bad})
    me = await signed_in(house, AUDITOR)
    page = await me.open("/audit?lang=en&deviation=yes")
    assert numbers_on(page, sound, bad) == [bad]
    assert said in page.text
    assert "2 histories were held" in page.text


async def test_deviations_are_looked_for_beyond_the_newest_histories_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_search, "_LOOKED_AT", 2)
    cases = [await complain(house) for _ in range(5)]
    async with house.database.writing() as session:
        await session.execute(text("UPDATE events SET actor = 'nobody' WHERE case_no = :case"), {"case": cases[0]})
    me = await signed_in(house, AUDITOR)
    page = await me.open("/audit?lang=en&deviation=yes&state=open")
    assert numbers_on(page, *cases) == []
    for nth in (2, 4):
        assert "Older cases match too" in page.text
        assert f'href="?state=open&amp;deviation=yes&amp;beyond={nth}"' in page.html
        page = await me.open(f"/audit?lang=en&state=open&deviation=yes&beyond={nth}")
        assert f"before the newest {nth} cases" in page.text
    assert numbers_on(page, *cases) == cases[:1]
    assert "Older cases match too" not in page.text
    assert (await me.open("/audit?deviation=yes&beyond=-1")).status == 422


async def test_long_lists_come_in_pages_that_keep_the_question(house: House) -> None:
    cases = [await complain(house) for _ in range(52)]
    me = await signed_in(house, AUDITOR)
    page = await me.open("/audit?lang=en&state=open")
    assert "52 cases" in page.text
    assert "?state=open&amp;page=2" in page.html
    assert len(numbers_on(page, *cases)) == 50
    assert len(numbers_on(await me.open("/audit?state=open&page=2"), *cases)) == 2
    assert (await me.open("/audit?page=0")).status == 422


async def test_a_case_of_the_list_opens_for_reading_and_that_is_logged(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="redress.portal")
    case_no = await complain(house)
    me = await signed_in(house, AUDITOR)
    page = await me.open("/audit?lang=en")
    link = page.html.split('href="/view/')[1].split('"')[0]
    assert (await me.open(f"/view/{link}")).status == 200
    assert [(one.case_no, one.by) for one in caplog.records if one.message == "case.viewed"] == [(case_no, AUDITOR)]  # type: ignore[attr-defined]
