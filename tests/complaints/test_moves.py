"""The table of moves: every stage can be left, every road leads to the archive, and there are no others."""

from __future__ import annotations

import pytest

from complaints.errors import MoveNotAllowed
from complaints.events import StageClosed
from complaints.moves import MOVES, leave
from complaints.words import Exit, Stage


def reachable(start: Stage) -> set[Stage | None]:
    """Where one may get to from a stage, by any number of moves."""
    found: set[Stage | None] = set()
    ahead: list[Stage | None] = [start]
    while ahead:
        stage = ahead.pop()
        found.add(stage)
        ahead += [there for (here, _), there in MOVES.items() if here is stage and there not in found]
    return found


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_an_exit_when_its_work_is_done(stage: Stage) -> None:
    assert (stage, Exit.DONE) in MOVES


@pytest.mark.parametrize("stage", Stage)
def test_from_every_stage_a_way_leads_to_the_end(stage: Stage) -> None:
    assert None in reachable(stage)


def test_every_stage_is_reached_from_intake_and_every_exit_is_used() -> None:
    assert reachable(Stage.INTAKE) == {*Stage, None}
    assert {exit_by for _, exit_by in MOVES} == set(Exit)


def test_only_the_archive_ends_a_case() -> None:
    assert [move for move, there in MOVES.items() if there is None] == [(Stage.ARCHIVING, Exit.DONE)]


def test_withdrawing_leads_from_every_stage_to_the_archive_except_from_the_archive_itself() -> None:
    withdrawn = {stage: MOVES.get((stage, Exit.WITHDRAWN)) for stage in Stage}
    assert withdrawn == {stage: Stage.ARCHIVING if stage is not Stage.ARCHIVING else None for stage in Stage}
    assert (Stage.ARCHIVING, Exit.WITHDRAWN) not in MOVES


def test_the_way_back_leads_to_investigation_and_only_from_where_the_process_says() -> None:
    order = list(Stage)
    back = {move for move, there in MOVES.items() if there is not None and order.index(there) <= order.index(move[0])}
    assert back == {
        (Stage.REVIEW, Exit.SENT_BACK),
        (Stage.RESPONSE, Exit.NEW_ROUND),
        (Stage.CALLBACK, Exit.NEW_ROUND),
    }
    assert {MOVES[move] for move in back} == {Stage.INVESTIGATION}


@pytest.mark.parametrize(("stage", "exit_by"), MOVES)
def test_leaving_by_the_table_says_where_it_leads_and_why(stage: Stage, exit_by: Exit) -> None:
    expected = StageClosed(stage=stage, exit=exit_by, next=MOVES[stage, exit_by], reason="because")
    assert leave(stage, exit_by, reason="because") == expected


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("exit_by", Exit)
def test_any_other_move_is_refused_by_name(stage: Stage, exit_by: Exit) -> None:
    if (stage, exit_by) in MOVES:
        assert leave(stage, exit_by).next is MOVES[stage, exit_by]
        return
    with pytest.raises(MoveNotAllowed, match=f"{stage} cannot be left by {exit_by}"):
        leave(stage, exit_by)
