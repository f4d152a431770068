"""CSV files in every dress: what is proven is read whole, what is not is asked for, what is broken is named."""

from __future__ import annotations

import csv
import gzip
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.csvfile import CsvFile, open_csv
from complaints.errors import GiveUp

if TYPE_CHECKING:
    from pathlib import Path

CHINESE = "标题,正文\n快递一直没有到,电水壶到现在都没有送到，客服说让我再等等\n质量问题,用了三天就坏了，要求退款\n"
ENGLISH = "title,body\nLate,The parcel never came\n"


def write(folder: Path, content: bytes | str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells(file: CsvFile) -> list[tuple[str, ...]]:
    return [row.cells for row in file.rows() if not row.problem and not row.is_blank]


def refusal(folder: Path, content: bytes, **how: str) -> str:
    with pytest.raises(GiveUp) as caught:
        list(open_csv(write(folder, content), **how).rows())
    return str(caught.value)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gbk", "gb2312", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"],
)
def test_a_chinese_table_reads_the_same_in_every_encoding_that_proves_itself(tmp_path: Path, encoding: str) -> None:
    file = open_csv(write(tmp_path, CHINESE.encode(encoding)))
    assert file.columns == ("标题", "正文")
    assert cells(file)[1] == ("质量问题", "用了三天就坏了，要求退款")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "ascii"])
def test_plain_english_needs_no_mark(tmp_path: Path, encoding: str) -> None:
    assert cells(open_csv(write(tmp_path, ENGLISH.encode(encoding)))) == [("Late", "The parcel never came")]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("big5", "標題,內容\n商品未到,我上週訂購的商品到現在還沒有送到\n"),
        ("euc_kr", "제목,내용\n배송,지난주에 주문한 제품이 아직도 도착하지 않았습니다\n"),
        ("shift_jis", "件名,内容\n未着,先週注文した商品がまだ届いていません\n"),
        ("euc_jp", "件名,内容\n未着,先週注文した商品がまだ届いていません\n"),
        ("cp1252", "nom,texte\nRené,Très déçu par la société après des mois\n"),
        ("cp1251", "имя,текст\nИван,Товар до сих пор не доставлен\n"),
    ],
)
def test_an_encoding_that_does_not_prove_itself_is_asked_for_and_never_guessed(
    tmp_path: Path, encoding: str, text: str
) -> None:
    message = refusal(tmp_path, text.encode(encoding))
    assert "not certain" in message
    assert "--encoding" in message
    assert cells(open_csv(tmp_path / "table.csv", encoding=encoding)) == [tuple(text.split("\n")[1].split(","))]


def test_a_named_encoding_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    assert "is not utf-8: byte" in refusal(tmp_path, CHINESE.encode("gbk"), encoding="utf-8")
    assert "no encoding 'latin-99'" in refusal(tmp_path, b"a,b\n", encoding="latin-99")
    assert "no encoding 'hex'" in refusal(tmp_path, b"a,b\n", encoding="hex")


def test_two_bytes_that_read_both_ways_are_asked_for(tmp_path: Path) -> None:
    # One character of GBK that is a letter of Cyrillic in UTF-8.
    assert "not certain" in refusal(tmp_path, "a,一\n1,2\n".encode("gbk"))


def test_one_spoilt_byte_in_a_long_table_is_noticed(tmp_path: Path) -> None:
    spoilt = CHINESE.encode() * 5_000 + b"\xe6,\n"
    assert "not certain" in refusal(tmp_path, spoilt)


def test_foreign_text_far_down_a_long_plain_table_still_tells_the_encoding(tmp_path: Path) -> None:
    table = "a,b\n" + "plain,text\n" * 60_000 + CHINESE
    assert open_csv(write(tmp_path, table.encode("gbk"))).encoding == "gb18030"


def test_a_packed_table_is_unpacked_whatever_it_is_called(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(CHINESE.encode()), "table.txt")
    assert len(cells(open_csv(path))) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\n \n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "not a text file"),
        (bytes(range(256)) * 8, "not a text file"),
        (b"PK\x03\x04\x14\0", "workbook"),
        (gzip.compress(CHINESE.encode() * 50)[:90], "damaged or cut short"),
        (b'a,"b\n1,2\n', "quotation mark is not closed"),
    ],
    ids=["empty", "blank", "png", "noise", "xlsx", "cut gzip", "open header"],
)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in refusal(tmp_path, content)


