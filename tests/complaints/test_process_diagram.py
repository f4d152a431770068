"""The diagram: nothing but the table of moves, all of it, with a place of its own for everything."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from complaints.moves import MOVES
from complaints.process_diagram import NodeKind, draw, merge_of, split_of
from complaints.words import Exit, Outcome, Stage

if TYPE_CHECKING:
    from enum import Enum

    from complaints.process_diagram import Node


def plain(code: Enum) -> str:
    return str(code.value)


DIAGRAM = draw(plain)


@pytest.mark.parametrize(("stage", "by"), [move for move, there in MOVES.items() if there])
def test_every_move_is_a_flow_that_leads_where_the_table_says(stage: Stage, by: Exit) -> None:
    flow = next(flow for flow in DIAGRAM.flows if flow.id == f"flow_{stage}_{by}")
    there = MOVES[stage, by]
    assert there is not None
    assert flow.source == split_of(stage)
    assert flow.target in {there.value, merge_of(there)}
    assert flow.name == by.value


def test_there_is_no_flow_that_is_not_in_the_table() -> None:
    told = {flow.id for flow in DIAGRAM.flows if flow.name}
    assert told == {f"flow_{stage}_{by}" for (stage, by), there in MOVES.items() if there}


def test_every_outcome_is_an_end_of_its_own() -> None:
    ends = [node.name for node in DIAGRAM.nodes if node.kind is NodeKind.END]
    assert ends == [outcome.value for outcome in Outcome]


def test_nothing_stands_on_anything_else_and_all_of_it_on_the_sheet() -> None:
    def apart(one: Node, other: Node) -> bool:
        return any(
            one.place[axis] + one.size[axis] <= other.place[axis]
            or other.place[axis] + other.size[axis] <= one.place[axis]
            for axis in (0, 1)
        )

    assert all(apart(one, other) for one, other in combinations(DIAGRAM.nodes, 2))
    wide, high = DIAGRAM.size
    points = [point for flow in DIAGRAM.flows for point in flow.points]
    assert all(0 < x < wide and 0 < y < high for x, y in points)


def test_arrows_run_straight_and_between_the_shapes_they_join() -> None:
    for flow in DIAGRAM.flows:
        assert all(
            one[0] == other[0] or one[1] == other[1] for one, other in zip(flow.points, flow.points[1:], strict=False)
        )
        for point, node in ((flow.points[0], DIAGRAM.node(flow.source)), (flow.points[-1], DIAGRAM.node(flow.target))):
            assert abs(point[0] - node.middle[0]) <= node.size[0] // 2 + 1
            assert abs(point[1] - node.middle[1]) <= node.size[1] // 2 + 1
