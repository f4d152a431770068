"""Conformance: whether what happened is what the process allows, and where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from complaints.events import StageClosed
from complaints.moves import MOVES
from complaints.words import Stage
from complaints.work_events import TaskAsked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from complaints.chain import Entry

START, END = "", ""
"""What an arc of a table of followers leads from or to where a case begins or is over."""


@dataclass(frozen=True)
class Deviation:
    """One departure from the model. `where` says at which place of it, in codes."""

    code: str
    where: str


EXPLAINED = {
    "begins_elsewhere": "The first stage that was left is not the one in which every case begins.",
    "stands_elsewhere": "A stage was left in which the case did not stand.",
    "move_unknown": "A stage was left by an exit that the table of moves does not have.",
    "leads_elsewhere": "A stage was left by an exit that leads to another stage than the table of moves says.",
    "goes_on_after_end": "A stage was left although the case was over.",
    "asked_elsewhere": "Work was asked for of a stage in which the case did not stand.",
    "begins_with": "A case begins with something that the model has no beginning with.",
    "never_follows": "Two things follow each other that the model does not let follow each other.",
    "ends_with": "A case ends with something after which the model goes on.",
    "unknown_activity": "Something was done that the model does not know.",
}
"""Every kind of deviation, in a sentence."""


def replay_moves(entries: Sequence[Entry]) -> tuple[Deviation, ...]:
    """The departures of a history from the table of moves, replayed exactly; after one, the history's word counts.

    A case that is still open conforms as far as it went.
    """
    found: list[Deviation] = []
    here: Stage | None = Stage.INTAKE
    is_first = True
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, TaskAsked) and fact.stage is not here:
            found.append(Deviation("asked_elsewhere", f"{fact.kind} of {fact.stage} in {here or 'the end'}"))
        if isinstance(fact, StageClosed):
            found += _wrong_with(fact, here, is_first=is_first)
            here, is_first = fact.next, False
    return tuple(found)


def _wrong_with(fact: StageClosed, here: Stage | None, *, is_first: bool) -> Iterator[Deviation]:
    if here is None:
        yield Deviation("goes_on_after_end", f"{fact.stage} {fact.exit}")
    elif fact.stage is not here:
        yield Deviation("begins_elsewhere" if is_first else "stands_elsewhere", f"{fact.stage} left, stood in {here}")
    if (fact.stage, fact.exit) not in MOVES:
        yield Deviation("move_unknown", f"{fact.stage} {fact.exit}")
    elif MOVES[fact.stage, fact.exit] is not fact.next:
        right = MOVES[fact.stage, fact.exit]
        yield Deviation("leads_elsewhere", f"{fact.stage} {fact.exit} to {fact.next or 'the end'}, not {right}")


@dataclass(frozen=True)
class Followers:
    """A model of a foreign process: which activity may directly follow which; '' begins and ends a case."""

    arcs: frozenset[tuple[str, str]]
    origin: str
    """Where the model comes from, in a sentence: it is as good as that."""

    @property
    def activities(self) -> frozenset[str]:
        """What the model knows."""
        return frozenset(name for arc in self.arcs for name in arc if name)


def replay_followers(activities: Sequence[str], model: Followers) -> tuple[Deviation, ...]:
    """The departures of one sequence of activities from a table of followers."""
    unknown = [name for name in activities if name not in model.activities]
    return (
        *(Deviation("unknown_activity", name) for name in unknown),
        *(_broken(arc) for arc in arcs_of(activities) if arc not in model.arcs and not {*arc} & {*unknown}),
    )


def _broken(arc: tuple[str, str]) -> Deviation:
    before, after = arc
    if before == START:
        return Deviation("begins_with", after)
    return Deviation("ends_with", before) if after == END else Deviation("never_follows", f"{before} → {after}")


def arcs_of(activities: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What directly follows what, from the beginning to the end."""
    return pairwise((START, *activities, END)) if activities else iter(())


def discover(variants: Mapping[tuple[str, ...], int], *, least_share: float) -> Followers:
    """The table of followers that a log itself shows: every arc that at least this share of its cases takes.

    Discovered from the very cases that it then judges, it finds what is rare, not what is forbidden.
    """
    cases = sum(variants.values())
    taken: dict[tuple[str, str], int] = {}
    for activities, many in variants.items():
        for arc in set(arcs_of(activities)):
            taken[arc] = taken.get(arc, 0) + many
    kept = frozenset(arc for arc, many in taken.items() if many >= least_share * cases)
    share = f"{least_share:.2%}".rstrip("0%").rstrip(".") + " %"
    return Followers(kept, f"discovered from this log itself: every step that at least {share} of its cases take")


def given(arcs: Iterable[tuple[str, str]], *, source: str) -> Followers:
    """A table of followers that somebody wrote down."""
    return Followers(frozenset(arcs), f"given as the table of followers {source}")