def test_a_file_that_is_not_there_or_is_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(GiveUp, match="There is no file"):
        open_csv(tmp_path / "none.csv")
    with pytest.raises(GiveUp, match="cannot be read"):
        open_csv(tmp_path)


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(tmp_path: Path, sign: str) -> None:
    file = open_csv(write(tmp_path, f"title{sign}the body\nLate{sign}Never came, and nobody\n".replace(",", sign, 0)))
    assert file.delimiter == sign
    assert file.columns == ("title", "the body")


def test_the_line_that_excel_puts_first_is_understood(tmp_path: Path) -> None:
    file = open_csv(write(tmp_path, "sep=;\r\na;b,c\r\n1;2\r\n"))
    assert file.columns == ("a", "b,c")
    assert cells(file) == [("1", "2")]


def test_a_delimiter_of_two_characters_is_refused(tmp_path: Path) -> None:
    assert "one character" in refusal(tmp_path, b"a||b\n", delimiter="||")
    assert open_csv(write(tmp_path, "a\tb\n1\t2\n"), delimiter="tab").columns == ("a", "b")


def test_cells_with_quotes_delimiters_and_lines_come_out_as_written(tmp_path: Path) -> None:
    file = open_csv(write(tmp_path, 'a,b\n"He said ""no"", twice","line one\r\nline two"\n'))
    assert cells(file) == [('He said "no", twice', "line one\r\nline two")]


def test_a_record_that_cannot_be_read_is_named_with_its_lines_and_stops_no_other(tmp_path: Path) -> None:
    rows = list(open_csv(write(tmp_path, 'a,b\n1,2\n3,"x"y\n5,6\n7,8,9\n10\n\n11,12\n')).rows())
    assert [row.cells for row in rows if not row.problem] == [("1", "2"), ("5", "6"), (), ("11", "12")]
    assert [(row.number, row.problem[:18]) for row in rows if row.problem] == [
        (3, "line 3 cannot be r"),
        (5, "it has 3 cells whe"),
        (6, "it has 1 cell wher"),
    ]


def test_a_quotation_mark_that_is_never_closed_does_not_pass_for_one_long_cell(tmp_path: Path) -> None:
    rows = list(open_csv(write(tmp_path, 'a,b\n1,2\n3,"open\n5,6\n')).rows())
    assert rows[-1].problem.startswith("lines 3 to 4 cannot be read")


def test_a_cell_beyond_all_bounds_is_named_and_reading_goes_on(tmp_path: Path) -> None:
    huge = "x" * 1_100_000
    rows = list(open_csv(write(tmp_path, f'a,b\n1,"{huge}"\n3,4\n')).rows())
    assert rows[0].problem
    assert rows[1].cells == ("3", "4")


def test_a_large_cell_within_bounds_is_read_whole(tmp_path: Path) -> None:
    large = "很长 " * 100_000
    assert cells(open_csv(write(tmp_path, f"a,b\n1,{large}\n")))[0][1] == large


def test_a_wrong_column_is_answered_with_the_columns_there_are_and_the_nearest(tmp_path: Path) -> None:
    file = open_csv(write(tmp_path, "Title,narrative,date\n1,2,3\n"))
    with pytest.raises(GiveUp, match=r"no column 'Narativ' \(did you mean 'narrative'\?\); .* Title, narrative, date"):
        file.place_of("Narativ")


def test_a_duplicated_column_is_refused_only_when_it_is_asked_for(tmp_path: Path) -> None:
    file = open_csv(write(tmp_path, "note,body,note\n1,2,3\n"))
    assert file.place_of("body") == 1
    with pytest.raises(GiveUp, match="more than once \\(1 and 3\\)"):
        file.place_of("note")


_cell = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(_cell, _cell, _cell), min_size=1, max_size=6),
    encoding=st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]),
    sign=st.sampled_from([",", ";", "\t"]),
)
def test_whatever_was_written_with_a_mark_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], encoding: str, sign: str
) -> None:
    lines = io.StringIO(newline="")
    csv.writer(lines, delimiter=sign, quoting=csv.QUOTE_ALL).writerows([("one", "two", "three"), *rows])
    file = open_csv(write(tmp_path_factory.mktemp("csv"), lines.getvalue().encode(encoding)))
    assert [row.cells for row in file.rows()] == rows
