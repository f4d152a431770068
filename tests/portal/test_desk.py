"""The desk: whoever presses, however often and however many at once, the history holds it once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest

from complaints.chain import verify
from complaints.errors import NoSuchCase
from complaints.events import EvidenceAdded, InformationAdded
from complaints.words import TaskKind
from complaints.work_events import ApprovalGiven
from models.tables import CaseRow
from portal.app import create_app
from tests.builders import ANN, bring_to, complain, task_link, track_link
from tests.portal.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.house import House
    from tests.builders import Hands

APPROVE = {"decision": "approve"}
SEND_BACK = {"decision": "send_back", "reason": "I typed this with care."}


@pytest.fixture
async def visitors(either_house: House) -> AsyncIterator[tuple[Visitor, Visitor]]:
    """Two people at two browsers, on both databases."""
    transport = httpx.ASGITransport(app=create_app(either_house))
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://portal.test") as one,
        httpx.AsyncClient(transport=transport, base_url="http://portal.test") as other,
    ):
        yield Visitor(one), Visitor(other)


async def test_of_two_who_post_at_once_one_wins_and_the_other_sees_what_happened(
    visitors: tuple[Visitor, Visitor], either_house: House
) -> None:
    house = either_house
    case_no = await complain(house)
    approval = await bring_to(house, case_no, TaskKind.APPROVAL)
    link = f"{task_link(house, case_no, approval)}?lang=en"
    pages = [await visitor.open(link) for visitor in visitors]
    pairs = zip(visitors, pages, (APPROVE, SEND_BACK), strict=True)
    ends = await asyncio.gather(*(visitor.send(page, typed) for visitor, page, typed in pairs))
    history = await house.casebook.history(case_no)
    assert sum(isinstance(entry.fact, ApprovalGiven) for entry in history) == 1
    verify(history)
    won, lost = sorted(ends, key=lambda page: page.status)
    assert won.status == 200
    assert "Recorded. Thank you." in won.text
    assert lost.status == 410
    assert "You have already answered this" in lost.text
    if lost is ends[1]:
        assert "I typed this with care." in lost.text


async def test_a_double_press_of_one_button_is_one_answer_and_both_are_thanked(
    visitors: tuple[Visitor, Visitor], either_house: House
) -> None:
    house, (visitor, _) = either_house, visitors
    case_no = await complain(house)
    approval = await bring_to(house, case_no, TaskKind.APPROVAL)
    page = await visitor.open(f"{task_link(house, case_no, approval)}?lang=en")
    ends = await asyncio.gather(visitor.send(page, APPROVE), visitor.send(page, APPROVE))
    assert [end.status for end in ends] == [200, 200]
    history = await house.casebook.history(case_no)
    assert sum(isinstance(entry.fact, ApprovalGiven) for entry in history) == 1


async def test_a_complaint_sent_twice_at_once_opens_one_case(
    visitors: tuple[Visitor, Visitor], either_house: House
) -> None:
    page = await visitors[0].open("/?lang=en")
    told = {"detail": ANN.detail, "name": ANN.name, "email": ANN.email}
    file = ("proof.txt", b"proof", "text/plain")
    ends = await asyncio.gather(*(visitor.send(page, told, files=[file]) for visitor in visitors))
    assert [end.status for end in ends] == [200, 200]
    # Each thanks with a link of its own second; both name the one case.
    case_no = f"TC{house_day(either_house)}-0001"
    assert all(case_no in end.text for end in ends)
    assert list((await either_house.casebook.case(case_no)).evidence) == ["E1"]
    with pytest.raises(NoSuchCase):
        await either_house.casebook.case(f"TC{house_day(either_house)}-0002")


def house_day(house: House) -> str:
    return house.clock.now().strftime("%Y%m%d")


async def test_answers_to_different_tasks_of_a_case_all_count(
    visitors: tuple[Visitor, Visitor], either_house: House
) -> None:
    house = either_house
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.OPINION)
    opinions = (await house.casebook.case(case_no)).open_tasks
    assert len(opinions) == 2
    pages = [await visitors[0].open(task_link(house, case_no, task)) for task in opinions]
    pages.append(await visitors[1].open(track_link(house, case_no)))
    ends = await asyncio.gather(
        visitors[0].send(pages[0], {"verdict": "agree"}),
        visitors[1].send(pages[1], {"verdict": "agree"}),
        visitors[1].send(pages[2], {"text": "By the way."}),
    )
    assert [end.status for end in ends] == [200, 200, 200]
    case = await house.casebook.case(case_no)
    assert len(case.opinions) == 2
    verify(await house.casebook.history(case_no))


async def test_files_of_many_at_once_get_different_numbers(
    visitors: tuple[Visitor, Visitor], either_house: House
) -> None:
    house = either_house
    case_no = await complain(house)
    pages = [await visitor.open(track_link(house, case_no)) for visitor in visitors]
    file = ("proof.txt", b"proof", "text/plain")
    await asyncio.gather(
        *(visitor.send(page, {"text": "See."}, files=[file]) for visitor, page in zip(visitors, pages, strict=True))
    )
    history = await house.casebook.history(case_no)
    numbers = [fact.evidence_no for entry in history if isinstance(fact := entry.fact, EvidenceAdded)]
    added = [fact.evidence for entry in history if isinstance(fact := entry.fact, InformationAdded)]
    assert sorted(numbers) == ["E1", "E2"]
    assert sorted(added) == [("E1",), ("E2",)]


async def test_an_answer_wakes_the_flow_of_its_case(
    visitors: tuple[Visitor, Visitor], either_house: House, hands: Hands
) -> None:
    house = either_house
    case_no = await complain(house)
    findings = await bring_to(house, case_no, TaskKind.APPROVAL)
    hands.move(minutes=3)
    await visitors[0].send(await visitors[0].open(task_link(house, case_no, findings)), APPROVE)

    async with house.database.reading() as session:
        row = await session.get(CaseRow, case_no)
    assert row
    assert row.wake_at == hands.at
