"""Response: a written decision, the customer's word on it, at most so many rounds, and the remedy carried out."""

from __future__ import annotations

from typing import Any

import pytest

from complaints.errors import AnswerWrong
from complaints.letters import LetterKind
from complaints.policy import Policy
from complaints.words import CUSTOMER, RemedyKind, Stage, TaskKind
from complaints.work_events import CustomerDecided, LetterApproved
from tests.play import Play, changed, default_policy, told

VAGUE = "It is not what I thought it would be."


def deciding(policy: Policy | None = None, **record: Any) -> Play:  # noqa: ANN401  any field of the record
    """A case whose customer has the decision before her."""
    play = Play(policy=policy or default_policy(), record=told(**record))
    play.bring_to(TaskKind.DECISION)
    return play


def on_the_spot() -> Play:
    """A case on the short path, whose handler writes the letter at once."""
    play = Play(record=told(detail=VAGUE))
    task = play.bring_to(TaskKind.CLASSIFICATION)
    play.submit(task, category="price.discount", impact=1, urgency=1)
    return play


# --- the letter ----------------------------------------------------------------


def test_the_handler_writes_the_letter_in_which_the_approved_remedy_stands() -> None:
    play = Play()
    task = play.bring_to(TaskKind.LETTER)
    assert (task.assignee, task.asks) == ("peter_novak", {"final": "no", "remedy_open": "no"})
    play.submit(task, letter="Dear Ann, you were right.", remedy="goodwill", amount=1)
    (fact,) = play.facts(LetterApproved)
    assert isinstance(fact, LetterApproved)
    assert [(remedy.kind, remedy.amount) for remedy in fact.remedies] == [(RemedyKind.REFUND, 299.0)]
    assert play.papers[fact.letter.id] == {"letter": "Dear Ann, you were right."}
    assert not fact.final


def test_the_decision_goes_to_the_customer_with_the_question_whether_she_accepts() -> None:
    play = deciding()
    task = play.the_task(TaskKind.DECISION)
    assert task.assignee == CUSTOMER
    (letter,) = play.letters_of(LetterKind.DECISION)
    assert (letter.to, letter.task_id) == (CUSTOMER, task.id)


def test_without_mail_a_specialist_brings_the_decision_by_phone_and_keys_in_the_answer() -> None:
    play = deciding(email="")
    task = play.the_task(TaskKind.DECISION)
    assert task.assignee in {"liu_yang", "tom_baker"}
    play.submit(task, decision="accept")
    (fact,) = play.facts(CustomerDecided)
    assert fact.keyed_in_by == task.assignee


def test_an_answer_by_the_customer_herself_is_keyed_in_by_nobody() -> None:
    play = deciding()
    play.submit(play.the_task(TaskKind.DECISION))
    (fact,) = play.facts(CustomerDecided)
    assert fact.keyed_in_by is None


# --- the short path --------------------------------------------------------------


def test_on_the_spot_the_handler_offers_what_she_may_grant_herself() -> None:
    play = on_the_spot()
    play.submit(play.the_task(TaskKind.LETTER), remedy="goodwill", amount=200)
    (fact,) = play.facts(LetterApproved)
    assert [(remedy.kind, remedy.amount) for remedy in fact.remedies] == [(RemedyKind.GOODWILL, 200.0)]


@pytest.mark.parametrize(("remedy", "amount"), [("goodwill", 200.01), ("refund", 1), ("replacement", 0)])
def test_on_the_spot_nothing_beyond_the_handlers_authority_is_offered(remedy: str, amount: float) -> None:
    play = on_the_spot()
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(play.the_task(TaskKind.LETTER), remedy=remedy, amount=amount)
    assert wrong.value.problems == {"amount": "beyond_authority"}
    assert play.the_task(TaskKind.LETTER).is_open


def test_on_the_spot_a_letter_may_offer_words_alone() -> None:
    play = on_the_spot()
    play.submit(play.the_task(TaskKind.LETTER))
    play.submit(play.the_task(TaskKind.DECISION))
    assert play.case.stage is Stage.CALLBACK
    assert play.case.tasks_of(TaskKind.REMEDY, this_visit=False) == ()


def test_a_refused_answer_on_the_spot_is_investigated_after_all() -> None:
    play = on_the_spot()
    play.submit(play.the_task(TaskKind.LETTER))
    play.refuse()
    assert (play.case.stage, play.case.round, play.case.not_needed) == (Stage.INVESTIGATION, 2, ())


# --- the customer's word ----------------------------------------------------------


@pytest.mark.parametrize("decision", ["counter", "reject"])
def test_refusing_begins_another_round_with_the_reason(decision: str) -> None:
    play = deciding()
    play.refuse(decision=decision)
    assert play.exits[-1] == ("response", "new_round", decision)
    assert play.case.round == 2
    assert play.the_task(TaskKind.FINDINGS).asks == {"round": "2"}


def test_a_counter_offer_says_what_the_customer_wants_instead() -> None:
    play = deciding()
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(play.the_task(TaskKind.DECISION), decision="counter")
    assert wrong.value.problems == {"form": "counter_needs_text"}


def test_after_the_last_round_a_final_decision_is_given_and_nobody_is_asked_again() -> None:
    play = Play()
    for _ in range(3):
        play.refuse()
    assert play.case.round == 3
    final = play.the_task(TaskKind.LETTER)
    assert final.asks["final"] == "yes"
    play.submit(final, letter="We can do no more.")
    assert not play.letters_of(LetterKind.FINAL_DECISION)
    play.submit(play.the_task(TaskKind.APPROVAL))
    assert [task.kind for task in play.case.open_tasks] == [TaskKind.REMEDY]
    (letter,) = play.letters_of(LetterKind.FINAL_DECISION)
    assert letter.to == CUSTOMER
    assert len(play.letters_of(LetterKind.DECISION)) == 3
    play.submit(play.the_task(TaskKind.REMEDY))
    assert play.exits[-1] == ("response", "done", "final_decision")


def test_a_policy_of_one_round_decides_finally_after_the_first_refusal() -> None:
    play = deciding(changed(default_policy(), "response.max_rounds", 1))
    play.refuse()
    assert play.case.round == 1
    assert play.the_task(TaskKind.LETTER).asks["final"] == "yes"


def test_a_silent_customer_is_reminded_and_then_the_offer_is_carried_out() -> None:
    play = deciding()
    play.wait_out(play.the_task(TaskKind.DECISION))
    assert play.kinds.count("task.reminded") == 2
    assert play.case.tasks["decision-1"].status == "expired"
    play.submit(play.the_task(TaskKind.REMEDY))
    assert play.exits[-1] == ("response", "done", "customer_silent")
