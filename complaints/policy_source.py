"""Policy files as they were written: which file extends which, merged, with the place of every key kept."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from complaints.toml_lines import Path, find_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

_PARSER_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Place:
    """A line of a file, lines counted from 1."""

    file: str
    line: int


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a policy, where it was written, and what to do about it."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where}: {self.key}: {self.message}" if self.key else f"{where}: {self.message}"


@dataclass
class Source:
    """What a pack says once its bases are merged in, and where it says so."""

    files: tuple[str, ...]
    """The pack's own file first, then what it extends, in order."""
    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Path, Place] = field(default_factory=dict)

    def place_of(self, path: Path) -> Place:
        """Where a key stands; for a gap, where the nearest table around it begins."""
        for size in range(len(path), 0, -1):
            if path[:size] in self.places:
                return self.places[path[:size]]
        return Place(self.files[0], 1)

    def problem(self, path: Path, message: str) -> Problem:
        """A problem with this key, at its place."""
        place = self.place_of(path)
        return Problem(place.file, place.line, name_of(path), message)


@dataclass(frozen=True)
class _File:
    name: str
    data: dict[str, Any]
    lines: dict[Path, int]


def name_of(path: Path) -> str:
    """A path as a person reads it: `calendar.hours.mon[0]`, in quotes where TOML wants them."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            shown = step if _BARE_KEY.fullmatch(step) else f'"{step}"'
            text += f".{shown}" if text else shown
    return text


def read_source(name: str, texts: Mapping[str, str]) -> tuple[Source, tuple[Problem, ...]]:
    """Merge a pack with what it extends; with problems, the source is not to be used."""
    files, problem = _read_chain(f"{name}.toml", texts)
    source = Source(files=tuple(file.name for file in files))
    if problem:
        return source, (problem,)
    for file in reversed(files):
        _merge(source, (), source.data, file.data)
        source.places.update({path: Place(file.name, line) for path, line in file.lines.items()})
    return source, ()


def _read_chain(first: str, texts: Mapping[str, str]) -> tuple[list[_File], Problem | None]:
    """The file and all it extends, or the problem that stopped the reading."""
    files: list[_File] = []
    wanted: str | None = first
    asked_in = Problem(first, 1, "", "")
    while wanted is not None:
        if wanted not in texts:
            return files, _say(
                asked_in, f"there is no policy file {wanted!r} here: name one that lies in the same folder"
            )
        if any(file.name == wanted for file in files):
            return files, _say(asked_in, f"{wanted!r} extends this file itself: a chain of files must end")
        read = _read_file(wanted, texts[wanted])
        if isinstance(read, Problem):
            return files, read
        files.append(read)
        wanted = read.data.pop("extends", None)
        asked_in = Problem(read.name, read.lines.pop(("extends",), 1), "extends", "")
        if wanted is not None and not isinstance(wanted, str):
            return files, _say(asked_in, "must be the name of a policy file in quotes, like 'default.toml'")
    return files, None


def _say(where: Problem, message: str) -> Problem:
    return Problem(where.file, where.line, where.key, message)


def _read_file(name: str, text: str) -> _File | Problem:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _not_toml(name, text, str(error))
    return _File(name, data, find_lines(text))


def _not_toml(name: str, text: str, parsers_words: str) -> Problem:
    found = _PARSER_PLACE.search(parsers_words)
    line = int(found[1]) if found and found[1] else text.rstrip().count("\n") + 1
    reason = _PARSER_PLACE.sub("", parsers_words)
    return Problem(name, line, "", f"this is not TOML: {reason[:1].lower()}{reason[1:]}")


def _merge(source: Source, path: Path, under: dict[str, Any], over: dict[str, Any]) -> None:
    """Lay one table over another: tables merge, all else is replaced, and with it where its parts stood."""
    for key, value in over.items():
        here = (*path, key)
        if isinstance(value, dict) and isinstance(under.get(key), dict):
            _merge(source, here, under[key], value)
            continue
        for stale in [place for place in source.places if place[: len(here)] == here]:
            del source.places[stale]
        under[key] = value
