"""Sampling: which closed cases an audit looks at, drawn so that anybody can draw the same ones again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ALGORITHM: Final = "sha256-rank-1"
"""Every case is ranked by SHA-256 of `seed`, a line feed and its number (UTF-8, as hexadecimal digits), and of each
stratum the first are taken. Strata get places in proportion to their size, what is left over going to the largest
remainders, of equal ones to the stratum whose code comes first. It uses no chance but the seed, no machine's own
generator, and no order in which a database happens to give its rows."""


class Stratum(StrEnum):
    """By what a population is divided before cases are drawn."""

    LEVEL = "level"
    CATEGORY = "category"
    DEPARTMENT = "department"
    OUTCOME = "outcome"


@dataclass(frozen=True)
class Member:
    """A closed case of a population, by what it may be divided by; categories are whole ones."""

    case_no: str
    level: str = ""
    category: str = ""
    department: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class Plan:
    """How a sample is drawn: how many cases, from which seed, divided by what if by anything."""

    size: int
    seed: str
    by: Stratum | None = None

    def stratum(self, member: Member) -> str:
        """The code of the stratum that a case belongs to; '' where the population is not divided."""
        return str(getattr(member, self.by.value)) if self.by else ""


@dataclass(frozen=True)
class Drawn:
    """A case of a sample, and the stratum it was drawn from."""

    case_no: str
    stratum: str


def draw(population: Iterable[Member], plan: Plan) -> tuple[Drawn, ...]:
    """The sample: without replacement, in order of rank within each stratum; all, where the population is smaller."""
    strata: dict[str, list[str]] = {}
    for member in population:
        strata.setdefault(plan.stratum(member), []).append(member.case_no)
    places = allocate({code: len(numbers) for code, numbers in strata.items()}, plan.size)
    return tuple(
        Drawn(case_no, code)
        for code in sorted(strata)
        for case_no in sorted(strata[code], key=lambda number: (rank(plan.seed, number), number))[: places[code]]
    )


def rank(seed: str, case_no: str) -> str:
    """Where a case stands in the order of a seed."""
    return hashlib.sha256(f"{seed}\n{case_no}".encode()).hexdigest()


def allocate(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """How many cases each stratum gives: in proportion, whole numbers, together `size` or everything there is.

    Largest remainder: no stratum gives more than it has, since its share of a sample is never above its size.
    """
    whole = sum(sizes.values())
    if size >= whole:
        return dict(sizes)
    places = {code: size * many // whole for code, many in sizes.items()}
    by_remainder = sorted(sizes, key=lambda code: (-(size * sizes[code] % whole), code))
    for code in by_remainder[: size - sum(places.values())]:
        places[code] += 1
    return places


def digest_of(numbers: Sequence[str]) -> str:
    """The fingerprint of a list of cases: SHA-256 over the sorted numbers, each followed by a line feed."""
    return hashlib.sha256("".join(f"{number}\n" for number in sorted(numbers)).encode()).hexdigest()
