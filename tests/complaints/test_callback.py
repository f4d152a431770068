"""Callback: asked by link, then by phone; who is dissatisfied is heard again, and closing needs a word of approval."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.callback import is_sampled
from complaints.durations import parse_duration
from complaints.errors import AnswerWrong, CaseClosed
from complaints.escalation import next_alarm
from complaints.letters import LetterKind
from complaints.policy import Policy
from complaints.words import CUSTOMER, Outcome, Stage, TaskKind
from complaints.work_events import CallbackAnswered, CallbackUnanswered
from tests.builders import MONDAY_MORNING
from tests.play import Play, changed, default_policy, told

NUMBERS = st.builds("TC{}-{:04d}".format, st.integers(20260101, 20261231), st.integers(1, 9999))


def sampling(share: float) -> Policy:
    policy: Policy = changed(default_policy(), "callback.sampling", dict.fromkeys("12345", share))
    return policy


def surveyed(policy: Policy | None = None, **record: Any) -> Play:  # noqa: ANN401  any field of the record
    play = Play(policy=policy or default_policy(), record=told(**record))
    play.bring_to(TaskKind.SURVEY)
    return play


def phoned(**record: Any) -> Play:  # noqa: ANN401  as above
    play = Play(record=told(**record))
    play.bring_to(TaskKind.PHONE_CALLBACK)
    return play


# --- whom and when ---------------------------------------------------------------


@given(number=NUMBERS, share=st.floats(0, 1))
def test_who_is_called_back_is_fixed_by_the_number(number: str, share: float) -> None:
    assert is_sampled(number, share) == is_sampled(number, share)
    assert is_sampled(number, 1.0)
    assert not is_sampled(number, 0.0)


@given(number=NUMBERS, shares=st.lists(st.floats(0, 1), min_size=2, max_size=2).map(sorted))
def test_a_larger_share_still_holds_everybody_of_the_smaller(number: str, shares: list[float]) -> None:
    smaller, larger = (is_sampled(number, share) for share in shares)
    assert larger or not smaller


def test_a_share_is_about_the_share_it_says() -> None:
    drawn = sum(is_sampled(f"TC20261123-{number:04d}", 0.25) for number in range(4000))
    assert 900 < drawn < 1100


def test_the_callback_is_asked_after_the_time_of_the_level_and_not_before() -> None:
    play = Play()
    while play.case.stage is not Stage.CALLBACK:
        play.carry_on()
        if play.case.open_tasks:
            play.submit(play.case.open_tasks[0])
    callback = play.case.callback
    assert callback is not None
    assert (callback.at - MONDAY_MORNING).days == 5
    play.wait(days=4, hours=23, minutes=59)
    assert play.case.open_tasks == ()
    play.wait(minutes=1)
    assert play.the_task(TaskKind.SURVEY).assignee == CUSTOMER
    assert len(play.letters_of(LetterKind.SURVEY)) == 1


def test_whoever_is_not_drawn_is_not_called_back_and_the_reason_stands_in_the_history() -> None:
    play = Play(policy=sampling(0.0))
    case = play.to_the_end()
    assert ("callback", "done", "not_sampled") in play.exits
    assert case.outcome is Outcome.SATISFIED
    assert not play.letters_of(LetterKind.SURVEY)


def test_whoever_refused_the_final_decision_is_called_back_even_if_not_drawn() -> None:
    play = Play(policy=changed(sampling(0.0), "response.max_rounds", 1))
    play.submit(play.bring_to(TaskKind.DECISION), decision="reject")
    survey = play.bring_to(TaskKind.SURVEY)
    play.submit(survey, csat=1, resolved="no")
    assert play.exits[-2] == ("callback", "closed_unsatisfied", "final_decision_stands")
    assert play.case.outcome is Outcome.UNSATISFIED


# --- the answer ------------------------------------------------------------------


@pytest.mark.parametrize(("csat", "resolved"), [(3, "yes"), (4, "yes"), (5, "yes")])
def test_a_satisfied_customer_ends_the_case(csat: int, resolved: str) -> None:
    play = surveyed()
    case = play.submit(play.the_task(TaskKind.SURVEY), csat=csat, resolved=resolved, comment="Thank you.")
    assert (case.is_open, case.outcome) == (False, Outcome.SATISFIED)
    (fact,) = play.facts(CallbackAnswered)
    assert (fact.csat, fact.resolved, fact.by_phone) == (csat, True, False)
    assert play.papers[fact.comment.id] == {"comment": "Thank you."}


@pytest.mark.parametrize(("csat", "resolved"), [(1, "yes"), (2, "yes"), (3, "no"), (5, "no")])
def test_a_low_score_or_an_unresolved_matter_opens_another_round(csat: int, resolved: str) -> None:
    play = surveyed()
    play.submit(play.the_task(TaskKind.SURVEY), csat=csat, resolved=resolved)
    assert play.exits[-1] == ("callback", "new_round", "dissatisfied")
    assert (play.case.stage, play.case.round) == (Stage.INVESTIGATION, 2)


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({"csat": 0}, {"csat": "greater_than_equal"}),
        ({"csat": 6}, {"csat": "less_than_equal"}),
        ({"csat": "good"}, {"csat": "int_parsing"}),
        ({"resolved": "perhaps"}, {"resolved": "literal_error"}),
        ({"comment": "x" * 10_001}, {"comment": "string_too_long"}),
    ],
)
def test_a_survey_that_does_not_fit_says_so_at_each_field(fields: dict[str, Any], problems: dict[str, str]) -> None:
    play = surveyed()
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(play.the_task(TaskKind.SURVEY), **fields)
    assert wrong.value.problems == problems


# --- by phone --------------------------------------------------------------------


def test_an_ignored_survey_becomes_a_call() -> None:
    play = surveyed()
    play.wait_out(play.the_task(TaskKind.SURVEY))
    assert play.case.tasks["survey-1"].status == "expired"
    task = play.the_task(TaskKind.PHONE_CALLBACK)
    assert task.assignee in {"liu_yang", "tom_baker"}
    assert task.asks == {"attempt": "1"}


def test_a_customer_without_mail_is_called_at_once() -> None:
    play = phoned(email="")
    assert play.case.tasks_of(TaskKind.SURVEY) == ()


def test_a_reached_customer_answers_the_same_questions() -> None:
    play = phoned(email="")
    case = play.submit(play.the_task(TaskKind.PHONE_CALLBACK), csat=5, resolved="yes")
    assert case.outcome is Outcome.SATISFIED
    (fact,) = play.facts(CallbackAnswered)
    assert fact.by_phone


def test_a_customer_who_is_reached_and_dissatisfied_is_heard_again() -> None:
    play = phoned(email="")
    play.submit(play.the_task(TaskKind.PHONE_CALLBACK), csat=2, resolved="yes")
    assert play.case.round == 2


def test_after_the_last_attempt_the_customer_counts_as_not_reachable() -> None:
    play = phoned(email="")
    for attempt in ("1", "2", "3"):
        task = play.bring_to(TaskKind.PHONE_CALLBACK)
        assert task.asks == {"attempt": attempt}
        play.submit(task, reached="no", csat=None, resolved=None)
    assert play.exits[-2] == ("callback", "unreachable", "attempts_used")
    assert play.case.outcome is Outcome.UNREACHABLE


def test_whoever_was_reached_has_a_score() -> None:
    play = phoned(email="")
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(play.the_task(TaskKind.PHONE_CALLBACK), reached="yes", csat=None)
    assert wrong.value.problems == {"form": "score_needed"}


# --- when nothing more can be done -------------------------------------------------


def at_closure() -> Play:
    """A customer who is still dissatisfied after the last round."""
    play = Play()
    for _ in range(3):
        play.submit(play.bring_to(TaskKind.SURVEY), csat=1, resolved="no")
    assert play.case.round == 3
    return play


def test_after_the_last_round_a_manager_approves_closing_unsatisfied_with_her_reason() -> None:
    play = at_closure()
    task = play.the_task(TaskKind.CLOSURE)
    assert task.assignee in {"tang_rui", "robert_ellis"}
    case = play.submit(task, decision="close", reason="The model is no longer made.")
    assert (case.is_open, case.outcome) == (False, Outcome.UNSATISFIED)
    assert play.exits[-2] == ("callback", "closed_unsatisfied", "closure_decided")


def test_a_manager_may_order_another_round_beyond_the_last() -> None:
    play = at_closure()
    play.submit(play.the_task(TaskKind.CLOSURE), decision="another_round")
    assert (play.case.stage, play.case.round) == (Stage.INVESTIGATION, 4)
    play.submit(play.bring_to(TaskKind.SURVEY), csat=1, resolved="no")
    assert play.the_task(TaskKind.CLOSURE).id == "closure-2"


def test_closing_without_a_reason_is_refused() -> None:
    play = at_closure()
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(play.the_task(TaskKind.CLOSURE), reason="")
    assert wrong.value.problems == {"reason": "string_too_short"}


def test_nobody_approves_closing_her_own_decision_neither_at_first_nor_by_escalation() -> None:
    play = Play()
    play.submit(play.bring_to(TaskKind.SURVEY), csat=1, resolved="no")
    play.submit(play.bring_to(TaskKind.SURVEY), csat=1, resolved="no")
    letter = play.bring_to(TaskKind.LETTER)
    play.submit(letter, by="robert_ellis")
    play.submit(play.bring_to(TaskKind.SURVEY), csat=1, resolved="no")
    assert play.the_task(TaskKind.CLOSURE).assignee == "tang_rui"
    for _ in range(12):
        play.lapse()
    task = play.the_task(TaskKind.CLOSURE)
    assert "robert_ellis" not in {task.assignee, *task.told}


# --- calls in vain, low scores, and when it is too late to reopen ---------------------


def test_after_a_call_in_vain_the_next_is_not_asked_for_before_the_policys_time() -> None:
    play = phoned(email="")
    play.submit(play.the_task(TaskKind.PHONE_CALLBACK), reached="no", csat=None, resolved=None)
    (fact,) = play.facts(CallbackUnanswered)
    assert play.case.callback is not None
    assert play.case.callback.at == fact.next_at
    assert next_alarm(play.case) == fact.next_at
    play.wait(seconds=(fact.next_at - play.at).total_seconds() - 60)
    assert play.case.open_tasks == ()
    play.wait(minutes=1)
    assert play.the_task(TaskKind.PHONE_CALLBACK).asks == {"attempt": "2"}


def test_after_the_last_call_there_is_no_next_one() -> None:
    policy = changed(default_policy(), "callback.phone_attempts", 1)
    play = Play(policy=policy, record=told(email=""))
    play.submit(play.bring_to(TaskKind.PHONE_CALLBACK), reached="no", csat=None, resolved=None)
    assert [fact.next_at for fact in play.facts(CallbackUnanswered)] == [None]


@pytest.mark.parametrize(("minutes", "stage"), [(0, Stage.INVESTIGATION), (1, Stage.CALLBACK)])
def test_a_case_reopens_until_the_window_closes_and_not_after(minutes: int, stage: Stage) -> None:
    window = parse_duration("5 d")
    play = Play(policy=changed(default_policy(), "callback.reopen_within", window))
    survey = play.bring_to(TaskKind.SURVEY)
    entered = play.case.entered_stage_at
    assert entered is not None
    play.at = max(play.at, entered + timedelta(days=5, minutes=minutes))
    play.submit(survey, csat=1, resolved="no")
    assert play.case.stage is stage


@pytest.mark.parametrize(("rule", "stage"), [("reopen", Stage.INVESTIGATION), ("escalate", Stage.CALLBACK)])
def test_the_policy_says_whether_a_low_score_reopens_or_goes_to_a_manager(rule: str, stage: Stage) -> None:
    play = surveyed(changed(default_policy(), "callback.on_low_score", rule))
    play.submit(play.the_task(TaskKind.SURVEY), csat=2, resolved="yes")
    assert play.case.stage is stage


def test_what_she_says_unasked_calls_off_the_survey_and_counts_like_a_low_score() -> None:
    play = surveyed()
    play.tell_dissatisfied("It leaks again.")
    assert play.exits[-1] == ("callback", "new_round", "dissatisfied")
    closed = play.case.tasks["survey-1"]
    assert (closed.status, closed.closed_reason) == ("revoked", "customer_told")
    with pytest.raises(CaseClosed):
        play.tell_dissatisfied("And again.")
