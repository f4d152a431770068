"""Neighbours: which open cases a new one resembles, bounded, read once, and nothing of it outside memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, event
from sqlmodel import col

from adapters.likeness import alike, signature
from models.tables import CaseKeyRow
from tests.builders import ANN, WANG_FANG, carry_on, complain, withdraw
from tests.play import changed

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands


@pytest.fixture
def house(either_house: House) -> House:
    """On both engines."""
    return either_house


async def resembled(house: House, case_no: str) -> list[str]:
    """The cases that one which is not screened yet is found to resemble."""
    briefing = await house.casebook.brief(case_no)
    return [one.case_no for one in briefing.similar]


async def test_open_cases_of_anybody_that_came_before_are_found_oldest_first(house: House, hands: Hands) -> None:
    first = await complain(house)
    hands.move(minutes=1)
    second = await complain(house, replace(ANN, email="bea@example.test", phone=""))
    hands.move(minutes=1)
    await complain(house, WANG_FANG)
    third = await complain(house, replace(ANN, email="cem@example.test", phone=""))
    assert await resembled(house, third) == [first, second]
    assert await resembled(house, first) == []


async def test_cases_that_ended_and_cases_whose_people_were_forgotten_resemble_nothing(house: House) -> None:
    ended, forgotten = await complain(house), await complain(house)
    await carry_on(house, ended)
    await withdraw(house, ended)
    async with house.database.writing() as session:
        await session.execute(delete(CaseKeyRow).where(col(CaseKeyRow.case_no) == forgotten))
    assert await resembled(house, await complain(house)) == []


async def test_only_the_newest_are_compared_and_each_record_is_read_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = changed(changed(await house.library.current(), "intake.mass_event.most", 3), "intake.mass_event.count", 2)
    monkeypatch.setitem(house.library._parsed, policy.version, policy)  # noqa: SLF001  the pack as a house would write it
    case_nos = [await complain(house) for _ in range(6)]
    assert await resembled(house, case_nos[5]) == case_nos[2:5]
    asked: list[str] = []
    event.listen(
        house.database.readers.sync_engine,
        "before_cursor_execute",
        lambda _c, _cur, statement, *_rest: asked.append(statement),
    )
    assert await resembled(house, case_nos[5]) == case_nos[2:5]
    assert not [statement for statement in asked if "papers.sealed, case_keys" in statement]


async def test_where_no_number_could_be_reached_nothing_is_compared(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = changed(await house.library.current(), "intake.mass_event.count", 1000)
    monkeypatch.setitem(house.library._parsed, policy.version, policy)  # noqa: SLF001  as above
    await complain(house)
    assert await resembled(house, await complain(house)) == []


def test_a_text_of_few_words_resembles_nothing() -> None:
    assert signature("It is broken.") == ""
    assert alike("", {"one": signature("The kettle is broken and it leaks")}, least=0) == {}


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        (ANN.detail, ANN.detail.upper(), True),
        (ANN.detail, f"Dear all, {ANN.detail} Regards, Bea", True),
        (ANN.detail, "The parcel never came and your courier does not answer the phone at all.", False),
        (WANG_FANG.detail, WANG_FANG.detail.replace("三周前", "上个月"), True),
        (WANG_FANG.detail, "前台工作人员服务态度恶劣，多次打电话都没有人接听，等了两个小时。", False),
    ],
)
def test_texts_of_one_matter_are_alike_and_others_are_not(one: str, other: str, is_alike: bool) -> None:
    assert bool(alike(signature(one), {"other": signature(other)}, least=0.75)) is is_alike


@given(st.text(max_size=2000))
def test_a_signature_is_bounded_and_resembles_itself(text: str) -> None:
    signed = signature(text)
    assert len(signed.split()) <= 120
    assert alike(signed, {"same": signed}, least=1) == ({"same": 1.0} if signed else {})
