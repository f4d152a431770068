"""The glossary: the rooms that it names are there, and no word is explained twice."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROOM = re.compile(r"`([a-z_]+/)?([a-z_]+\.py)`")


def rooms() -> list[str]:
    """Every module that the glossary names; one without a folder lies where the one before it does."""
    found: list[str] = []
    for line in GLOSSARY.splitlines():
        folder = ""
        for told, name in ROOM.findall(line):
            folder = told or folder
            found.append(f"{folder}{name}")
    return found


def test_every_room_that_the_glossary_names_is_there() -> None:
    assert len(rooms()) > 30
    assert [room for room in rooms() if not (ROOT / room).is_file()] == []


def test_no_entry_stands_twice_in_one_table() -> None:
    for table in GLOSSARY.split("\n## "):
        words = Counter(line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| "))
        assert [word for word, times in words.items() if times > 1] == []
