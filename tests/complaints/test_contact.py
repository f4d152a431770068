"""When the customer hears from the house without having asked: both sides of each limit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from complaints.contact import next_look, next_notice
from complaints.contact_events import ProgressTold
from complaints.durations import parse_duration
from complaints.escalation import next_alarm
from complaints.letters import LetterKind
from complaints.words import CUSTOMER, TaskKind
from tests.play import Play, changed, default_policy, told


def waiting(**changes: Any) -> Play:  # noqa: ANN401  any field of the record
    """Ann's case, waiting for its handler's findings."""
    play = Play(record=told(**changes))
    play.bring_to(TaskKind.FINDINGS)
    return play


def notices(play: Play) -> list[tuple[str, str]]:
    return [(fact.stage.value, fact.reason) for fact in play.facts(ProgressTold)]


def test_after_three_days_of_silence_she_is_told_and_after_three_more_again() -> None:
    play = waiting()
    assert next_notice(play.case, play.policy) == play.at + timedelta(days=3)
    play.wait(days=3, minutes=-1)
    assert notices(play) == []
    play.wait(minutes=1)
    assert notices(play) == [("investigation", "silence")]
    assert [order.to for order in play.letters_of(LetterKind.PROGRESS)] == [CUSTOMER, CUSTOMER]
    play.carry_on()
    assert len(notices(play)) == 1
    play.wait(days=3)
    assert len(notices(play)) == 2
    assert len({order.key for order in play.letters}) == len(play.letters)


def test_a_downtime_of_weeks_is_one_silence() -> None:
    play = waiting()
    play.wait(days=30)
    assert len(notices(play)) == 1


def test_a_stage_that_is_over_is_told_at_once_and_only_if_the_policy_says_so() -> None:
    play = waiting()
    play.submit(play.the_task(TaskKind.FINDINGS))
    assert notices(play) == [("review", "stage")]
    quiet = Play(policy=changed(default_policy(), "limits.progress_after_stages", ()))
    quiet.submit(quiet.bring_to(TaskKind.FINDINGS))
    assert notices(quiet) == []


def test_while_she_is_asked_herself_she_is_reminded_not_told() -> None:
    play = Play()
    play.bring_to(TaskKind.DECISION)
    told_before = len(notices(play))
    assert next_notice(play.case, play.policy) is None
    play.wait(days=6)
    assert len(notices(play)) == told_before


def test_whom_no_mail_reaches_is_not_written_to() -> None:
    play = waiting(email="")
    play.wait(days=10)
    assert notices(play) == []
    assert next_notice(play.case, play.policy) is None


def test_the_case_wakes_for_whichever_comes_first_its_deadline_or_the_next_notice() -> None:
    play = waiting()
    alarm = next_alarm(play.case)
    assert alarm is not None
    assert next_look(play.case, play.policy) == alarm < play.at + timedelta(days=3)
    patient = changed(default_policy(), "limits.progress_after_silence", parse_duration("1 min"))
    assert next_look(play.case, patient) == play.at + timedelta(minutes=1)
    play.withdraw()
    assert next_look(play.case, patient) is None
