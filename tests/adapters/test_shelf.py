"""The shelf: a kept file is as good as one that is read anew, and never outlives its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, event
from sqlmodel import col

from adapters.shelf import Shelf
from complaints.errors import NoSuchCase
from complaints.words import TaskKind
from models.tables import CaseKeyRow
from tests.builders import WANG_FANG, bring_to, complain, submit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.house import House
    from adapters.shelf import CaseFile


@pytest.fixture
def said(either_house: House) -> Iterator[list[str]]:
    """The statements that reach the database."""
    statements: list[str] = []
    engine = either_house.database.readers.sync_engine

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


async def read(shelf: Shelf, house: House, case_no: str) -> CaseFile:
    async with house.database.reading() as session:
        return await shelf.file(session, case_no)


async def test_a_kept_file_is_read_with_one_question(either_house: House, said: list[str]) -> None:
    case_no, shelf = await complain(either_house), Shelf(either_house.cipher)
    first = await read(shelf, either_house, case_no)
    said.clear()
    assert await read(shelf, either_house, case_no) is first
    assert len([statement for statement in said if statement.startswith("SELECT")]) == 1


async def test_what_others_wrote_is_read_on_top(either_house: House) -> None:
    case_no, shelf = await complain(either_house), Shelf(either_house.cipher)
    early = await read(shelf, either_house, case_no)
    await submit(either_house, case_no, await bring_to(either_house, case_no, TaskKind.FINDINGS))
    grown, anew = (
        await read(shelf, either_house, case_no),
        await read(Shelf(either_house.cipher), either_house, case_no),
    )
    assert grown == anew
    assert grown.case.seq > early.case.seq
    assert len(grown.papers) > len(early.papers)


async def test_what_was_recorded_here_is_on_the_shelf_as_it_is_in_the_database(either_house: House) -> None:
    case_no = await complain(either_house)
    await submit(either_house, case_no, await bring_to(either_house, case_no, TaskKind.FINDINGS))
    assert await either_house.casebook.file(case_no) == await read(Shelf(either_house.cipher), either_house, case_no)


async def test_an_erased_case_keeps_its_history_and_loses_its_papers(either_house: House) -> None:
    case_no = await complain(either_house)
    history = await either_house.casebook.history(case_no)
    async with either_house.database.writing() as session:
        await session.execute(delete(CaseKeyRow).where(col(CaseKeyRow.case_no) == case_no))
    file = await either_house.casebook.file(case_no)
    assert (file.entries, dict(file.papers)) == (history, {})
    with pytest.raises(NoSuchCase, match="its personal data was erased"):
        file.drawer()


async def test_the_file_that_nobody_asked_for_longest_goes(either_house: House) -> None:
    shelf = Shelf(either_house.cipher, most=2)
    cases = [await complain(either_house, order_no=f"N-{nth}") for nth in range(2)] + [
        await complain(either_house, WANG_FANG)
    ]
    first, second, third = [await read(shelf, either_house, case_no) for case_no in cases]
    assert await read(shelf, either_house, cases[1]) is second
    assert await read(shelf, either_house, cases[2]) is third
    assert await read(shelf, either_house, cases[0]) is not first
