"""Whatever somebody does to a copy of the database, an audit finds it and says where."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from adapters.publisher import HeadsFile
from adapters.settings import Settings
from adapters.signet import Signet, read_keys
from complaints.heads import read_line
from complaints.seals import Seal
from models.tables import SEALS
from tests.audited import (
    ARCHIVED,
    LATEST,
    MOVED,
    OPEN,
    SEALED_LATE,
    audit,
    days_before,
    do,
    forge,
    found,
    hours_before,
    in_data,
    last,
    rows,
)

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.house import House

SLIPPED = "TC20261123-0099"


@pytest.fixture
def house(copied_house: House) -> House:
    """A copy of the house with a past, on Wednesday; once on each engine."""
    return copied_house


# --- nothing happened --------------------------------------------------------------


async def test_an_untouched_house_is_sound(house: House) -> None:
    report = await audit(house)
    assert report.flaws == []
    assert (report.counted["cases"], report.counted["seals"], report.counted["published days"]) == (5, 2, 2)
    assert report.counted["entries"] == len(await rows(house))
    assert report.counted["files"] == 2
    assert report.counted["papers"] > 6


@pytest.mark.parametrize("case_no", [ARCHIVED, MOVED, OPEN, LATEST, SEALED_LATE])
async def test_each_case_is_sound_by_itself(house: House, case_no: str) -> None:
    assert (await audit(house, case_no)).flaws == []


# --- the history ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [("actor", "mallory"), ("origin", "elsewhere"), ("policy", "another"), ("type", "task.warned"), ("version", 2)],
)
async def test_a_changed_column_is_found(house: House, column: str, value: Any) -> None:  # noqa: ANN401  any column's
    await do(
        house, f"UPDATE events SET {column} = :value WHERE case_no = :case_no AND seq = 3", value=value, case_no=OPEN
    )
    assert (OPEN, 3, "chain") in await found(house)
    assert (await audit(house, OPEN)).flaws[0].seq == 3


async def test_a_changed_byte_in_the_data_is_found(house: House) -> None:
    change = "UPDATE events SET data = {} WHERE case_no = :case_no AND seq = 1"
    sqlite, postgres = "replace(data, 'web', 'app')", "CAST(replace(CAST(data AS TEXT), 'web', 'app') AS JSON)"
    await do(house, change.format(sqlite if house.database.is_sqlite else postgres), case_no=OPEN)
    assert (OPEN, 1, "chain") in await found(house)


async def test_a_changed_moment_is_found(house: House) -> None:
    sqlite, postgres = "substr(at, 1, 25) || '1'", "at + interval '1 microsecond'"
    at = sqlite if house.database.is_sqlite else postgres
    await do(house, f"UPDATE events SET at = {at} WHERE case_no = :case_no AND seq = 2", case_no=LATEST)
    assert await found(house) == [(LATEST, 2, "chain")]


async def test_swapped_entries_are_found(house: House) -> None:
    for old, new in ((2, 999), (3, 2), (999, 3)):
        await do(house, "UPDATE events SET seq = :n WHERE case_no = :c AND seq = :o", n=new, o=old, c=OPEN)
    assert (OPEN, 2, "chain") in await found(house)


async def test_a_deleted_entry_is_found(house: House) -> None:
    await do(house, "DELETE FROM events WHERE case_no = :c AND seq = 3", c=OPEN)
    assert (OPEN, 3, "chain") in await found(house)


async def test_a_deleted_tail_is_found_by_the_published_heads(house: House) -> None:
    end = await last(house, OPEN)
    await do(house, "DELETE FROM events WHERE case_no = :c AND seq = :s", c=OPEN, s=end)
    assert (OPEN, end - 1, "heads") in await found(house)
    await forge(house, OPEN, list.copy)
    assert (OPEN, end - 1, "heads") in await found(house, is_quick=True)
    assert (OPEN, end - 1, "heads") in await found(house, OPEN, is_quick=True)


async def test_a_deleted_tail_of_an_archived_case_is_found_by_its_seal(house: House) -> None:
    end = await last(house, ARCHIVED)
    await do(house, "DELETE FROM events WHERE case_no = :c AND seq = :s", c=ARCHIVED, s=end)
    assert (ARCHIVED, end, "seal") in await found(house, is_quick=True)


async def test_an_inserted_entry_is_found(house: House) -> None:
    end = await last(house, MOVED)
    await forge(house, MOVED, lambda entries: entries.insert(3, {**entries[2]}))
    assert await last(house, MOVED) == end + 1
    assert (MOVED, end, "heads") in await found(house, is_quick=True)


async def test_a_history_hashed_anew_is_found_though_its_chain_holds(house: House) -> None:
    await forge(house, ARCHIVED, lambda entries: in_data(entries[0], region="elsewhere"))
    places = await found(house, is_quick=True)
    assert {where for _, _, where in places} == {"seal", "heads"}
    assert {case_no for case_no, _, _ in places} == {ARCHIVED}


async def test_an_entry_dated_back_into_a_published_day_is_found(house: House) -> None:
    def backdate(entries: list[dict[str, Any]]) -> None:
        entries[0]["at"] = days_before(entries[0]["at"])

    await forge(house, LATEST, backdate)
    assert (LATEST, 1, "heads") in await found(house, is_quick=True)
    assert (LATEST, 1, "heads") in await found(house, LATEST, is_quick=True)


async def test_an_entry_dated_before_the_one_before_is_found_before_anything_is_published(house: House) -> None:
    def backdate(entries: list[dict[str, Any]]) -> None:
        entries[-1]["at"] = hours_before(entries[-1]["at"])

    await forge(house, LATEST, backdate)
    assert await found(house, is_quick=True) == [(LATEST, await last(house, LATEST), "chain")]


async def test_an_entry_dated_in_the_future_is_found(house: House) -> None:
    def postdate(entries: list[dict[str, Any]]) -> None:
        entries[-1]["at"] = hours_before(entries[-1]["at"], hours=-1)

    await forge(house, LATEST, postdate)
    assert await found(house, is_quick=True) == [(LATEST, await last(house, LATEST), "chain")]


async def test_a_case_that_was_removed_without_a_trace_is_missed(house: House) -> None:
    for table in ("events", "cases", "manual_tasks", "letters", "papers", "case_keys"):
        await do(house, f"DELETE FROM {table} WHERE case_no = :c", c=MOVED)
    places = await found(house)
    assert {case_no for case_no, _, _ in places} == {MOVED}
    assert {where for _, _, where in places} == {"heads", "number"}
    assert (await audit(house, MOVED)).flaws


async def test_a_table_rewritten_with_right_hashes_is_found_and_every_case_named(house: House) -> None:
    for case_no in (ARCHIVED, MOVED, OPEN):
        await forge(house, case_no, lambda entries: in_data(entries[0], region="elsewhere"))
    places = await found(house, is_quick=True)
    assert {case_no for case_no, _, where in places if where == "heads"} == {ARCHIVED, MOVED, OPEN}
    assert {case_no for case_no, _, where in places if where == "seal"} == {ARCHIVED}


async def test_a_case_slipped_into_a_published_day_is_found(house: House) -> None:
    def slip(entries: list[dict[str, Any]]) -> None:
        for entry in entries:
            entry |= {"case_no": SLIPPED, "at": days_before(entry["at"])}

    for table in ("manual_tasks", "letters", "papers", "case_keys"):
        await do(house, f"UPDATE {table} SET case_no = :new WHERE case_no = :old", new=SLIPPED, old=LATEST)
    await do(house, "UPDATE cases SET case_no = :new WHERE case_no = :old", new=SLIPPED, old=LATEST)
    await do(house, "UPDATE events SET case_no = :new WHERE case_no = :old", new=SLIPPED, old=LATEST)
    await forge(house, SLIPPED, slip)
    assert await found(house, is_quick=True) == [(SLIPPED, await last(house, SLIPPED), "heads")]


# --- seals --------------------------------------------------------------------------


async def the_seal(house: House) -> Seal:
    async with house.database.reading() as session:
        return Seal(**(await session.execute(select(SEALS).where(SEALS.c.case_no == ARCHIVED))).mappings().one())


async def put_seal(house: House, seal: Seal) -> None:
    columns = ", ".join(f"{name} = :{name}" for name in ("head", "key_id", "signature", "method"))
    told = {"head": seal.head, "key_id": seal.key_id, "signature": seal.signature, "method": seal.method}
    await do(house, f"UPDATE seals SET {columns} WHERE case_no = :c", c=seal.case_no, **told)


async def test_a_deleted_seal_is_found(house: House) -> None:
    await do(house, "DELETE FROM seals WHERE case_no = :c", c=ARCHIVED)
    assert await found(house, is_quick=True) == [(ARCHIVED, await last(house, ARCHIVED), "seal")]


async def test_a_replaced_seal_is_found(house: House) -> None:
    await put_seal(house, replace(await the_seal(house), head="f" * 64))
    (flaw,) = (await audit(house, is_quick=True)).flaws
    assert "does not carry the signature of its key" in flaw.what
    await put_seal(house, replace(await the_seal(house), method="none"))
    assert await found(house, is_quick=True) == [(ARCHIVED, await last(house, ARCHIVED), "seal")]


async def test_a_seal_by_another_key_is_found_even_when_that_key_is_put_into_the_table(
    house: House, tmp_path: Path
) -> None:
    await forge(house, ARCHIVED, lambda entries: in_data(entries[0], region="elsewhere"))
    other = Signet(Settings(home=tmp_path / "mallory"))
    bare = replace(await the_seal(house), head=(await rows(house, ARCHIVED))[-1][11], key_id=other.key_id)
    await put_seal(house, replace(bare, signature=other.sign(bare.signed)))
    assert "no key of this house" in next(f for f in (await audit(house)).flaws if f.where == "seal").what
    async with house.database.writing() as session:
        await other.register(session, at=house.clock.now() - timedelta(days=2))
    wheres = {where for _, _, where in await found(house, is_quick=True)}
    assert "seal key" in wheres


async def test_a_key_put_in_the_place_of_ours_is_found_by_an_auditor_with_a_copy_too(
    house: House, tmp_path: Path
) -> None:
    async with house.database.reading() as session:
        copy = await read_keys(session)
    await do(house, "DELETE FROM seal_keys")
    other = Signet(Settings(home=tmp_path / "mallory"))
    async with house.database.writing() as session:
        await other.register(session, at=house.clock.now() - timedelta(days=2))
    assert ("", 0, "seal key") in await found(house, is_quick=True)
    assert ("", 0, "seal key") in await found(house, is_quick=True, keys=copy)


# --- published heads ----------------------------------------------------------------


def heads(house: House) -> HeadsFile:
    return HeadsFile(house.settings.heads_path)


async def test_an_edited_line_is_found(house: House) -> None:
    first, second = heads(house).lines()
    heads(house).path.write_text(f"{first}\n{replace(read_line(second), cases=9).text}\n")
    assert {where for _, _, where in await found(house, is_quick=True)} == {"heads"}


@pytest.mark.parametrize("left", [0, 1])
async def test_a_file_that_was_cut_is_found(house: House, left: int) -> None:
    heads(house).path.write_text("".join(f"{line}\n" for line in heads(house).lines()[:left]))
    (flaw,) = (await audit(house, is_quick=True)).flaws
    assert flaw.where == "heads"
    assert (flaw.expected, flaw.found) == ("2, as in the database", str(left))


@pytest.mark.parametrize("left", [0, 1])
async def test_days_taken_back_in_file_and_database_alike_are_found_by_later_seals(house: House, left: int) -> None:
    heads(house).path.write_text("".join(f"{line}\n" for line in heads(house).lines()[:left]))
    await do(house, "DELETE FROM published_heads WHERE day > :day", day=["", "2026-11-23"][left])
    assert await found(house, is_quick=True) == [(SEALED_LATE, await last(house, SEALED_LATE), "heads")]


async def test_a_line_that_was_cut_out_is_found(house: House) -> None:
    heads(house).path.write_text(heads(house).lines()[1] + "\n")
    assert any("does not follow" in flaw.what for flaw in (await audit(house, is_quick=True)).flaws)


async def test_a_line_rewritten_by_another_key_is_found(house: House, tmp_path: Path) -> None:
    other = Signet(Settings(home=tmp_path / "mallory"))
    first, second = heads(house).lines()
    bare = replace(read_line(second), root="f" * 64, key_id=other.key_id)
    forged = replace(bare, signature=other.sign(bare.signed)).text
    heads(house).path.write_text(f"{first}\n{forged}\n")
    await do(house, "UPDATE published_heads SET line = :line WHERE day = '2026-11-24'", line=forged)
    assert any("no key of this house" in flaw.what for flaw in (await audit(house, is_quick=True)).flaws)


async def test_a_changed_list_of_a_day_is_found_where_it_is_needed(house: House) -> None:
    path = heads(house).path.with_suffix("") / "2026-11-24.jsonl"
    path.write_bytes(path.read_bytes().replace(b"0002", b"0003"))
    assert (await audit(house, is_quick=True)).is_sound
    assert await found(house, OPEN, is_quick=True) == [("", 0, "heads")]
    await forge(house, OPEN, lambda entries: in_data(entries[0], region="elsewhere"))
    assert any("histories of 2026-11-24" in flaw.what for flaw in (await audit(house, is_quick=True)).flaws)


def test_a_line_says_in_the_file_what_was_signed(lived_sqlite: Path) -> None:
    lines = HeadsFile(lived_sqlite / "audit" / "heads.jsonl").lines()
    assert [read_line(line).day for line in lines] == ["2026-11-23", "2026-11-24"]
    assert json.loads(lines[0])["previous"] == ""
