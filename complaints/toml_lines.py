"""Where in a TOML text each key stands: tomllib reads the values but forgets their lines."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]
"""A way to a value: keys by name, elements of arrays by number."""

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_TEXT = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?!")'
    r"|'''.*?'''(?!')"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}#\n]*")


def find_lines(text: str) -> dict[Path, int]:
    """Line (from 1) of every table, key and array element of a text that tomllib accepts, and only of such."""
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.read_document()
    return scanner.lines


class _Scanner:
    """Reads only as much of TOML as it takes to know where things begin; tomllib has already judged the text."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._newlines = [place for place, char in enumerate(text) if char == "\n"]
        self._sizes: dict[Path, int] = {}

    def read_document(self) -> None:
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._sees("["):
                table = self._read_header()
            else:
                self._read_pair(table)
            self._skip(_BLANK)

    def _read_header(self) -> Path:
        """Read `[table]` or `[[array of tables]]`; the latter adds the number of the new element."""
        line = self._line()
        brackets = 2 if self._sees("[[") else 1
        self._at += brackets
        *parents, last = self._read_key()
        self._at += brackets
        path = (*self._within_arrays(parents), last)
        if brackets == 2:  # noqa: PLR2004  [[ ]]
            nth = self._sizes.get(path, 0)
            self._sizes[path] = nth + 1
            self.lines.setdefault(path, line)
            path = (*path, nth)
        self._note(path, line)
        return path

    def _within_arrays(self, parents: list[str]) -> Path:
        """The parents of a header, led into the newest element of each array of tables on the way."""
        path: Path = ()
        for name in parents:
            path = (*path, name)
            if path in self._sizes:
                path = (*path, self._sizes[path] - 1)
        return path

    def _read_pair(self, table: Path) -> None:
        line = self._line()
        path = (*table, *self._read_key())
        self._at += 1  # the equals sign
        self._note(path, line)
        self._read_value(path)

    def _read_key(self) -> list[str]:
        """Read a dotted key up to what follows it."""
        names = [self._read_name()]
        while self._sees("."):
            self._at += 1
            names.append(self._read_name())
        return names

    def _read_name(self) -> str:
        self._skip(_SPACE)
        quoted = self._take(_TEXT)
        name: str = tomllib.loads(f"name = {quoted}")["name"] if quoted else self._take(_BARE_KEY)
        self._skip(_SPACE)
        return name

    def _read_value(self, path: Path) -> None:
        self._skip(_SPACE)
        if self._sees("["):
            self._read_array(path)
        elif self._sees("{"):
            self._read_inline_table(path)
        elif not self._take(_TEXT):
            self._skip(_PLAIN)

    def _read_array(self, path: Path) -> None:
        self._at += 1
        self._skip(_BLANK)
        nth = 0
        while not self._sees("]"):
            self._note((*path, nth), self._line())
            self._read_value((*path, nth))
            self._pass_comma()
            nth += 1
        self._at += 1

    def _read_inline_table(self, path: Path) -> None:
        self._at += 1
        self._skip(_BLANK)
        while not self._sees("}"):
            self._read_pair(path)
            self._pass_comma()
        self._at += 1

    def _pass_comma(self) -> None:
        self._skip(_BLANK)
        if self._sees(","):
            self._at += 1
            self._skip(_BLANK)

    def _note(self, path: Path, line: int) -> None:
        """Keep the line of a key, and of parents that were only named on the way to it."""
        self.lines[path] = line
        for size in range(1, len(path)):
            self.lines.setdefault(path[:size], line)

    def _line(self) -> int:
        return bisect_right(self._newlines, self._at - 1) + 1

    def _sees(self, mark: str) -> bool:
        return self._text.startswith(mark, self._at)

    def _take(self, form: re.Pattern[str]) -> str:
        found = form.match(self._text, self._at)
        if not found:
            return ""
        self._at = found.end()
        return found[0]

    def _skip(self, form: re.Pattern[str]) -> None:
        self._take(form)
