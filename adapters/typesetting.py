"""Typesetting: plain text laid out for a mail window of 72 columns, where a Chinese character fills two."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

COLUMNS = 72
_NEVER_FIRST = frozenset("，。、；：！？）》」』】”’…,.;:!?)]}%")
"""Marks that may not open a line (Chinese and English rules of line breaking agree on these)."""
_NEVER_LAST = frozenset("（《「『【“‘([{")
_ITEM = re.compile(r"^(\s*(?:[-*•]|\d+[.)、])\s+|\s+)")
_ATOMS = re.compile(r"\s+|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+|.")
_MANY_BLANK = re.compile(r"\n{3,}")


def reflow(text: str) -> str:
    """Break long lines; a line that begins with spaces or a list mark keeps its indent below. Addresses stay whole."""
    lines = [part for line in str(text).splitlines() for part in _broken(line.rstrip())]
    return _MANY_BLANK.sub("\n\n", "\n".join(lines)).strip("\n") + "\n"


def width(text: str) -> int:
    """Columns that a text fills in a window of fixed pitch."""
    if text.isascii():
        return len(text)
    return sum(_columns_of(character) for character in text)


def paragraphs(text: str) -> list[list[str]]:
    """A written text as paragraphs of lines; blank lines part them."""
    return [block.split("\n") for block in re.split(r"\n\s*\n", str(text).strip().replace("\r\n", "\n")) if block]


def underlined(text: str) -> str:
    """A title with a line below it, as wide as itself."""
    return f"{text}\n{'=' * min(width(str(text)), COLUMNS)}"


def excerpt(text: str, shown: int) -> str:
    """The first `shown` characters of a text on one line, with a mark where it was cut."""
    line = " ".join(str(text).split())
    return line if len(line) <= shown else f"{line[:shown].rstrip()} …"


def _broken(line: str) -> list[str]:
    if width(line) <= COLUMNS:
        return [line]
    opening = _ITEM.match(line)
    indent = " " * width(opening[0]) if opening else ""
    done: list[str] = []
    current, filled = opening[0] if opening else "", width(indent)
    for atom in _atoms(line[len(current) :]):
        needed = width(atom)
        if filled + needed - (atom[-1] == " ") > COLUMNS and current.strip():
            done.append(current.rstrip())
            current, filled = indent, width(indent)
        if current.strip() or not atom.isspace():
            current, filled = current + atom, filled + needed
    return [*done, current.rstrip()]


def _atoms(text: str) -> list[str]:
    """The pieces between which a line may break; marks stick to the piece they belong to."""
    atoms: list[str] = []
    for piece in _ATOMS.findall(text):
        sticks = atoms and (piece[0] in _NEVER_FIRST or piece.isspace() or atoms[-1][-1] in _NEVER_LAST)
        if sticks:
            atoms[-1] += piece
        else:
            atoms.append(piece)
    return atoms


@lru_cache(maxsize=8192)
def _columns_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
