"""What if: two policies compared, and the open cases of the house that would get other deadlines; adopting one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.case_list import open_cases
from adapters.cipher import stationery
from adapters.policies import load_policy, policy_path
from complaints.adopting import adopt
from complaints.chain import Signature
from complaints.clock_events import PolicyAdopted
from complaints.errors import AnswerWrong
from complaints.policy_diff import Difference, Moved, differences, moved_clocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.house import House
    from complaints.policy import Policy

_VERSION = re.compile(r"[a-z0-9][a-z0-9_-]*-[0-9a-f]{12}")


@dataclass(frozen=True)
class Comparison:
    """What differs between two policies, and which deadlines of open cases would; None when nobody asked for cases."""

    old: Policy
    new: Policy
    keys: tuple[Difference, ...]
    moved: tuple[Moved, ...] | None = None
    looked_at: int = 0
    """How many open cases there are."""


def compare_packs(old: str, new: str) -> Comparison | None:
    """Two packs by name or path, without a house; None when one of them is a stored version."""
    if any(is_version(name) for name in (old, new)):
        return None
    packs = [load_policy(policy_path(name)) for name in (old, new)]
    return Comparison(packs[0], packs[1], differences(packs[0], packs[1]))


def is_version(name: str) -> bool:
    """Whether this names a version that was stored, rather than a pack."""
    return bool(_VERSION.fullmatch(name))


async def compare(house: House, old: str, new: str, *, with_cases: bool) -> Comparison:
    """Two packs or stored versions; PolicyWrong when one is broken or was never stored."""
    one, other = await find_policy(house, old), await find_policy(house, new)
    keys = differences(one, other)
    if not with_cases:
        return Comparison(one, other, keys)
    numbers = await open_cases(house.database)
    moved: list[Moved] = []
    for case_no in numbers:
        file = await house.casebook.file(case_no)
        moved += moved_clocks(file.case, file.entries, one, other)
    return Comparison(one, other, keys, tuple(moved), len(numbers))


async def find_policy(house: House, name: str) -> Policy:
    """A stored version, or a pack by name or path."""
    return await house.library.version(name) if is_version(name) else load_policy(policy_path(name))


@dataclass(frozen=True)
class Adopted:
    """A case that goes on under another policy, and how many of its clocks moved."""

    case_no: str
    previous: str
    version: str
    clocks: int


async def adopt_policy(house: House, pack: str, case_nos: Sequence[str], *, by: str, reason: str) -> list[Adopted]:
    """Have open cases go on under a stored version or a pack; AnswerWrong when nobody of the house decided it.

    Case by case: one that cannot, stops the rest with its reason, and those before it have adopted the policy.
    """
    if not (await house.directory.current()).works_here(by):
        raise AnswerWrong({"--by": f"nobody here has the id {by!r}"})
    policy = await (house.library.version(pack) if is_version(pack) else house.library.adopt(pack))
    return [await _adopt(house, number.strip().upper(), policy, by=by, reason=reason) for number in case_nos]


async def _adopt(house: House, case_no: str, policy: Policy, *, by: str, reason: str) -> Adopted:
    briefing = await house.casebook.brief(case_no)
    previous = briefing.policy.version
    if previous == policy.version:
        return Adopted(case_no, previous, policy.version, 0)
    entries = await house.casebook.history(case_no)
    verdict = adopt(briefing, entries, policy, by=by, reason=reason, stationery=stationery())
    signature = Signature(actor=by, origin="command line", policy=policy.version)
    await house.casebook.record(briefing, verdict, signature=signature, wake=True)
    moved = sum(len(fact.clocks) for fact in verdict.facts if isinstance(fact, PolicyAdopted))
    return Adopted(case_no, previous, policy.version, moved)


def as_data(found: Comparison) -> dict[str, Any]:
    """For programs."""
    data: dict[str, Any] = {
        "old": found.old.version,
        "new": found.new.version,
        "keys": [one._asdict() for one in found.keys],
    }
    if found.moved is not None:
        data["open_cases"] = found.looked_at
        data["clocks"] = [_as_row(one) for one in found.moved]
    return data


def _as_row(one: Moved) -> dict[str, str | None]:
    return {
        "case_no": one.case_no,
        "clock": one.clock,
        "old": one.old.isoformat() if one.old else None,
        "new": one.new.isoformat() if one.new else None,
    }


def shown(value: Any, longest: int = 60) -> str:  # noqa: ANN401  any part of a policy
    """A value on one line of a table."""
    text = "—" if value is None else str(value)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def cases_of(moved: Sequence[Moved]) -> int:
    """How many cases these clocks belong to."""
    return len({one.case_no for one in moved})
