"""The table of allowed moves: from each stage, by each exit, to the next (PROCESS.md section 1)."""

from __future__ import annotations

from complaints.errors import MoveNotAllowed
from complaints.events import StageClosed
from complaints.words import Exit, Stage

MOVES: dict[tuple[Stage, Exit], Stage | None] = {
    (Stage.INTAKE, Exit.DONE): Stage.CLASSIFICATION,
    (Stage.INTAKE, Exit.DUPLICATE): Stage.ARCHIVING,
    (Stage.INTAKE, Exit.REFERRED): Stage.ARCHIVING,
    (Stage.CLASSIFICATION, Exit.DONE): Stage.ASSIGNMENT,
    (Stage.ASSIGNMENT, Exit.DONE): Stage.INVESTIGATION,
    (Stage.ASSIGNMENT, Exit.ON_THE_SPOT): Stage.RESPONSE,
    (Stage.INVESTIGATION, Exit.DONE): Stage.REVIEW,
    (Stage.INVESTIGATION, Exit.DUPLICATE): Stage.ARCHIVING,
    (Stage.REVIEW, Exit.DONE): Stage.RESPONSE,
    (Stage.REVIEW, Exit.SENT_BACK): Stage.INVESTIGATION,
    (Stage.RESPONSE, Exit.DONE): Stage.CALLBACK,
    (Stage.RESPONSE, Exit.NEW_ROUND): Stage.INVESTIGATION,
    (Stage.CALLBACK, Exit.DONE): Stage.ARCHIVING,
    (Stage.CALLBACK, Exit.UNREACHABLE): Stage.ARCHIVING,
    (Stage.CALLBACK, Exit.CLOSED_UNSATISFIED): Stage.ARCHIVING,
    (Stage.CALLBACK, Exit.NEW_ROUND): Stage.INVESTIGATION,
    (Stage.ARCHIVING, Exit.DONE): None,
    **{(stage, Exit.WITHDRAWN): Stage.ARCHIVING for stage in Stage if stage is not Stage.ARCHIVING},
}


def leave(stage: Stage, by: Exit, *, reason: str = "") -> StageClosed:
    """The fact that closes a stage by an exit; MoveNotAllowed when the table has no such move."""
    if (stage, by) not in MOVES:
        message = f"{stage} cannot be left by {by}"
        raise MoveNotAllowed(message)
    return StageClosed(stage=stage, exit=by, next=MOVES[stage, by], reason=reason)
