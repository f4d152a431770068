"""The final decision: why no more can be done, approved by whom the policy names before it leaves."""

from __future__ import annotations

import pytest

from complaints.errors import AnswerWrong
from complaints.letters import LetterKind
from complaints.policy import Policy
from complaints.words import Role, TaskKind
from complaints.work_events import LetterApproved
from tests.play import Play, changed, default_policy


def refused_to_the_end(policy: Policy | None = None) -> Play:
    """A case whose customer refused every offer, so that the handler writes the final decision."""
    play = Play(policy=policy or default_policy())
    while play.case.round < 3 or not play.case.latest(TaskKind.DECISION):
        play.refuse()
    return play


def test_a_final_decision_says_why_no_more_can_be_done() -> None:
    play = refused_to_the_end()
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(play.the_task(TaskKind.LETTER), reason=" ")
    assert wrong.value.problems == {"reason": "final_needs_reason"}


def test_an_offer_needs_no_such_reason() -> None:
    play = Play()
    play.submit(play.bring_to(TaskKind.LETTER), reason="")
    assert play.the_task(TaskKind.DECISION).is_open


@pytest.mark.parametrize("role", ["complaints_manager", "executive"])
def test_whoever_the_policy_names_approves_the_final_decision(role: str) -> None:
    play = refused_to_the_end(changed(default_policy(), "response.final_approved_by", Role(role)))
    play.submit(play.the_task(TaskKind.LETTER))
    task = play.the_task(TaskKind.APPROVAL)
    assert (task.asks["role"], task.asks["about"]) == (role, "final_decision")
    assert task.asks["proposed_by"] == "peter_novak" != task.assignee
    assert not play.letters_of(LetterKind.FINAL_DECISION)
    before = play.case
    after = play.submit(task)
    assert [case.letter.final for case in (before, after) if case.letter] == [False, True]
    assert after.final_draft is None
    assert play.case.tasks[task.id].closed_by == task.assignee
    assert len(play.letters_of(LetterKind.FINAL_DECISION)) == 1


def test_a_final_decision_that_is_sent_back_is_written_anew_and_asked_for_again() -> None:
    play = refused_to_the_end()
    for _ in range(2):
        play.submit(play.the_task(TaskKind.LETTER))
        play.submit(play.the_task(TaskKind.APPROVAL), decision="send_back", reason="She is owed the reasons.")
    again = play.the_task(TaskKind.LETTER)
    assert again.asks == {"final": "yes", "remedy_open": "no", "sent_back": "letter-5"}
    play.submit(again, letter="The whole of it.")
    play.submit(play.the_task(TaskKind.APPROVAL))
    assert play.papers[play.facts(LetterApproved)[-1].letter.id] == {"letter": "The whole of it."}


def test_the_proposer_does_not_approve_her_own_final_decision() -> None:
    play = refused_to_the_end()
    play.submit(play.the_task(TaskKind.LETTER))
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(play.the_task(TaskKind.APPROVAL), by="peter_novak")
    assert wrong.value.problems == {"form": "four_eyes"}
