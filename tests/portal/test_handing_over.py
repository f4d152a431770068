"""Handing over and declining at the pages: only fit colleagues are offered, and the old link says what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from complaints.words import TaskKind
from portal.app import create_app
from tests.builders import bring_to, carry_on, complain, task_link
from tests.journeys.packs import house_under  # noqa: F401  a fixture
from tests.portal.visitor import Visitor

if TYPE_CHECKING:
    from adapters.house import House
    from tests.journeys.packs import HouseUnder


async def test_work_is_handed_to_a_colleague_and_the_old_link_says_so(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    link = task_link(house, case_no, task)
    task_page = await visitor.open(f"{link}?lang=en")
    assert "/do/hand_over" in task_page.html
    page = await visitor.open(f"{link}/do/hand_over?lang=en")
    assert "Zhao Lei" in page.html
    assert "Deng Xin" not in page.html
    again = await visitor.send(page, {"to": "deng_xin", "reason": "So."})
    assert again.message_at("to").startswith("This is not work of this person")
    await visitor.send(page, {"to": "zhao_lei", "reason": "I am on the road."})
    moved = (await carry_on(house, case_no)).tasks[task.id]
    assert moved.assignee == "zhao_lei"
    old = await visitor.open(f"{link}?lang=en")
    assert old.status == 403
    assert "moved to Zhao Lei" in old.text
    assert "handed over" in old.text
    new = await visitor.open(f"{task_link(house, case_no, moved)}?lang=en")
    assert new.status == 200
    assert "The work went from Peter Novak to Zhao Lei" in new.text


@pytest.mark.parametrize("tongue", ["en", "zh-CN"])
async def test_a_handler_declines_an_investigation(visitor: Visitor, house: House, tongue: str) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    page = await visitor.open(f"{task_link(house, case_no, task)}/do/decline?lang={tongue}")
    assert page.status == 200
    await visitor.send(page, {"reason_code": "conflict_of_interest"})
    assert (await carry_on(house, case_no)).conflicts == ("peter_novak",)
    assert (await visitor.open(task_link(house, case_no, task))).status == 403


@pytest.mark.parametrize("tongue", ["en", "zh-CN"])
async def test_a_chosen_handler_is_asked_on_a_page_of_its_own(house_under: HouseUnder, tongue: str) -> None:  # noqa: F811
    house = await house_under('[assignment.acceptance]\nlevels = ["1", "2", "3"]')
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.ACCEPTANCE)
    transport = httpx.ASGITransport(app=create_app(house))
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as client:
        visitor = Visitor(client)
        page = await visitor.open(f"{task_link(house, case_no, task)}?lang={tongue}")
        assert page.status == 200
        again = await visitor.send(page, {"decision": "decline"})
        assert again.message_at("reason_code")
        await visitor.send(again, {"decision": "decline", "reason_code": "no_capacity"})
        assert (await carry_on(house, case_no)).declined == ("peter_novak",)
        page = await visitor.open(
            f"{task_link(house, case_no, await bring_to(house, case_no, TaskKind.ACCEPTANCE))}?lang={tongue}"
        )
        thanks = await visitor.send(page, {"decision": "accept"})
    assert "done" in thanks.url
    assert (await carry_on(house, case_no)).accepted_by == "zhao_lei"


async def test_a_leaver_s_link_opens_nothing(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)

    def leave(roster):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        person = roster.staff[task.assignee].model_copy(update={"left": roster.day})
        return type(roster)(roster.version, roster.departments, {**roster.staff, task.assignee: person})

    await house.directory.change(leave, by="eva", reason="left")
    assert (await visitor.open(task_link(house, case_no, task))).status == 404


async def test_who_grades_anew_begins_with_the_present_grade(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    page = await visitor.open(f"{task_link(house, case_no, task)}/do/regrade")
    shown = {name: page.value(name) for name in ("category", "complexity")}
    assert shown == {"category": "product.quality", "complexity": "low"}
    back = await visitor.send(page, {"impact": "5", "urgency": "4", "scope": "individual", "reason": "It got worse."})
    assert "did=regrade" in back.url
    assert (await house.casebook.case(case_no)).level == "5"


async def test_what_the_former_one_wrote_stands_on_the_new_one_s_page(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    page = await visitor.open(f"{task_link(house, case_no, task)}/do/hand_over?lang=en")
    await visitor.send(page, {"to": "zhao_lei", "reason": "Ring her after six."})
    moved = (await carry_on(house, case_no)).tasks[task.id]
    new = await visitor.open(f"{task_link(house, case_no, moved)}?lang=en")
    assert "What Peter Novak wants you to know" in new.text
    assert "Ring her after six." in new.text


@pytest.mark.parametrize("tongue", ["en", "zh-CN"])
async def test_a_handler_ends_a_duplicate_on_a_page_that_checks_the_number(
    visitor: Visitor, house: House, tongue: str
) -> None:
    first, case_no = (
        await complain(house),
        await complain(house, detail="There is a puddle under it; a defective seal."),
    )
    await bring_to(house, first, TaskKind.FINDINGS)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    link = task_link(house, case_no, task)
    assert "/do/duplicate" in (await visitor.open(f"{link}?lang={tongue}")).html
    page = await visitor.open(f"{link}/do/duplicate?lang={tongue}")
    for wrong in ("TC20260101-0001", case_no, ""):
        page = await visitor.send(page, {"original": wrong, "reason": "The same order."})
        assert page.status == 422
        assert page.message_at("original")
    after = await visitor.send(page, {"original": first.lower(), "reason": "The same order."})
    assert after.status in {200, 410}
    case = await carry_on(house, case_no)
    assert (case.is_open, case.outcome, case.linked("repeats")) == (False, "duplicate", (first,))
    assert (await house.casebook.case(first)).linked("repeated_by") == (case_no,)
    assert "/do/" not in (await visitor.open(f"{link}?lang={tongue}")).html
