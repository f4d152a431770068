"""Projections, papers and files that somebody changed past the house: an audit finds them and says where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from tests.audited import ARCHIVED, LATEST, MOVED, OPEN, audit, do, found, last

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.house import House


@pytest.fixture
def house(copied_house: House) -> House:
    """A copy of the house with a past, on Wednesday; once on each engine."""
    return copied_house


@pytest.mark.parametrize(
    ("column", "value"),
    [("level", "9"), ("handler", "mallory"), ("outcome", "satisfied"), ("head", "f" * 64), ("seq", 1)],
)
async def test_an_edited_case_row_is_found(house: House, column: str, value: Any) -> None:  # noqa: ANN401  any column's
    await do(house, f"UPDATE cases SET {column} = :value WHERE case_no = :c", value=value, c=ARCHIVED)
    assert await found(house) == [(ARCHIVED, await last(house, ARCHIVED), "case row")]
    assert column in (await audit(house, ARCHIVED)).flaws[0].what


@pytest.mark.parametrize(("column", "value"), [("assignee", "mallory"), ("status", "revoked"), ("level", 3)])
async def test_an_edited_task_row_is_found(house: House, column: str, value: Any) -> None:  # noqa: ANN401  any column's
    change = f"UPDATE manual_tasks SET {column} = :value WHERE case_no = :c AND task_id = 'findings-1'"
    await do(house, change, value=value, c=MOVED)
    assert await found(house) == [(MOVED, await last(house, MOVED), "task row")]
    assert f"findings-1: {column}" in (await audit(house, MOVED)).flaws[0].what


async def test_rows_that_are_missing_or_too_many_are_found(house: House) -> None:
    await do(house, "DELETE FROM manual_tasks WHERE case_no = :c AND task_id = 'findings-1'", c=MOVED)
    await do(house, "UPDATE manual_tasks SET task_id = 'findings-9' WHERE case_no = :c", c=OPEN)
    await do(house, "DELETE FROM letters WHERE case_no = :c AND kind = 'acknowledgement'", c=LATEST)
    places = await found(house)
    assert {(MOVED, "task row"), (OPEN, "task row"), (LATEST, "letter")} <= {(no, where) for no, _, where in places}


async def test_a_history_that_is_gone_while_its_rows_are_there_is_found(house: House) -> None:
    await do(house, "DELETE FROM events WHERE case_no = :c", c=ARCHIVED)
    places = await found(house)
    assert {(ARCHIVED, 1, "case row"), (ARCHIVED, 1, "seal"), (ARCHIVED, 1, "paper")} <= set(places)


async def test_a_changed_paper_and_a_swapped_one_are_found(house: House) -> None:
    async with house.database.reading() as session:
        query = text("SELECT id, sealed FROM papers WHERE case_no = :c AND kind = 'evidence' ORDER BY id")
        one, other = (await session.execute(query, {"c": ARCHIVED})).all()
    await do(house, "UPDATE papers SET sealed = :sealed WHERE id = :id", id=one.id, sealed=other.sealed)
    flaws = (await audit(house)).flaws
    assert [flaw.where for flaw in flaws] == ["paper"]
    assert one.id[:12] in flaws[0].what
    await do(house, "DELETE FROM papers WHERE id = :id", id=one.id)
    assert "is missing" in (await audit(house)).flaws[0].what


def files_of(house: House) -> list[Path]:
    return sorted((house.settings.home / "evidence" / ARCHIVED).iterdir())


async def test_a_changed_file_is_found(house: House) -> None:
    one, _ = files_of(house)
    one.write_bytes(one.read_bytes()[:-1] + b"x")
    (flaw,) = (await audit(house)).flaws
    assert (flaw.case_no, flaw.where) == (ARCHIVED, "evidence")
    assert "was changed" in flaw.what
    one.unlink()
    assert "is missing" in (await audit(house)).flaws[0].what


async def test_files_that_changed_places_are_found(house: House) -> None:
    one, other = files_of(house)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    flaws = (await audit(house)).flaws
    assert [flaw.where for flaw in flaws] == ["evidence", "evidence"]
    assert "is not the one that was handed in" in flaws[0].what


async def test_a_key_that_is_gone_without_an_erasure_is_found(house: House) -> None:
    await do(house, "DELETE FROM case_keys WHERE case_no = :c", c=ARCHIVED)
    report = await audit(house)
    assert ["no entry says that it was erased" in flaw.what for flaw in report.flaws] == [True]
    assert any("key was destroyed" in note for note in report.notes)


async def test_rules_that_were_changed_after_cases_began_under_them_are_found(house: House) -> None:
    sqlite, postgres = "replace(texts, '0.6', '0.7')", "CAST(replace(CAST(texts AS TEXT), '0.6', '0.7') AS JSON)"
    await do(house, f"UPDATE policies SET texts = {sqlite if house.database.is_sqlite else postgres}")
    (flaw,) = (await audit(house)).flaws
    assert (flaw.where, flaw.expected) == ("policy", (await house.library.current()).version)
    await do(house, "UPDATE policies SET texts = '{}'")
    assert await found(house) == [("", 0, "policy")]
