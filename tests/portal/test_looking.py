"""Whoever is signed in states once what her looks are for; each look is noted with it, and the log says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from complaints.access import LONGEST_STATEMENT
from complaints.words import TaskKind
from portal.accessing import looks_as_data, print_looks, read_looks
from tests.audited import hand_in
from tests.builders import bring_to, complain, view_link
from tests.portal.staff import sign_in, signed_in

if TYPE_CHECKING:
    from adapters.house import House
    from tests.portal.visitor import Page, Visitor

AUDITOR, MANAGER = "deng_xin", "tang_rui"


async def state(who: Visitor, purpose: str, reference: str = "", *, back: str = "") -> Page:
    page = await who.open(f"/me/purpose?back={back}&lang=en")
    return await who.send(page, {"purpose": purpose, "reference": reference}, form=page.form("purpose"))


async def noted(house: House, case_no: str) -> list[tuple[str, str, str]]:
    return [(row.page, row.purpose, row.stated) for row in await house.accesses.of_case(case_no)]


async def test_what_an_auditor_states_once_is_noted_with_each_look_until_she_changes_it(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    case_no = await complain(house)
    await hand_in(house, case_no, b"the bill")
    auditor = await signed_in(house, AUDITOR)
    link = view_link(house, case_no, holder=AUDITOR)
    await auditor.open(f"/audit/case/{case_no}")
    back = await state(auditor, "regulator", "Letter 12/2026", back="/audit")
    assert back.url.endswith("/audit")
    assert "Question of an authority, ombudsman or court · Letter 12/2026" in back.text
    await auditor.open(f"/audit/case/{case_no}")
    assert "This look is noted as: Question of an authority" in (await auditor.open(f"{link}?lang=en")).text
    await auditor.open(f"{link}/evidence/E1")
    await state(auditor, "")
    await auditor.open(link)
    regulator = ("regulator", "Letter 12/2026")
    assert await noted(house, case_no) == [
        ("replay", "audit", ""),
        ("replay", *regulator),
        ("view", *regulator),
        ("evidence:E1", *regulator),
        ("view", "audit", ""),
    ]
    log = await read_looks(house, case_no, by="", most=9)
    assert (looks_as_data(log)[1]["purpose"], looks_as_data(log)[1]["stated"]) == regulator
    print_looks(log)
    assert "regulator:" in capsys.readouterr().out


async def test_another_session_states_its_own(house: House) -> None:
    case_no = await complain(house)
    auditor = await signed_in(house, AUDITOR)
    await state(auditor, "quality_audit")
    await sign_in(auditor, house, AUDITOR)
    await auditor.open(f"/audit/case/{case_no}")
    assert await noted(house, case_no) == [("replay", "audit", "")]


async def test_who_works_on_a_case_does_that_whatever_she_states(house: House) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    handler = await signed_in(house, task.assignee)
    await state(handler, "handling")
    page = await handler.open(f"{view_link(house, case_no, holder=task.assignee)}?lang=en")
    assert "This look is noted as" not in page.text
    manager = await signed_in(house, MANAGER)
    await state(manager, "handling")
    await manager.open(view_link(house, case_no, holder=MANAGER))
    assert [one[1] for one in await noted(house, case_no)] == ["own_work", "handling"]


async def test_a_link_of_somebody_else_is_not_lent_the_purpose_of_a_session(house: House) -> None:
    case_no = await complain(house)
    auditor = await signed_in(house, AUDITOR)
    await state(auditor, "quality_audit")
    page = await auditor.open(f"{view_link(house, case_no, holder=MANAGER)}?lang=en")
    assert "This look is noted as" not in page.text
    assert await noted(house, case_no) == [("view", "notice", "")]


@pytest.mark.parametrize(
    ("purpose", "reference", "field"),
    [
        ("other", " ", "reference"),
        ("", "Letter 12", "purpose"),
        ("regulator", "x" * (LONGEST_STATEMENT + 1), "reference"),
        ("operator", "", "purpose"),
    ],
)
async def test_what_says_nothing_or_too_much_is_not_kept(
    house: House, purpose: str, reference: str, field: str
) -> None:
    case_no = await complain(house)
    auditor = await signed_in(house, AUDITOR)
    page = await state(auditor, purpose, reference)
    assert (page.status, bool(page.message_at(field))) == (422, True)
    await auditor.open(f"/audit/case/{case_no}")
    assert await noted(house, case_no) == [("replay", "audit", "")]


async def test_the_form_leads_back_to_pages_of_staff_only(house: House) -> None:
    auditor = await signed_in(house, AUDITOR)
    for back, leads_to in (
        ("/audit/samples", "/audit/samples"),
        ("//elsewhere.test/audit", "/audit"),
        ("https://elsewhere.test", "/audit"),
        ("/audit/../../elsewhere", "/audit"),
    ):
        page = await auditor.open("/me/purpose")
        answer = await auditor.post(page, {"purpose": "handling", "back": back}, form=page.form("purpose"))
        assert (answer.status_code, answer.headers["location"]) == (303, leads_to)
