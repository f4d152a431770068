"""Response: a written decision, the customer's word on it, at most so many rounds, and the remedy carried out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.answering import answer
from complaints.durations import parse_duration
from complaints.errors import AnswerWrong
from complaints.letters import LetterKind
from complaints.policy import Policy
from complaints.submission import Submission
from complaints.words import CUSTOMER, RemedyKind, Role, Stage, TaskKind
from complaints.work_events import CustomerDecided, LetterApproved, RemedyExecuted
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


def refuse(play: Play, *, decision: str = "reject") -> None:
    play.submit(play.bring_to(TaskKind.DECISION), decision=decision, text="I want more.")


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
    refuse(play)
    assert (play.case.stage, play.case.round, play.case.not_needed) == (Stage.INVESTIGATION, 2, ())


# --- the customer's word ----------------------------------------------------------


@pytest.mark.parametrize("decision", ["counter", "reject"])
def test_refusing_begins_another_round_with_the_reason(decision: str) -> None:
    play = deciding()
    refuse(play, decision=decision)
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
        refuse(play)
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
    refuse(play)
    assert play.case.round == 1
    assert play.the_task(TaskKind.LETTER).asks["final"] == "yes"


def test_a_silent_customer_is_reminded_and_then_the_offer_is_carried_out() -> None:
    play = deciding()
    play.wait_out(play.the_task(TaskKind.DECISION))
    assert play.kinds.count("task.reminded") == 2
    assert play.case.tasks["decision-1"].status == "expired"
    play.submit(play.the_task(TaskKind.REMEDY))
    assert play.exits[-1] == ("response", "done", "customer_silent")


# --- the remedy -------------------------------------------------------------------


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


# --- the final decision ------------------------------------------------------------


def refused_to_the_end(policy: Policy | None = None) -> Play:
    """A case whose customer refused every offer, so that the handler writes the final decision."""
    play = Play(policy=policy or default_policy())
    while play.case.round < 3 or not play.case.latest(TaskKind.DECISION):
        refuse(play)
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


# --- when the remedy is carried out ------------------------------------------------


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
    refuse(play)
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
