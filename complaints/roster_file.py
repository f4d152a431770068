"""Roster files: departments and staff as TOML or as a table in CSV, read and written without loss."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

from complaints.errors import RosterWrong
from complaints.policy import Policy
from complaints.policy_checks import contradictions
from complaints.policy_shape import read_sections
from complaints.policy_source import Source, read_source
from complaints.roster import Roster
from complaints.roster_table import read_csv

if TYPE_CHECKING:
    from datetime import date

    from pydantic import BaseModel

    from complaints.policy_source import Problem

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


def check(name: str, text: str, *, policy: Policy, day: date) -> tuple[Roster | None, tuple[Problem, ...]]:
    """A roster file, TOML or CSV by its name, held against the policy that it serves; None with its problems."""
    source, broken = (
        read_csv(name, text) if name.endswith(".csv") else read_source(name.removesuffix(".toml"), {name: text})
    )
    if broken:
        return None, broken
    sections, problems = read_sections(source, SECTIONS)
    present = {one: person for one, person in sections.get("staff", {}).items() if not person.has_left(day)}
    # The policy is right in itself, so whatever contradicts now is the roster's.
    draft = policy.model_copy(update={**sections, "staff": present} if sections else {})
    if len(sections) == len(SECTIONS):
        found = contradictions(draft, whole=frozenset(Policy.model_fields))
        problems += [source.problem(path, message) for path, message in found]
    if problems:
        return None, tuple(sorted(problems, key=lambda problem: problem.line))
    return Roster(name, **sections, timezone=policy.calendar.timezone), ()


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
