"""Duplicates found while a case is looked into: what is checked, what follows, and that it happens only in time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from complaints.acts import act, acts_open
from complaints.answer_events import CaseLinked, DuplicateFound
from complaints.comparing import Result
from complaints.errors import ActNotOpen, AnswerWrong
from complaints.letters import LetterKind
from complaints.recorded import Recorded
from complaints.redeciding import redecide
from complaints.submission import Submission
from complaints.words import ActKind, Exit, Outcome, Stage, TaskKind
from complaints.work_events import TaskRevoked
from tests.play import Play

if TYPE_CHECKING:
    from complaints.briefing import Verdict
    from complaints.case import Case

ORIGINAL = "TC20261120-0001"
SAYS = {"original": ORIGINAL, "reason": "The same kettle, the same order."}


def original(**changes: object) -> Case:
    """An open case of the same customer."""
    play = Play(case_no=ORIGINAL)
    play.bring_to(TaskKind.FINDINGS)
    return replace(play.case, **changes)  # type: ignore[arg-type]  # any field


def said(play: Play, known: Case | None, **fields: str) -> Verdict:
    """What the handler's word makes of the case, where that one is known."""
    task = play.bring_to(TaskKind.FINDINGS)
    post = Submission(task_id=task.id, by=task.assignee, fields={**SAYS, **fields}, stationery=play.stationery())
    return act(replace(play.briefing, original=known), ActKind.DUPLICATE, post)


def test_the_case_ends_like_one_that_screening_finds_to_be_a_duplicate() -> None:
    play = Play()
    task = play.bring_to(TaskKind.FINDINGS)
    play.do(ActKind.ASK_HELP, task, reason_code="needs_support", text="Is this the same one?")
    verdict = said(play, original())
    assert [type(fact).type for fact in verdict.facts] == [
        *["duplicate.found", "task.revoked", "case.linked", "stage.closed"]
    ]
    assert [fact.reason for fact in verdict.facts if isinstance(fact, TaskRevoked)] == ["duplicate_found"]
    assert CaseLinked(other=ORIGINAL, relation="repeats") in verdict.facts
    play._write(verdict, by=task.assignee)  # noqa: SLF001  as the desk does
    case = play.carry_on()
    assert (case.is_open, case.outcome, case.last_exit, case.open_tasks) == (False, Outcome.DUPLICATE, Exit.DONE, ())
    (letter,) = play.letters_of(LetterKind.DUPLICATE_NOTICE)
    assert dict(letter.details)["original"] == ORIGINAL
    assert play.letters_of(LetterKind.CLOSING) == [], "one letter says where she turns"
    assert not case.clocks["resolve"].met, "let go, as at screening: nothing was resolved under this number"
    assert not case.clocks["resolve"].missed
    decisions = redecide(Recorded(tuple(play.entries), {play.policy.version: play.policy}, play.papers))
    assert [one for one in decisions if one.result is Result.DIFFERENT] == []


@pytest.mark.parametrize(
    ("known", "fields", "field", "code"),
    [
        (None, {}, "original", "original_unknown"),
        (original(), {"original": "tc20261123-0001"}, "original", "original_is_this_case"),
        (original(stage=None), {}, "original", "original_ended"),
        (original(stage=Stage.ARCHIVING), {}, "original", "original_ended"),
        (
            original(links=(CaseLinked(other="TC20261123-0001", relation="repeats"),)),
            *({}, "original", "original_repeats_this_case"),
        ),
        (original(customer="somebody else"), {}, "other_customer", "original_of_other_customer"),
        (original(customer=""), {}, "other_customer", "original_of_other_customer"),
        (original(), {"reason": " "}, "reason", "string_too_short"),
        (original(), {"original": " "}, "original", "string_too_short"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    known: Case | None, fields: dict[str, str], field: str, code: str
) -> None:
    with pytest.raises(AnswerWrong) as refused:
        said(Play(), known, **fields)
    assert refused.value.problems == {field: code}


def test_somebody_elses_case_may_be_the_original_where_that_is_said() -> None:
    verdict = said(Play(), original(customer="her husband"), other_customer="yes", original=f" {ORIGINAL.lower()} ")
    found = verdict.facts[0]
    assert isinstance(found, DuplicateFound)
    assert (found.original, found.other_customer) == (ORIGINAL, True)


def test_who_was_answered_under_this_number_is_not_sent_to_another_one() -> None:
    play = Play()
    decision = play.bring_to(TaskKind.DECISION)
    play.submit(decision, decision="counter", text="I want a new one.")
    task = play.the_task(TaskKind.FINDINGS)
    assert ActKind.DUPLICATE not in acts_open(play.briefing, task)
    with pytest.raises(ActNotOpen):
        said(play, original())


@pytest.mark.parametrize("kind", [TaskKind.OPINION, TaskKind.APPROVAL, TaskKind.LETTER, TaskKind.REMEDY])
def test_only_whoever_is_asked_for_findings_may_say_so(kind: TaskKind) -> None:
    play = Play()
    task = play.bring_to(kind)
    assert ActKind.DUPLICATE not in acts_open(play.briefing, task)
