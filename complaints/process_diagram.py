"""The process as a diagram: stages, gateways and ends drawn from the table of moves, with a place for everything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from complaints.moves import MOVES
from complaints.words import Exit, Outcome, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from enum import Enum

Point = tuple[int, int]

_STAGE, _GATEWAY, _EVENT = (110, 70), (44, 44), (36, 36)
"""Width and height in pixels, about those of common BPMN viewers."""
_GAP, _LABELLED_GAP, _MARGIN = 52, 124, 40
"""Between two gateways there is room for the labels of the rails above and below."""
_RAIL, _FIRST_RAIL = 34, 84
"""How far apart rails run, and how far the first is from the middle line."""
_END_EVERY = 58
_ENDS_AFTER = 110
LABEL_WIDTH = 112
"""How wide a label is at most."""
_BEGIN = "begin"


class NodeKind(StrEnum):
    """What stands in the diagram, as BPMN knows it."""

    START = "startEvent"
    WORK = "userTask"
    SERVICE = "serviceTask"
    GATEWAY = "exclusiveGateway"
    END = "endEvent"


@dataclass(frozen=True)
class Node:
    """One shape: its place is that of its left upper corner."""

    id: str
    kind: NodeKind
    name: str
    place: Point
    size: tuple[int, int]

    @property
    def middle(self) -> Point:
        """Its centre."""
        return self.place[0] + self.size[0] // 2, self.place[1] + self.size[1] // 2

    @property
    def left(self) -> Point:
        """Where flows come in."""
        return self.place[0], self.middle[1]

    @property
    def right(self) -> Point:
        """Where flows go out."""
        return self.place[0] + self.size[0], self.middle[1]


@dataclass(frozen=True)
class Flow:
    """One arrow along its points; the label, if any, stands at its place and is at most so wide."""

    id: str
    source: str
    target: str
    points: tuple[Point, ...]
    name: str = ""
    label: Point | None = None
    label_width: int = LABEL_WIDTH


@dataclass(frozen=True)
class Diagram:
    """Everything that is drawn, and on how large a sheet."""

    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    size: tuple[int, int]

    def node(self, name: str) -> Node:
        """A node by its id."""
        return next(node for node in self.nodes if node.id == name)


def draw(called: Callable[[Enum], str]) -> Diagram:
    """The diagram of the table of moves; `called` gives stages, exits and outcomes their names.

    Stages stand in a row. Moves to the next one run straight on; every other exit has a rail of its own: above the row
    where work goes back or ahead, below it where the case goes to the archive.
    """
    height = _MARGIN + _FIRST_RAIL + _RAIL * (len(_ABOVE) - 1)
    row = {node.id: node for node in _row(called, middle=height)}
    ends = tuple(_ends(called, after=row[split_of(Stage.ARCHIVING)]))
    flows = (*_straight(row, called), *_railed(row, called), *_ending(row, ends))
    nodes = (*row.values(), *ends)
    lowest = max(y for flow in flows for _, y in flow.points)
    right = max(node.right[0] for node in ends)
    return Diagram(nodes, flows, (right + 230, max(lowest, ends[-1].middle[1]) + _MARGIN))


def split_of(stage: Stage) -> str:
    """The gateway at which the exits of a stage part."""
    return f"exits_of_{stage}"


def merge_of(stage: Stage) -> str:
    """The gateway at which the ways into a stage meet."""
    return f"ways_to_{stage}"


def _next(stage: Stage) -> Stage | None:
    return MOVES[stage, Exit.DONE]


def _is_rail(move: tuple[Stage, Exit]) -> bool:
    return move[1] is not Exit.DONE


_INTO: Mapping[Stage | None, int] = Counter(MOVES.values())
_SIDES = {
    exit_by: next(there for (_, by), there in MOVES.items() if by is exit_by) is Stage.ARCHIVING
    for exit_by in Exit
    if exit_by is not Exit.DONE
}
_BELOW = tuple(exit_by for exit_by, is_below in _SIDES.items() if is_below)
_ABOVE = tuple(exit_by for exit_by, is_below in _SIDES.items() if not is_below)


def _row(called: Callable[[Enum], str], *, middle: int) -> Iterator[Node]:
    """Start, and each stage with the gateways before and after it, from left to right."""
    x = _MARGIN
    parts: list[tuple[str, NodeKind, str, tuple[int, int]]] = [(_BEGIN, NodeKind.START, "", _EVENT)]
    for stage in Stage:
        if _INTO[stage] > 1:
            parts.append((merge_of(stage), NodeKind.GATEWAY, "", _GATEWAY))
        kind = NodeKind.SERVICE if stage is Stage.ARCHIVING else NodeKind.WORK
        parts.append((stage.value, kind, called(stage), _STAGE))
        parts.append((split_of(stage), NodeKind.GATEWAY, "", _GATEWAY))
    for (name, kind, title, size), after in zip(parts, [*parts[1:], parts[-1]], strict=True):
        yield Node(name, kind, title, (x, middle - size[1] // 2), size)
        is_labelled = kind is after[1] is NodeKind.GATEWAY
        x += size[0] + (_LABELLED_GAP if is_labelled else _GAP)


def _ends(called: Callable[[Enum], str], *, after: Node) -> Iterator[Node]:
    top = after.middle[1] - _END_EVERY * (len(Outcome) - 1) // 2
    for nth, outcome in enumerate(Outcome):
        place = (after.right[0] + _ENDS_AFTER, top + nth * _END_EVERY - _EVENT[1] // 2)
        yield Node(f"end_{outcome}", NodeKind.END, called(outcome), place, _EVENT)


def _straight(row: Mapping[str, Node], called: Callable[[Enum], str]) -> Iterator[Flow]:
    """From shape to shape along the row."""
    for before, after in pairwise(row.values()):
        stage = next((one for one in Stage if split_of(one) == before.id), None)
        name = called(Exit.DONE) if stage else ""
        label = (before.right[0] + 3, before.middle[1] - 18) if stage else None
        flow_id = f"flow_{stage}_{Exit.DONE}" if stage else f"flow_{before.id}"
        room = after.left[0] - before.right[0] - 6
        yield Flow(flow_id, before.id, after.id, (before.right, after.left), name, label, room)


def _railed(row: Mapping[str, Node], called: Callable[[Enum], str]) -> Iterator[Flow]:
    """Along a rail: out of the gateway's lower or upper corner, along, and into the corner of the other."""
    for (stage, by), there in MOVES.items():
        if not _is_rail((stage, by)) or there is None:
            continue
        source, target = row[split_of(stage)], row[merge_of(there)]
        is_below = by in _BELOW
        nth = (_BELOW if is_below else _ABOVE).index(by)
        sign = 1 if is_below else -1
        (x, y), (to, _), corner = source.middle, target.middle, sign * _GATEWAY[1] // 2
        rail = y + sign * (_FIRST_RAIL + nth * _RAIL)
        points = ((x, y + corner), (x, rail), (to, rail), (to, y + corner))
        label = (x + 6 if to > x else x - 6 - LABEL_WIDTH, rail - 19)
        yield Flow(f"flow_{stage}_{by}", source.id, target.id, points, called(by), label)


def _ending(row: Mapping[str, Node], ends: tuple[Node, ...]) -> Iterator[Flow]:
    source = row[split_of(Stage.ARCHIVING)]
    turn = source.right[0] + _ENDS_AFTER // 2
    for end in ends:
        points = (source.right, (turn, source.middle[1]), (turn, end.middle[1]), end.left)
        yield Flow(f"flow_to_{end.id}", source.id, end.id, tuple(dict.fromkeys(points)))


def labels(diagram: Diagram) -> Iterator[tuple[str, Point, int]]:
    """Every text beside a shape or arrow, where it stands, and how wide it may be."""
    ended = (
        (end.name, (end.right[0] + 8, end.middle[1] - 8), 210) for end in diagram.nodes if end.kind is NodeKind.END
    )
    named = ((flow.name, flow.label, flow.label_width) for flow in diagram.flows if flow.label)
    yield from chain(ended, named)
