"""The command line as tests type it: it never ends in a traceback, and what it refuses is one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.testing import CliRunner

from redress import app

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result


def run(*words: str | Path, typed: str | bytes | None = None) -> Result:
    """What a command says."""
    result = CliRunner().invoke(app, [*map(str, words)], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def ended(*words: str | Path, code: int = 0) -> Result:
    """What a command says that must end so."""
    result = run(*words)
    assert result.exit_code == code, result.output
    return result


def refused(*words: str | Path, code: int = 1, typed: str | bytes | None = None) -> str:
    """What a command says when it fails: it must be one line on stderr and nothing else."""
    result = run(*words, typed=typed)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr.strip()
