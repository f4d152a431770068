"""Blocks: the few shapes that a printed dossier is made of, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Block = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """A chapter of the dossier."""

    title: str
    blocks: tuple[Block, ...]

    def as_data(self) -> dict[str, Any]:
        """For the typesetter."""
        return {"title": self.title, "blocks": list(self.blocks)}


def facts(*rows: tuple[str, object]) -> tuple[Block, ...]:
    """Labels and values; what has no value is left out, and where nothing has one there is no block."""
    told = [(label, str(value)) for label, value in rows if value not in {None, ""}]
    return ({"kind": "facts", "rows": told},) if told else ()


def heading(text: str) -> Block:
    """A title within a chapter."""
    return {"kind": "heading", "text": text}


def prose(text: str) -> tuple[Block, ...]:
    """A text as it was written."""
    return ({"kind": "prose", "text": text},) if text else ()


def note(head: str, text: str = "") -> Block:
    """Somebody's words, with who and when above them."""
    return {"kind": "note", "head": head, "text": text}


def table(columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]], *, empty: str) -> tuple[Block, ...]:
    """Rows under columns of name and relative width (0 for as much as needed); a sentence where there are none."""
    told = [list(row) for row in rows]
    if not told:
        return prose(empty)
    names, widths = [name for name, _ in columns], [width for _, width in columns]
    return ({"kind": "table", "columns": names, "widths": widths, "rows": told},)
