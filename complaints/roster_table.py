"""Rosters as a table: one row for each department and person, for people who keep their staff in a spreadsheet.

Lists stand in one cell, parted by `;`. An empty cell is the default, `none` an empty list. An absence is written
`2026-12-01/2026-12-14 peter_novak holiday`: its days, who stands in (`-` for nobody), and why.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from complaints.policy_source import Place, Problem, Source

if TYPE_CHECKING:
    from pydantic import BaseModel

    from complaints.roster import Roster
    from complaints.toml_lines import Path

_LISTS = ("roles", "languages", "channels", "skills", "levels")
_FLAGS = {"yes": True, "true": True, "1": True, "是": True, "no": False, "false": False, "0": False, "否": False}
COLUMNS = (
    *("record", "id", "name", "name_zh", "email", "department", "roles", "language", "languages", "channels"),
    *("skills", "levels", "key_customers", "max_open", "hours", "present", "absences", "left", "heir"),
)
_EMPTY = "none"
_SECTION = {"department": "departments", "staff": "staff"}


class Table(Source):
    """A table that was read: a problem is told by its row and column."""

    def problem(self, path: Path, message: str) -> Problem:
        """A problem with a cell, at its row."""
        place = self.place_of(path)
        column = f", column {path[2]}" if len(path) > 2 else ""  # noqa: PLR2004  section, id, column
        key = f"{path[1]}{column}" if len(path) > 1 and path[0] in _SECTION.values() else ".".join(map(str, path))
        return Problem(place.file, place.line, key, message)


def read_csv(name: str, text: str) -> tuple[Source, tuple[Problem, ...]]:
    """The table as a roster file's data; with problems, it is not to be used."""
    table, problems = Table(files=(name,), data={"departments": {}, "staff": {}}), []
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    header = rows.fieldnames or ()
    if unknown := [column for column in header if column not in COLUMNS]:
        return table, (Problem(name, 1, unknown[0], f"unknown column; known: {', '.join(COLUMNS)}"),)
    if missing := [column for column in ("record", "id") if column not in header]:
        return table, (Problem(name, 1, missing[0], "this column is missing: add it"),)
    try:
        for row in rows:
            problems += _take(table, row, line=rows.line_num)
    except csv.Error as wrong:
        problems.append(Problem(name, rows.line_num, "", f"this is no CSV: {wrong}"))
    return table, tuple(problems)


def _take(table: Table, row: dict[str, Any], *, line: int) -> list[Problem]:
    """Put a row where it belongs in the data."""
    file, kind, code = table.files[0], (row["record"] or "").strip(), (row["id"] or "").strip()
    if None in row or None in row.values():
        return [Problem(file, line, code, "has more or fewer cells than the header")]
    if kind not in _SECTION:
        return [Problem(file, line, f"{code}, column record", f"is {kind!r} but must be 'department' or 'staff'")]
    section = table.data[_SECTION[kind]]
    if code in section:
        other = table.places[_SECTION[kind], code].line
        return [Problem(file, line, f"{code}, column id", f"stands in row {other} too")]
    table.places[_SECTION[kind], code] = Place(file, line)
    cells = {column: cell for column, cell in row.items() if cell and column not in {"record", "id"}}
    section[code] = _department(cells) if kind == "department" else _person(cells)
    return []


def _department(cells: dict[str, str]) -> dict[str, Any]:
    named = {"en": cells.pop("name", ""), "zh": cells.pop("name_zh", "")}
    return {"name": {tongue: text for tongue, text in named.items() if text}, **cells}


def _person(cells: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for column, cell in cells.items():
        if column in _LISTS:
            told[column] = [] if cell == _EMPTY else [word.strip() for word in cell.split(";") if word.strip()]
        elif column == "absences":
            told[column] = [_absence(text.split()) for text in cell.split(";") if text.strip()]
        elif column in {"key_customers", "present"}:
            told[column] = _FLAGS.get(cell.strip().casefold(), cell)
        elif column == "max_open":
            told[column] = int(cell) if cell.strip().isdecimal() else cell
        else:
            told[column] = cell if column == "name" else cell.strip()
    return told


def _absence(words: list[str]) -> dict[str, str]:
    days, _, rest = words[0].partition("/")
    told = {"first_day": days, "last_day": rest or days}
    if len(words) > 1 and words[1] != "-":
        told["substitute"] = words[1]
    if len(words) > 2:  # noqa: PLR2004  days, substitute, reason
        told["reason"] = " ".join(words[2:])
    return told


def write_csv(roster: Roster) -> str:
    """The roster as a table, without loss."""
    whole = io.StringIO(newline="")
    table = csv.DictWriter(whole, COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    for code, department in roster.departments.items():
        table.writerow({"record": "department", "id": code, "name": department.name.en, "name_zh": department.name.zh})
    for staff_id, person in roster.staff.items():
        table.writerow({"record": "staff", "id": staff_id, **_cells(person)})
    return whole.getvalue()


def _cells(person: BaseModel) -> dict[str, str]:
    told = person.model_dump(mode="json", exclude_defaults=True)
    return {column: _cell(value) for column, value in told.items()}


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_absence_cell(one) if isinstance(one, dict) else str(one) for one in value) or _EMPTY
    return str(value)


def _absence_cell(absence: dict[str, str]) -> str:
    words = [f"{absence['first_day']}/{absence['last_day']}", absence.get("substitute", "-")]
    return " ".join([*words, absence.get("reason", "other")])
