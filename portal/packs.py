"""Packs: which policy packs there are, and what is wrong with one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.policies import TYPE, load_policy, policies_folder, policy_path, read_texts
from complaints.errors import PolicyWrong
from complaints.policy_file import find_problems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from complaints.policy_source import Problem


@dataclass(frozen=True)
class Checked:
    """A pack as the check found it."""

    path: Path
    tables: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Pack:
    """A pack of the house's folder, as a list shows it."""

    name: str
    title: str
    version: str
    is_in_use: bool
    is_broken: bool = False


def check_pack(name: str) -> Checked:
    """Everything that is wrong with a pack, given by name or by path; PolicyWrong when there is no such file."""
    path = policy_path(name)
    texts = read_texts(path)
    problems = find_problems(path.stem, texts)
    tables = 0 if problems else sum(_tables(tomllib.loads(text)) for text in texts.values())
    return Checked(path=path, tables=tables, problems=problems)


def list_packs(in_use: str) -> Iterator[Pack]:
    """The packs of the house's folder, and the one in use if it lies elsewhere."""
    paths = sorted(policies_folder().glob(f"*{TYPE}"))
    used = policy_path(in_use)
    for path in paths if used in paths else [*paths, used]:
        try:
            policy = load_policy(path)
        except PolicyWrong as wrong:
            yield Pack(path.stem, str(wrong).partition("\n")[0], "", is_in_use=path == used, is_broken=True)
        else:
            yield Pack(path.stem, policy.title.en, policy.version, is_in_use=path == used)


def _tables(data: Any) -> int:  # noqa: ANN401  whatever TOML may hold
    """How many tables a file holds, at any depth, without the inline ones of a single name."""
    if not isinstance(data, dict):
        return sum(_tables(part) for part in data) if isinstance(data, list) else 0
    return sum(_tables(part) for part in data.values()) + any(isinstance(part, dict | list) for part in data.values())
