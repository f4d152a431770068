"""The recipe: which columns of a table fill which fields of the record, and what fills the rest."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING

from complaints.errors import AnswerWrong, GiveUp
from portal.recording import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adapters.csvfile import CsvFile, Row

_JOINED_BY: Mapping[str, str] = MappingProxyType({"detail": "\n", "expected_remedy": "\n", "item": " / "})
"""What stands between the columns that fill one field; a space for all others."""
_NOT_TOLD = ("external_id", "received_by")
"""Fields that the import fills itself."""


@dataclass(frozen=True)
class Wishes:
    """What the operator asked for, as typed: `field=column`, `field=column+column`, `field=value`."""

    maps: tuple[str, ...]
    defaults: tuple[str, ...] = ()
    language: str = "auto"
    channel: str = "platform"
    id_column: str = ""
    source: str = ""


@dataclass(frozen=True)
class Recipe:
    """How each row becomes the fields of a record; `places` are columns counted from 0."""

    places: Mapping[str, tuple[int, ...]]
    defaults: Mapping[str, str]
    id_place: int | None = None
    source: str = ""
    _seen: Counter[str] = field(default_factory=Counter)
    """How often each row text came by: two equal rows are two complaints, the same file again brings none."""

    def typed(self, row: Row) -> dict[str, str]:
        """The fields that a row tells, after what the defaults say."""
        told = dict(self.defaults)
        for name, places in self.places.items():
            parts = [row.cells[place].strip() for place in places]
            text = _JOINED_BY.get(name, " ").join(part for part in parts if part)
            if text:
                told[name] = text
        return told

    def external_id(self, row: Row) -> str:
        """What tells this row from all others: its id where a column holds one, else a digest of its text."""
        if self.id_place is not None and (given := row.cells[self.id_place].strip()):
            return f"{self.source}/{given}" if self.source else given
        text = hashlib.sha256("\x1f".join(cell.strip() for cell in row.cells).encode()).hexdigest()
        self._seen[text] += 1
        return f"row/{text}/{self._seen[text]}"


def read_recipe(wishes: Wishes, file: CsvFile) -> Recipe:
    """The recipe that the operator's words and the file's header make; AnswerWrong names every word that is wrong."""
    problems: dict[str, str] = {}
    places = {name: _places(name, text, file, problems) for name, text in _pairs("--map", wishes.maps, problems)}
    defaults = dict(_pairs("--default", wishes.defaults, problems))
    if wishes.language != "auto":
        defaults.setdefault("language", wishes.language)
    defaults.setdefault("channel", wishes.channel)
    id_place = _place("--id-column", wishes.id_column, file, problems) if wishes.id_column else None
    if not problems and not {"detail"} & {*places, *defaults}:
        problems["--map detail"] = f"say which column holds the complaint's text; the columns are: {file.listed}"
    if problems:
        raise AnswerWrong(problems)
    return Recipe(places=places, defaults=defaults, id_place=id_place, source=wishes.source)


def _pairs(option: str, words: Iterable[str], problems: dict[str, str]) -> list[tuple[str, str]]:
    """`field=text` taken apart, with fields that the record has."""
    pairs = []
    for word in words:
        name, sign, text = (part.strip() for part in word.partition("="))
        name = name.replace("-", "_")
        if not sign or not text:
            problems[f"{option} {word}"] = (
                "write it as field=column" if option == "--map" else "write it as field=value"
            )
        elif name not in FIELDS or name in _NOT_TOLD:
            problems[f"{option} {word}"] = _no_such_field(name)
        else:
            pairs.append((name, text))
    return pairs


def _no_such_field(name: str) -> str:
    fields = [known for known in FIELDS if known not in _NOT_TOLD]
    close = get_close_matches(name, fields, n=2, cutoff=0.6)
    hint = f" (did you mean {' or '.join(close)}?)" if close else ""
    return f"a record has no field {name!r}{hint}; the fields are: {', '.join(fields)}"


def _places(name: str, text: str, file: CsvFile, problems: dict[str, str]) -> tuple[int, ...]:
    """A column that is called so, else several of them with plus signs between."""
    columns = [text] if text in file.columns else text.split("+")
    found = [_place(f"--map {name}", column, file, problems) for column in columns]
    return tuple(place for place in found if place is not None)


def _place(option: str, column: str, file: CsvFile, problems: dict[str, str]) -> int | None:
    try:
        return file.place_of(column)
    except GiveUp as wrong:
        problems.setdefault(option, str(wrong))
        return None
