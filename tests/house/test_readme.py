"""What the documentation tells people to type exists, with the options that it names."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from redress import app

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = ("README.md", "CHANGELOG.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))
TOLD = re.compile(r"`(?:\.venv/bin/)?redress ([a-z][^`]*)`|^    redress ([a-z][^#\n]*)", re.MULTILINE)
NUMBERED = re.compile(r"\d{4}-[a-z0-9-]+\.md")


def told() -> list[tuple[str, str]]:
    """Every command that a page names, with the page."""
    found = [
        (page, (inline or block).strip())
        for page in PAGES
        for inline, block in TOLD.findall((ROOT / page).read_text(encoding="utf-8"))
    ]
    return sorted(set(found))


def commands_of(command: Any) -> dict[str, Any]:  # noqa: ANN401  Typer's own click, which it does not export
    return getattr(command, "commands", {})


def follow(words: list[str]) -> tuple[Any, list[str]]:
    """The command that these words lead to, and the words that it is given."""
    command: Any = get_command(app)
    while words and words[0] in commands_of(command):
        command, words = commands_of(command)[words[0]], words[1:]
    return command, words


def test_there_are_commands_to_check() -> None:
    assert len(told()) > 30


@pytest.mark.parametrize(("page", "line"), told())
def test_a_command_exists_with_its_options(page: str, line: str) -> None:
    # A line that goes on below is checked as far as it stands here.
    command, words = follow(shlex.split(line.replace("...", "").removesuffix("\\")))
    if commands_of(command):
        assert not [word for word in words if word.isalpha() and word.islower()], f"{page}: no command `redress {line}`"
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= {*known, "--help"}, f"{page}: {line}"


def test_decisions_are_numbered_once() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").iterdir() if NUMBERED.fullmatch(path.name)]
    assert len(numbers) == len(set(numbers))
