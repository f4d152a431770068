"""The same POST fifty times at once, and two people at once: one of them counts, and all are told the truth."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import func, select

from complaints.chain import verify
from complaints.events import InformationAdded
from complaints.words import TaskKind
from complaints.work_events import FindingsSubmitted
from models.tables import CASES
from portal.app import create_app
from tests.builders import ANN, ANSWERS, bring_to, complain, task_link, track_link
from tests.portal.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.house import House
    from complaints.fact import Fact
    from tests.portal.visitor import Page

TIMES = 50
FINDINGS = {name: told if isinstance(told, tuple) else str(told) for name, told in ANSWERS[TaskKind.FINDINGS].items()}


@pytest.fixture
def house(either_house: House) -> House:
    """On both engines."""
    return either_house


@pytest.fixture
async def visitor(house: House) -> AsyncIterator[Visitor]:
    """Somebody whose browser sends as often as she clicks."""
    transport = httpx.ASGITransport(app=create_app(house))
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test", timeout=120) as client:
        yield Visitor(client)


async def told(house: House, case_no: str, kind: type[Fact]) -> int:
    """How often the history tells this kind of fact; the chain is whole."""
    history = await house.casebook.history(case_no)
    assert verify(history).seq == len(history)
    return sum(isinstance(entry.fact, kind) for entry in history)


async def count_cases(house: House) -> int:
    async with house.database.reading() as session:
        return int((await session.execute(select(func.count()).select_from(CASES))).scalar_one())


async def all_at_once(visitor: Visitor, page: Page, filled: dict[str, str | tuple[str, ...]]) -> list[httpx.Response]:
    """Fifty clicks on the same button."""
    return await asyncio.gather(*(visitor.post(page, filled) for _ in range(TIMES)))


async def test_a_complaint_sent_fifty_times_is_one_case_and_everybody_sees_its_number(
    visitor: Visitor, house: House
) -> None:
    page = await visitor.open("/")
    answers = await all_at_once(visitor, page, {"detail": ANN.detail, "name": ANN.name, "email": ANN.email})
    assert Counter(answer.status_code for answer in answers) == {303: TIMES}
    # Links made in two different seconds are signed differently and say the same.
    links = [urlsplit(answer.headers["location"]).path.rpartition("/")[2] for answer in answers]
    assert len({house.links.read(link, "track") for link in links}) == 1
    assert await count_cases(house) == 1


async def test_an_answer_sent_fifty_times_is_recorded_once_and_everybody_is_thanked(
    visitor: Visitor, house: House
) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    page = await visitor.open(task_link(house, case_no, task))
    answers = await all_at_once(visitor, page, FINDINGS)
    assert Counter(answer.status_code for answer in answers) == {303: TIMES}
    assert await told(house, case_no, FindingsSubmitted) == 1


async def test_of_two_who_answer_the_same_task_at_once_one_counts_and_the_other_is_told(
    visitor: Visitor, house: House
) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    pages = [await visitor.open(task_link(house, case_no, task) + "?lang=en") for _ in range(2)]
    words = ("The seal was cracked.", "Nothing was wrong with it.")
    answers = await asyncio.gather(
        *(visitor.post(page, {**FINDINGS, "findings": said}) for page, said in zip(pages, words, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 410]
    loser = next(answer for answer in answers if answer.status_code == httpx.codes.GONE)
    assert "already" in loser.text
    assert await told(house, case_no, FindingsSubmitted) == 1


async def test_what_she_adds_fifty_times_is_attached_once(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.FINDINGS)
    page = await visitor.open(track_link(house, case_no))
    answers = await all_at_once(visitor, page, {"text": "It also hums."})
    assert Counter(answer.status_code for answer in answers) == {303: TIMES}
    assert await told(house, case_no, InformationAdded) == 1


async def test_a_program_that_sends_the_same_complaint_fifty_times_opens_one_case(
    visitor: Visitor, house: House
) -> None:
    post = partial(
        visitor.client.post,
        "/api/complaints",
        json={"detail": ANN.detail, "name": ANN.name, "email": ANN.email},
        headers={"Idempotency-Key": "shop-4711"},
    )
    answers = await asyncio.gather(*(post() for _ in range(TIMES)))
    assert Counter(answer.status_code for answer in answers) == {201: TIMES}
    assert len({answer.json()["case_no"] for answer in answers}) == 1
    assert await count_cases(house) == 1
