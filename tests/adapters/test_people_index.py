"""The people index: opens each record once, hears of every contact, and forgets who was erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select, update

from adapters import people_index
from adapters.cipher import open_paper
from adapters.people_index import cases_of_person
from complaints.words import TaskKind
from models.confidentiality import CONTACTS
from models.tables import PAPERS
from portal import erasing
from tests.builders import ANN, WANG_FANG, bring_to, complain, submit, withdraw

if TYPE_CHECKING:
    from adapters.house import House
    from complaints.papers import Paper


async def remembered(house: House, case_no: str) -> list[str]:
    async with house.database.reading() as session:
        query = select(CONTACTS.c.digest).where(CONTACTS.c.case_no == case_no)
        return sorted((await session.execute(query)).scalars())


async def test_each_record_is_opened_once_and_found_ever_after(
    either_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = either_house
    monkeypatch.setattr(people_index, "_AT_ONCE", 2)
    hers = [await complain(house) for _ in range(3)]
    nobodys = await complain(house, email="", phone="", name="A shy person")
    await complain(house, by=WANG_FANG)
    assert await cases_of_person(house, phone=ANN.phone) == tuple(hers)
    assert await remembered(house, nobodys) == [""]
    opened: list[str] = []

    def noted(key: bytes, *, paper_id: str, kind: str, sealed: bytes) -> Paper:
        opened.append(paper_id)
        return open_paper(key, paper_id=paper_id, kind=kind, sealed=sealed)

    monkeypatch.setattr(people_index, "open_paper", noted)
    assert await cases_of_person(house, email=ANN.email) == tuple(hers)
    assert opened == []
    later = await complain(house)
    assert await cases_of_person(house, phone="138 0013 8000") == (*hers, later)
    assert len(opened) == 1


async def test_a_contact_that_was_given_later_finds_the_case_too(house: House) -> None:
    case_no = await complain(house, phone="", name="", item="", order_no="", occurred_at=None, expected_remedy="")
    assert await cases_of_person(house, phone="138 0013 8000") == ()
    task = await bring_to(house, case_no, TaskKind.COMPLETION)
    await submit(house, case_no, task, phone="+8613800138000", item="Kettle K2")
    assert await cases_of_person(house, phone="138 0013 8000") == (case_no,)
    assert await cases_of_person(house, email=ANN.email) == (case_no,)


async def test_a_number_that_was_filed_as_people_write_it_at_home_is_found_as_it_is_dialled(house: House) -> None:
    case_no = await complain(house, email="", phone="0138 0013-8000".removeprefix("0"))
    for phone in ("+86 138 0013 8000", "0086 13800138000", "138-0013-8000", "１３８００１３８０００"):
        assert await cases_of_person(house, phone=phone) == (case_no,), phone
    assert await cases_of_person(house, phone=" ", email=" ") == ()


async def test_whoever_was_erased_is_forgotten_here_too(either_house: House) -> None:
    gone, kept = [await complain(either_house) for _ in range(2)]
    assert await cases_of_person(either_house, phone=ANN.phone) == (gone, kept)
    await withdraw(either_house, gone)
    await erasing.request(either_house, gone, erasing.Doer("li_na"), reason="She asks for it.")
    await erasing.approve(either_house, gone, erasing.Doer("tang_rui"))
    assert await remembered(either_house, gone) == []
    for contact in ({"phone": ANN.phone}, {"email": ANN.email}):
        assert await cases_of_person(either_house, **contact) == (kept,)
    assert await remembered(either_house, gone) == []


async def test_a_row_that_is_missing_is_made_anew_and_a_record_that_does_not_open_hides_no_other(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = [await complain(house) for _ in range(2)]
    await cases_of_person(house, email=ANN.email)
    async with house.database.writing() as session:
        await session.execute(delete(CONTACTS))
        await session.execute(update(PAPERS).where(PAPERS.c.case_no == broken).values(sealed=b"other bytes"))
    assert await cases_of_person(house, phone=ANN.phone) == (sound,)
    # Its first contact stands in its history.
    assert await cases_of_person(house, email=ANN.email) == (broken, sound)
    assert "people.record_does_not_open" in caplog.messages
