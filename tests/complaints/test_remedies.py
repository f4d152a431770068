"""The remedy carried out: by whom, with what proof, how soon, and once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.answering import answer
from complaints.durations import parse_duration
from complaints.errors import AnswerWrong
from complaints.policy import Policy
from complaints.submission import Submission
from complaints.words import Stage, TaskKind
from complaints.work_events import RemedyExecuted
from tests.play import Play, changed, default_policy, told


def deciding(policy: Policy | None = None, **record: Any) -> Play:  # noqa: ANN401  any field of the record
    """A case whose customer has the decision before her."""
    play = Play(policy=policy or default_policy(), record=told(**record))
    play.bring_to(TaskKind.DECISION)
    return play


def test_an_accepted_remedy_is_carried_out_with_proof_by_the_handler() -> None:
    play = deciding()
    play.submit(play.the_task(TaskKind.DECISION))
    task = play.the_task(TaskKind.REMEDY)
    assert (task.assignee, task.asks) == ("peter_novak", {"remedies": "refund:299"})
    play.submit(task, proof="Paid.")
    assert play.case.remedy_executed
    assert play.case.stage is Stage.CALLBACK


def test_the_amount_to_pay_is_written_out_in_full() -> None:
    play = Play()
    play.submit(play.bring_to(TaskKind.FINDINGS), amount=1234567.89)
    assert play.bring_to(TaskKind.REMEDY).asks == {"remedies": "refund:1234567.89"}


@pytest.mark.parametrize("remedy", ["apology", "explanation"])
def test_a_remedy_of_words_is_carried_out_by_the_letter(remedy: str) -> None:
    play = Play()
    play.submit(play.bring_to(TaskKind.FINDINGS), remedy=remedy, amount=0)
    play.submit(play.bring_to(TaskKind.DECISION))
    assert play.exits[-1] == ("response", "done", "accepted")


def test_proof_is_needed() -> None:
    play = deciding()
    play.submit(play.the_task(TaskKind.DECISION))
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(play.the_task(TaskKind.REMEDY), proof=" ")
    assert wrong.value.problems == {"proof": "proof_needed"}


def test_the_matter_is_resolved_once_in_time_or_late() -> None:
    quick = deciding()
    quick.submit(quick.the_task(TaskKind.DECISION))
    quick.submit(quick.the_task(TaskKind.REMEDY))
    assert (quick.case.clocks["resolve"].met, quick.case.clocks["resolve"].late) == (True, False)
    slow = deciding()
    slow.at += timedelta(hours=60)
    slow.submit(slow.the_task(TaskKind.DECISION))
    slow.submit(slow.the_task(TaskKind.REMEDY))
    clock = slow.case.clocks["resolve"]
    assert (clock.met, clock.missed, clock.late) == (True, True, True)


def test_another_round_does_not_meet_the_clock_again() -> None:
    play = Play()
    play.submit(play.bring_to(TaskKind.SURVEY), csat=1, resolved="no")
    play.bring_to(TaskKind.SURVEY)
    assert play.kinds.count("clock.met") == 3  # acknowledge, first response, resolve


@pytest.mark.parametrize(
    ("start", "kinds"), [(2, [TaskKind.LETTER, TaskKind.REMEDY]), (3, [TaskKind.LETTER]), (6, [TaskKind.LETTER])]
)
def test_an_urgent_remedy_is_begun_with_the_approval_beside_the_letter(start: int, kinds: list[TaskKind]) -> None:
    play = Play(policy=changed(default_policy(), "response.execute_at_once_from_urgency", start))
    play.bring_to(TaskKind.LETTER)
    assert play.case.level == "2"
    assert [task.kind for task in play.case.open_tasks] == kinds


def test_an_urgent_remedy_is_carried_out_once_whatever_the_customer_says_later() -> None:
    play = Play(policy=changed(default_policy(), "response.execute_at_once_from_urgency", 1))
    play.bring_to(TaskKind.LETTER)
    play.submit(play.the_task(TaskKind.REMEDY))
    play.submit(play.the_task(TaskKind.LETTER))
    play.submit(play.the_task(TaskKind.DECISION))
    assert play.exits[-1] == ("response", "done", "accepted")
    assert play.kinds.count("remedy.executed") == 1


def test_a_remedy_that_was_not_yet_carried_out_is_called_off_when_the_offer_is_refused() -> None:
    play = Play(policy=changed(default_policy(), "response.execute_at_once_from_urgency", 1))
    play.bring_to(TaskKind.LETTER)
    play.submit(play.the_task(TaskKind.LETTER))
    play.refuse()
    called_off = play.case.tasks["remedy-1"]
    assert (called_off.status, called_off.closed_reason) == ("revoked", "offer_refused")
    assert play.case.round == 2


@pytest.mark.parametrize(("within", "hours"), [({"2": "3 h"}, 3), ({"3": "3 h"}, 32)])
def test_how_long_it_may_take_goes_by_level(within: dict[str, str], hours: int) -> None:
    lengths = {level: parse_duration(length) for level, length in within.items()}
    play = deciding(changed(default_policy(), "response.execute_within", lengths))
    play.submit(play.the_task(TaskKind.DECISION))
    assert play.the_task(TaskKind.REMEDY).due_at == play.at + timedelta(hours=hours)


def test_a_file_is_proof_enough() -> None:
    play = deciding()
    play.submit(play.the_task(TaskKind.DECISION))
    task = play.the_task(TaskKind.REMEDY)
    post = Submission(task_id=task.id, by=task.assignee, fields={}, stationery=play.stationery(), evidence=("E1",))
    (fact,) = answer(play.briefing, post).facts
    assert isinstance(fact, RemedyExecuted)
    assert (fact.proof, fact.evidence) == (None, ("E1",))


def test_one_task_lists_every_remedy_that_is_more_than_words() -> None:
    play = Play()
    findings = play.bring_to(TaskKind.FINDINGS)
    play.submit(findings, remedy_2="apology", remedy_3="goodwill", amount_3=50)
    assert play.bring_to(TaskKind.REMEDY).asks == {"remedies": "refund:299 goodwill:50"}
