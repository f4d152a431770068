"""Pauses while the customer is asked: she is told what for, and nobody waits for an answer that nobody asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints.clock_events import ClocksPaused, ClocksResumed
from complaints.errors import AnswerWrong
from complaints.letters import LetterKind
from complaints.words import CUSTOMER, SYSTEM, ActKind, TaskKind
from tests.builders import MONDAY_MORNING
from tests.play import SPARSE, Play, told, with_clocks


def _in_hand() -> Play:
    play = Play()
    play.bring_to(TaskKind.FINDINGS)
    return play


def test_asking_the_customer_is_a_pause_with_its_reason() -> None:
    play = Play(record=told(**SPARSE))
    play.carry_on()
    stopped = play.facts(ClocksPaused)[0]
    assert (stopped.reason, stopped.by, stopped.clocks, stopped.tasks) == ("customer_information", SYSTEM, (), ())
    play.wait(hours=30)
    play.submit(play.the_task(TaskKind.COMPLETION))
    resumed = play.facts(ClocksResumed)[0]
    assert (resumed.because, resumed.until - resumed.since) == ("answered", timedelta(hours=30))
    assert play.case.clocks["resolve"].clock.due_at == MONDAY_MORNING + timedelta(hours=78)


def test_a_law_that_allows_it_stands_still_while_the_customer_is_asked_and_another_does_not() -> None:
    policy = with_clocks(law={"limit": "30 d"}, soft={"limit": "30 d", "pauses": ["customer_information"]})
    play = Play(policy=policy, record=told(**SPARSE))
    play.carry_on()
    assert (play.case.clocks["soft"].paused, play.case.clocks["law"].paused) == (True, False)
    play.wait(days=2)
    play.submit(play.the_task(TaskKind.COMPLETION))
    assert play.case.clocks["soft"].clock.due_at - play.case.clocks["law"].clock.due_at == timedelta(days=2)


def test_a_customer_who_never_answers_stops_no_clock_for_ever() -> None:
    play = Play(record=told(**SPARSE))
    task = play.bring_to(TaskKind.COMPLETION)
    play.wait_out(task)
    assert play.case.standstill is None
    assert play.facts(ClocksResumed)[0].until == play.case.tasks[task.id].closed_at
    assert task.assignee == CUSTOMER


def test_who_waits_for_the_customer_asks_her_and_is_told_when_she_answers() -> None:
    play = _in_hand()
    task = play.the_task(TaskKind.FINDINGS)
    play.do(ActKind.PAUSE, task, reason="customer_information", note="Which socket was it?")
    (question,) = play.letters_of(LetterKind.QUESTION)
    assert question.to == CUSTOMER
    assert play.papers[dict(question.details)["note"]] == {"note": "Which socket was it?"}
    asked = len(play.letters_of(LetterKind.TASK_ASKED))
    play.wait(hours=5)
    play.add_information("The one in the kitchen.")
    *_, told = play.letters_of(LetterKind.TASK_ASKED)[asked:]
    assert (told.to, told.task_id, dict(told.details)["resumed"]) == (task.assignee, task.id, "answered")


def test_a_question_to_the_customer_needs_words() -> None:
    play = _in_hand()
    with pytest.raises(AnswerWrong, match="question_needed"):
        play.do(ActKind.PAUSE, play.the_task(TaskKind.FINDINGS), reason="customer_information", note=" ")
    assert play.case.standstill is None


def test_what_is_noted_while_somebody_else_is_waited_for_stays_in_the_file() -> None:
    play = _in_hand()
    play.do(ActKind.PAUSE, play.the_task(TaskKind.FINDINGS), reason="expert_report", note="The maker examines it.")
    assert not play.letters_of(LetterKind.QUESTION)
    assert not play.facts(ClocksPaused)[0].asks_customer


def test_a_customer_without_mail_is_phoned_and_her_note_stays_in_the_file() -> None:
    play = Play(record=told(email=""))
    play.bring_to(TaskKind.FINDINGS)
    play.do(ActKind.PAUSE, play.the_task(TaskKind.FINDINGS), reason="customer_information", note="Which one?")
    assert not play.letters_of(LetterKind.QUESTION)
    assert not play.facts(ClocksPaused)[0].asks_customer
