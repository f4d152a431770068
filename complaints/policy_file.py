"""From the TOML texts of a policy pack to one frozen policy, or to the list of everything that is wrong with them."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from complaints.errors import PolicyWrong
from complaints.policy import Policy
from complaints.policy_calendars import lay_under
from complaints.policy_checks import contradictions
from complaints.policy_shape import read_sections
from complaints.policy_source import Problem, Source, read_source

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")

__all__ = ["Problem", "find_problems", "parse_policy", "version_of"]


def parse_policy(name: str, texts: Mapping[str, str]) -> Policy:
    """Read the pack `name` from file texts by file name; PolicyWrong lists every problem, one a line."""
    policy, problems = _read(name, texts)
    if policy is None:
        raise PolicyWrong("\n".join(str(problem) for problem in problems))
    return policy


def find_problems(name: str, texts: Mapping[str, str]) -> tuple[Problem, ...]:
    """Everything that is wrong with a pack, in the order in which a person would mend it: by file and line."""
    return _read(name, texts)[1]


def version_of(name: str, texts: Mapping[str, str]) -> str:
    """The version that these texts have, good or not."""
    source, _ = read_source(name, texts)
    lay_under(source, texts)
    return _version(name, source, texts) if source.files else ""


def _read(name: str, texts: Mapping[str, str]) -> tuple[Policy | None, tuple[Problem, ...]]:
    source, broken = read_source(name, texts)
    if broken:
        return None, broken
    unknown_regions = lay_under(source, texts)
    sections, problems = read_sections(source)
    problems += unknown_regions
    if not _NAME.fullmatch(name):
        problems.append(
            Problem(source.files[0], 1, "", f"name the file in small letters, digits, '_' and '-', not {name!r}")
        )
    version = _version(name, source, texts)
    draft = Policy.model_construct(name=name, version=version, **sections)
    problems += [source.problem(path, message) for path, message in contradictions(draft, whole=frozenset(sections))]
    if not problems:
        return Policy(name=name, version=version, **sections), ()
    order = {file: nth for nth, file in enumerate(source.files)}
    problems.sort(key=lambda problem: (order[problem.file], problem.line))
    return None, tuple(problems)


def _version(name: str, source: Source, texts: Mapping[str, str]) -> str:
    """The pack's name and a digest of the texts it was read from, bases first."""
    digest = hashlib.sha256()
    for file in reversed(source.files):
        digest.update(f"{file}\n{texts[file]}\0".encode())
    return f"{name}-{digest.hexdigest()[:12]}"
