"""CSV files as the world writes them: any encoding, any delimiter, packed or not; every row comes out or is named."""

from __future__ import annotations

import csv
import gzip
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from io import StringIO, TextIOWrapper
from typing import IO, TYPE_CHECKING, cast

from adapters.charsets import find_encoding, named_encoding, trouble
from complaints.errors import GiveUp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DELIMITERS = (",", ";", "\t", "|")
_GZIP = b"\x1f\x8b"
_OTHER_KINDS = {
    b"PK\x03\x04": "a workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old workbook",
    b"%PDF": "a PDF",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"7z\xbc\xaf": "a 7z archive",
}
_CHUNK = 1 << 20
_HEADER_WITHIN = 1 << 16
_LARGEST_CELL = 1_000_000
"""Characters. A cell that grows beyond is a quotation mark that nobody closed: reading goes on at the next line."""


@dataclass(frozen=True)
class Row:
    """One record. `number` counts as spreadsheets do: the header is row 1."""

    number: int
    cells: tuple[str, ...]
    problem: str = ""
    """Why it cannot be used; '' when it fits the header."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written in it."""
        return not self.problem and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True)
class CsvFile:
    """A CSV file whose form is known: what `open_csv` found."""

    path: Path
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    skipped_lines: int = 0
    """1 when the file opens with Excel's `sep=` line."""

    def rows(self) -> Iterator[Row]:
        """Every record after the header, as often as asked; broken ones carry their problem."""
        csv.field_size_limit(_LARGEST_CELL)
        with _text(self.path, self.encoding) as lines:
            for _ in range(self.skipped_lines):
                next(lines)
            yield from self._read(lines)

    def _read(self, lines: IO[str]) -> Iterator[Row]:
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        next(reader)
        number = 1
        while True:
            number += 1
            first_line = reader.line_num + 1
            try:
                cells = tuple(next(reader))
            except StopIteration:
                return
            except csv.Error:
                yield Row(number, (), problem=_unreadable(first_line, reader.line_num))
                continue
            yield Row(number, cells, problem=self._misfit(cells))

    def _misfit(self, cells: tuple[str, ...]) -> str:
        if not cells or len(cells) == len(self.columns):
            return ""
        return f"it has {_count(len(cells), 'cell')} where the header has {len(self.columns)}"

    def place_of(self, column: str) -> int:
        """Where a column stands, from 0; GiveUp lists the columns there are and the nearest names."""
        name = column.strip()
        places = [place for place, known in enumerate(self.columns) if known == name]
        if len(places) == 1:
            return places[0]
        if places:
            numbers = " and ".join(str(place + 1) for place in places)
            raise GiveUp(f"the column {name!r} stands more than once ({numbers}): rename all but one")
        raise GiveUp(f"there is no column {name!r}{_near(name, self.columns)}; the columns are: {self.listed}")

    @property
    def listed(self) -> str:
        """The columns in a sentence."""
        return ", ".join(dict.fromkeys(column or "(no name)" for column in self.columns))


def open_csv(path: Path, *, encoding: str = "", delimiter: str = "") -> CsvFile:
    """Find out how a file is written; GiveUp says in one sentence what keeps it from being read."""
    with _readable(path):
        _refuse_other_kinds(path)
        known = _proven(path, named_encoding(encoding) if encoding else find_encoding(lambda: _chunks(path)))
        with _text(path, known) as lines:
            opening = lines.read(_HEADER_WITHIN)
    return _with_header(path, known, opening.lstrip("\ufeff"), delimiter=delimiter)


def _with_header(path: Path, encoding: str, opening: str, *, delimiter: str) -> CsvFile:
    if not opening.strip():
        raise GiveUp(f"{path.name} is empty.")
    declared = _declared_delimiter(opening)
    skipped = int(bool(declared))
    table = opening.partition("\n")[2] if declared else opening
    found = _sign(delimiter) or declared or _likeliest_delimiter(table)
    columns = tuple(column.strip() for column in _header(table, found))
    if not columns:
        raise GiveUp(f"The header of {path.name} cannot be read: a quotation mark is not closed.")
    return CsvFile(path=path, encoding=encoding, delimiter=found, columns=columns, skipped_lines=skipped)


def _declared_delimiter(opening: str) -> str:
    """Excel's own first line: `sep=;`."""
    first = opening.partition("\n")[0].strip("\r")
    return first[-1] if len(first) == len("sep=;") and first.lower().startswith("sep=") else ""


def _sign(delimiter: str) -> str:
    sign = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    if len(sign) > 1 or sign in {'"', "\n", "\r"}:
        raise GiveUp(f"A delimiter is one character, not {delimiter!r}.")
    return sign


def _likeliest_delimiter(table: str) -> str:
    """The one that parts the header into most columns; a comma where none parts it."""
    best = max(_DELIMITERS, key=lambda sign: len(_header(table, sign)))
    return best if len(_header(table, best)) > 1 else _DELIMITERS[0]


def _header(table: str, delimiter: str) -> list[str]:
    csv.field_size_limit(_LARGEST_CELL)
    try:
        return next(csv.reader(StringIO(table, newline=""), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def _proven(path: Path, encoding: str) -> str:
    place = trouble(_chunks(path), encoding)
    if place is not None:
        raise GiveUp(f"{path.name} is not {encoding}: byte {place} does not fit; name another with --encoding.")
    return encoding


def _refuse_other_kinds(path: Path) -> None:
    opening = next(_chunks(path), b"")
    for magic, kind in _OTHER_KINDS.items():
        if opening.startswith(magic):
            raise GiveUp(f"{path.name} is {kind}, not a CSV file: save or unpack the table as CSV first.")


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """What may be wrong with a file, in a sentence that names it."""
    try:
        yield
    except FileNotFoundError:
        raise GiveUp(f"There is no file {path}.") from None
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise GiveUp(f"{path.name} is packed with gzip but damaged or cut short.") from None
    except OSError as trouble_:
        raise GiveUp(f"{path} cannot be read: {(trouble_.strerror or str(trouble_)).lower()}.") from trouble_


@contextmanager
def _text(path: Path, encoding: str) -> Iterator[IO[str]]:
    with _readable(path), _bytes(path) as plain, TextIOWrapper(plain, encoding=encoding, newline="") as lines:
        yield lines


def _chunks(path: Path) -> Iterator[bytes]:
    with _bytes(path) as plain:
        while chunk := plain.read(_CHUNK):
            yield chunk


def _bytes(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        is_packed = file.read(len(_GZIP)) == _GZIP
    return cast("IO[bytes]", gzip.open(path)) if is_packed else path.open("rb")


def _unreadable(first: int, last: int) -> str:
    where = f"line {first}" if first >= last else f"lines {first} to {last}"
    return f"{where} cannot be read: a quotation mark is not closed, or stands inside a cell without being doubled"


def _near(name: str, columns: tuple[str, ...]) -> str:
    by_fold = {column.casefold(): column for column in columns}
    close = get_close_matches(name.casefold(), by_fold, n=3, cutoff=0.6)
    return f" (did you mean {' or '.join(repr(by_fold[fold]) for fold in close)}?)" if close else ""


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
