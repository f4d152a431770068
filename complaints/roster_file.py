"""Roster files: departments and staff as TOML or as a table in CSV, read and written without loss."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

from complaints.errors import RosterWrong
from complaints.policy_shape import read_sections
from complaints.policy_source import Source
from complaints.roster import Roster

if TYPE_CHECKING:
    from pydantic import BaseModel

SECTIONS = ("departments", "staff")

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def read_stored(text: str, *, number: int, timezone: str) -> Roster:
    """A roster that this house stored under a number; RosterWrong when an older version could not have written it."""
    source = Source(files=("roster",), data=tomllib.loads(text))
    sections, problems = read_sections(source, SECTIONS)
    if problems:
        raise RosterWrong("\n".join(map(str, problems)))
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Roster(f"roster-{number}-{digest}", **sections, timezone=timezone)


def write_toml(roster: Roster) -> str:
    """The roster as TOML; what reads as the default is left out."""
    lines = ["# Departments and staff of the house. Check with: redress staff check FILE", "", "[departments]"]
    lines += [f"{_key(code)} = {_value(_told(found))}" for code, found in roster.departments.items()]
    for staff_id, person in roster.staff.items():
        lines += ["", f"[staff.{_key(staff_id)}]"]
        lines += [f"{name} = {_value(value)}" for name, value in _told(person).items()]
    return "\n".join(lines) + "\n"


def _told(part: BaseModel) -> dict[str, Any]:
    return part.model_dump(mode="json", exclude_defaults=True)


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _value(name)


def _value(value: object) -> str:
    """One value in TOML's words: JSON's, but for tables, and for the one control character that JSON lets stand."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(name)} = {_value(inner)}' for name, inner in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
