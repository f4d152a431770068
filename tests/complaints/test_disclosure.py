"""Disclosure: nobody's name and nobody's words leave the house in an event log, not even by a guess."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from complaints.disclosure import disclosed, persons_of
from complaints.log_lines import attributes_of, lines_of, stage_lines_of
from complaints.words import Exit
from complaints.work_events import ScreeningDecided, TaskAsked
from tests.play import Play, default_policy

if TYPE_CHECKING:
    from complaints.chain import Entry


class Masked:
    """Everybody is somebody."""

    def __call__(self, person: str) -> str:
        return "system" if person == "system" else "X"

    def proof(self, digest: str) -> str:
        return f"masked {digest[:2]}"


@cache
def history() -> tuple[Entry, ...]:
    play = Play()
    play.to_the_end()
    return tuple(play.entries)


def test_no_member_of_staff_is_named_by_any_fact_of_a_whole_case() -> None:
    told = json.dumps([disclosed(entry.fact, Masked()) for entry in history()])
    told += str(list(lines_of(history(), Masked())))
    assert not [staff_id for staff_id in default_policy().staff if staff_id in told]


def test_texts_that_are_not_known_as_codes_stay_inside() -> None:
    reason = next(ref for entry in history() for ref in [getattr(entry.fact, "record", None)] if ref)
    decided = ScreeningDecided(task_id="screening-1", exit=Exit.REFERRED, reason=reason, referred_to="Ann's landlord")
    assert disclosed(decided, Masked()) == {"task_id": "screening-1", "exit": "referred", "reason": "record"}
    asked = next(entry.fact for entry in history() if isinstance(entry.fact, TaskAsked))
    told = asked.model_copy(update={"asks": {"name": "Ann Lee"}, "assignee": "lin_wei"})
    assert "asks" not in disclosed(told, Masked())
    assert list(persons_of(told)) == [("assignee", "lin_wei")]


def test_a_paper_is_told_by_its_kind_only() -> None:
    findings = next(entry.fact for entry in history() if entry.fact.type == "findings.submitted")
    told = disclosed(findings, Masked())
    assert told["findings"] == "findings"
    assert told["remedies"] == [{"kind": "refund", "amount": 299.0}]
    assert "reason" not in told


def test_work_is_one_activity_from_asked_to_answered() -> None:
    lines = list(lines_of(history(), Masked()))
    findings = [(line.activity, line.transition) for line in lines if line.instance.startswith("findings")]
    assert findings == [("findings", "schedule"), ("findings", "complete")]
    assert [line.seq for line in lines] == [entry.seq for entry in history()]
    assert lines[-1].activity == "archiving: done"
    assert {line.hash[:6] for line in lines} == {"masked"}


def test_a_case_that_is_still_open_stands_in_a_stage_that_is_begun_and_not_left() -> None:
    play = Play()
    play.carry_on()
    lines = [(line.activity, line.transition) for line in stage_lines_of(play.entries)]
    assert lines[:2] == [("intake", "start"), ("intake", "complete")]
    assert lines[-1] == ("investigation", "start")
    assert attributes_of(play.entries, Masked())["category"] == "product.quality"
