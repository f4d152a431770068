"""Importing: every row becomes a case, is known, or is rejected with its reason; none is lost and none comes twice."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func
from sqlmodel import col, select

from adapters.csvfile import open_csv
from adapters.policies import load_policy, policy_path
from complaints.errors import AnswerWrong, TryAgain
from complaints.words import Channel, Language
from models.tables import CaseRow, LetterRow
from portal.importing import Accepted, Rejection, Report, import_rows, read_rows, write_rejects
from portal.recipe import Wishes, read_recipe
from portal.recording import Bounds, language_of, write_record
from tests.builders import MONDAY_MORNING, carry_on

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.house import House
    from complaints.record import Complaint

BOUNDS = Bounds(load_policy(policy_path("default")), MONDAY_MORNING)
TEXT = "The kettle leaks and nobody answers"
MAPS = ("detail=title+body", "name=who")
TABLE = f"no,title,body,who\n1,Kettle,{TEXT},Ann\n2,水壶,买了三天就漏水，要求退款,王芳\n"


def read(folder: Path, table: str, *maps: str, **wishes: str) -> list[Accepted | Rejection | None]:
    path = folder / "table.csv"
    path.write_text(table, encoding="utf-8")
    file = open_csv(path)
    recipe = read_recipe(replace(Wishes(maps or MAPS), **wishes), file)  # type: ignore[arg-type]
    return list(read_rows(file, recipe, BOUNDS))


def records(found: list[Accepted | Rejection | None]) -> list[Complaint]:
    return [row.record for row in found if isinstance(row, Accepted)]


def outcome_of(typed: dict[str, str]) -> Complaint | dict[str, str]:
    try:
        return write_record(typed, BOUNDS)
    except AnswerWrong as wrong:
        return wrong.problems


async def bring(house: House, folder: Path, table: str = TABLE, *maps: str, **wishes: str) -> Report:
    return await import_rows(house, iter(read(folder, table, *maps, **wishes)))


async def count(house: House, table: type[CaseRow | LetterRow]) -> int:
    async with house.database.reading() as session:
        return int((await session.execute(select(func.count()).select_from(table))).scalar_one())


# --- from columns to fields ---------------------------------------------------


def test_columns_are_joined_and_the_language_is_that_of_the_text(tmp_path: Path) -> None:
    english, chinese = records(read(tmp_path, TABLE))
    assert english.detail == f"Kettle\n{TEXT}"
    assert (english.language, chinese.language) == (Language.EN, Language.ZH_CN)
    assert (chinese.name, chinese.channel) == ("王芳", Channel.PLATFORM)


def test_a_column_whose_name_holds_a_plus_sign_is_one_column(tmp_path: Path) -> None:
    assert records(read(tmp_path, "a+b,c\nall of it,x\n", "detail=a+b"))[0].detail == "all of it"


def test_defaults_fill_what_no_column_tells(tmp_path: Path) -> None:
    found = read(tmp_path, "t,how\none,\ntwo,phone\n", "detail=t", "channel=how", channel="regulator")
    assert [record.channel for record in records(found)] == [Channel.REGULATOR, Channel.PHONE]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("detail=boddy", "did you mean 'body'"),
        ("detial=body", "did you mean detail"),
        ("detail", "write it as field=column"),
        ("=body", "no field ''"),
        ("detail=", "write it as field=column"),
        ("received_by=who", "no field 'received_by'"),
    ],
)
def test_a_word_that_is_no_recipe_is_answered_with_what_would_be(tmp_path: Path, word: str, said: str) -> None:
    with pytest.raises(AnswerWrong) as caught:
        read(tmp_path, TABLE, word, "detail=title")
    assert said in str(caught.value)


def test_a_table_without_a_text_is_no_table_of_complaints(tmp_path: Path) -> None:
    with pytest.raises(AnswerWrong, match="which column holds the complaint's text; the columns are: no, title"):
        read(tmp_path, TABLE, "name=who")


# --- what is wrong with a row --------------------------------------------------


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("detail", "  ", "say what happened"),
        ("detail", "x" * 20_001, "has 20001 characters, 20000 at most"),
        ("email", "ann@", "not a complete e-mail address"),
        ("phone", "ring me", "not a phone number"),
        ("occurred_at", "2026-11-24", "in the future"),
        ("occurred_at", "03/04/2026", "reads one way only"),
        ("occurred_at", "2026-02-30", "does not exist"),
        ("received_at", "2026-11-23 23:00", "in the future"),
        ("channel", "fax", "is none of phone, email"),
        ("group_size", "many", "not a whole number"),
        ("group_size", "0", "less than 1"),
        ("confirmed_by_customer", "perhaps", "neither yes nor no"),
        ("name", "n" * 201, "more than 200 characters"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(field: str, text: str, said: str) -> None:
    with pytest.raises(AnswerWrong) as caught:
        write_record({"detail": TEXT, "channel": "web", field: text}, BOUNDS)
    assert said in caught.value.problems[field]


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(AnswerWrong) as caught:
        write_record({"channel": "fax", "email": "x", "name": "n" * 300}, BOUNDS)
    assert set(caught.value.problems) == {"channel", "email", "name", "detail"}


@pytest.mark.parametrize(
    "day", ["2026-11-21", "2026/11/21", "2026.11.21", "2026年11月21日", "2026-11-21 09:30", "2026-11-21T09:30:00Z"]
)
def test_a_day_is_read_however_it_is_written_year_first(day: str) -> None:
    record = write_record({"detail": TEXT, "channel": "web", "occurred_at": day}, BOUNDS)
    assert str(record.occurred_at) == "2026-11-21"


def test_one_customer_has_one_number_and_masked_ones_stay_as_told() -> None:
    numbers = ["138 0013 8000", "+86 13800138000", "138****8000"]
    told = [write_record({"detail": TEXT, "channel": "web", "phone": number}, BOUNDS).phone for number in numbers]
    assert told == ["+8613800138000", "+8613800138000", "138****8000"]


def test_control_characters_are_left_out() -> None:
    assert write_record({"detail": "a\x00b\r\nc\x1b", "channel": "web"}, BOUNDS).detail == "ab\nc"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("iPhone Pro Max 坏了", Language.ZH_CN),
        ("The 电 key fell off my keyboard", Language.EN),
        ("", Language.EN),
    ],
)
def test_brands_in_latin_letters_do_not_make_a_chinese_text_english(text: str, language: Language) -> None:
    assert language_of(text) is language


@given(st.dictionaries(st.sampled_from(["detail", "name", "email", "phone", "occurred_at", "group_size"]), st.text()))
def test_any_row_at_all_becomes_a_record_or_a_list_of_problems(typed: dict[str, str]) -> None:
    outcome = outcome_of({"channel": "web", **typed})
    assert set(outcome) <= {*typed, "detail"} if isinstance(outcome, dict) else outcome.detail


# --- into the casebook -----------------------------------------------------------


async def test_every_row_opens_a_case_and_the_same_table_again_opens_none(either_house: House, tmp_path: Path) -> None:
    first = await bring(either_house, tmp_path)
    again = await bring(either_house, tmp_path)
    assert (len(first.new), first.known, first.rejected) == (2, 0, [])
    assert (len(again.new), again.known, again.rejected) == (0, 2, [])
    assert await count(either_house, CaseRow) == 2


async def test_two_equal_rows_are_two_complaints_and_stay_two(house: House, tmp_path: Path) -> None:
    table = TABLE + TABLE.splitlines()[1] + "\n"
    assert len((await bring(house, tmp_path, table)).new) == 3
    assert (await bring(house, tmp_path, table)).known == 3


async def test_rows_are_told_apart_by_their_id_where_a_column_holds_one(house: House, tmp_path: Path) -> None:
    await bring(house, tmp_path, id_column="no")
    more = TABLE.replace("Ann", "Ann Lee") + "3,Third,Another one,Bob\n"
    report = await bring(house, tmp_path, more, id_column="no")
    assert (len(report.new), report.known) == (1, 2)


async def test_ids_that_differ_only_in_case_are_different(house: House, tmp_path: Path) -> None:
    assert len((await bring(house, tmp_path, "k,t\na1,one\nA1,two\n", "detail=t", id_column="k")).new) == 2


async def test_an_id_that_stands_for_another_text_is_told_and_not_taken_for_known(
    either_house: House, tmp_path: Path
) -> None:
    await bring(either_house, tmp_path, "k,t\n1,From the shop\n", "detail=t", id_column="k")
    clash = await bring(either_house, tmp_path, "k,t\n1,From the web\n", "detail=t", id_column="k")
    assert "with another text" in clash.rejected[0].problems["id"]
    apart = await bring(either_house, tmp_path, "k,t\n1,From the web\n", "detail=t", id_column="k", source="web")
    assert len(apart.new) == 1


async def test_a_bad_row_stands_in_the_report_and_stops_no_other(either_house: House, tmp_path: Path) -> None:
    table = 'no,title,body,who\n1,,,\n2,Good,one,Ann\n3,"x"y,z,Bob\n4,one,two\n,,,\n6,Good,two,Bob\n'
    report = await bring(either_house, tmp_path, table)
    assert (len(report.new), report.blank) == (2, 1)
    assert [(found.row.number, *found.problems) for found in report.rejected] == [(2, "detail"), (4, "row"), (5, "row")]
    assert report.rows == 6


async def test_rejected_rows_can_be_mended_in_a_file_of_their_own(house: House, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("标题,when\n没有收到,2099-01-01\n坏了,2026-01-01\n")
    file = open_csv(path)
    recipe = read_recipe(Wishes(("detail=标题", "occurred_at=when")), file)
    report = await import_rows(house, read_rows(file, recipe, BOUNDS))
    rejects = tmp_path / "rejects.csv"
    write_rejects(rejects, file, report.rejected)
    again = open_csv(rejects)
    assert again.columns == ("row", "field", "why", "标题", "when")
    assert [row.cells for row in again.rows()] == [
        ("2", "occurred_at", "2099-01-01 is in the future", "没有收到", "2099-01-01")
    ]
    mended = rejects.read_text(encoding="utf-8-sig").replace("2099", "2025")
    assert len((await bring(house, tmp_path, mended, "detail=标题", "occurred_at=when")).new) == 1


async def test_an_import_writes_to_nobody_and_complaints_without_an_address_never_do(
    house: House, tmp_path: Path
) -> None:
    report = await bring(house, tmp_path)
    assert await count(house, LetterRow) == 0
    for case_no in report.new:
        await carry_on(house, case_no)
    async with house.database.reading() as session:
        recipients = set((await session.execute(select(col(LetterRow.recipient)))).scalars())
    assert recipients <= set(BOUNDS.policy.staff)


async def test_a_database_that_goes_away_ends_the_import_with_what_was_done(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.importing._PATIENCE", (0.0,))
    rows = read(tmp_path, TABLE)
    register = house.casebook.register

    async def away(record: Complaint, **how: object) -> object:
        if record.name == "王芳":
            raise TryAgain("the business database does not answer")
        return await register(record, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(house.casebook, "register", away)
    report = await import_rows(house, iter(rows))
    assert (len(report.new), report.stopped) == (1, "the business database does not answer")
    monkeypatch.undo()
    assert (await import_rows(house, iter(rows))).known == 1


def test_a_spreadsheet_opens_the_rejects_in_their_own_script(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("正文\n\n")
    file = open_csv(path)
    write_rejects(tmp_path / "out.csv", file, [])
    content = (tmp_path / "out.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert next(csv.reader([content.decode("utf-8-sig")])) == ["row", "field", "why", "正文"]
