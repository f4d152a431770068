"""Intake: registered, scored, screened, acknowledged; nothing is turned away or dropped by rule."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from complaints.errors import AnswerWrong
from complaints.events import CaseScreened, ComplaintReceived, Lookalike
from complaints.letters import LetterKind
from complaints.words import CUSTOMER, Channel, Language, Stage, TaskKind
from complaints.work_events import RecordCompleted
from tests.builders import MONDAY_MORNING, WANG_FANG
from tests.play import Play, changed, default_policy, told, without

SPARSE: dict[str, Any] = {"item": "", "order_no": "", "occurred_at": None, "expected_remedy": "", "name": ""}
TWIN = Lookalike(case_no="TC20261120-0001", similarity=0.97, same_customer=True, hours_apart=72)
SAFETY = "The kettle is broken: I got an electric shock."


def screened(play: Play) -> CaseScreened:
    play.carry_on()
    screening = play.case.screening
    assert screening is not None
    return screening


def test_a_received_complaint_says_codes_and_references_and_nothing_personal() -> None:
    play = Play(record=told(channel=Channel.PHONE, region="Shanghai"))
    (received,) = play.facts(ComplaintReceived)
    assert (received.channel, received.language, received.region) == (Channel.PHONE, Language.EN, "Shanghai")
    line = received.model_dump_json()
    assert not [word for word in ("Ann", "ann.lee", "138", "Kettle", "leaks") if word in line]


def test_a_complete_complaint_is_acknowledged_in_time_and_moves_on() -> None:
    play = Play()
    play.carry_on()
    start = ["complaint.received", "clocks.started", "case.screened", "complaint.acknowledged", "clock.met"]
    assert play.kinds[:6] == [*start, "stage.closed"]
    assert play.case.clocks["acknowledge"].met
    assert not play.case.clocks["acknowledge"].late
    (letter,) = play.letters_of(LetterKind.ACKNOWLEDGEMENT)
    assert letter.to == CUSTOMER


def test_an_acknowledgement_after_downtime_is_missed_told_and_then_met_late() -> None:
    play = Play()
    play.wait(hours=25)
    assert play.kinds[2:6] == ["clock.missed", "case.screened", "complaint.acknowledged", "clock.met"]
    acknowledged = play.case.clocks["acknowledge"]
    assert (acknowledged.met, acknowledged.missed, acknowledged.late) == (True, True, True)
    (notice,) = [order for order in play.letters_of(LetterKind.CLOCK_MISSED) if order.key.endswith("/acknowledge")]
    assert play.policy.staff[notice.to].roles[-1] == "complaints_manager"


def test_a_customer_without_mail_gets_no_letter_and_the_history_says_so() -> None:
    play = Play(record=told(email=""))
    play.carry_on()
    assert play.kinds.count("complaint.acknowledged") == 1
    assert not [order for order in play.letters if order.to == CUSTOMER]
    assert not play.case.reachable_by_mail


# --- what is missing ----------------------------------------------------------


def test_what_is_missing_is_asked_for_by_name_and_only_once() -> None:
    play = Play(record=told(**SPARSE))
    play.carry_on()
    task = play.the_task(TaskKind.COMPLETION)
    assert task.assignee == CUSTOMER
    assert task.asks["missing"].split() == ["name", "occurred_at", "item", "order_no", "expected_remedy"]
    play.wait(hours=1)
    play.add_information("Hello?")
    assert len(play.case.tasks_of(TaskKind.COMPLETION)) == 1


def test_what_came_completes_the_record_and_is_not_asked_again() -> None:
    play = Play(record=told(**SPARSE))
    play.carry_on()
    fields = {"name": "Ann Lee", "item": "", "order_no": "", "expected_remedy": "", "detail": "It began on Friday."}
    play.submit(play.the_task(TaskKind.COMPLETION), **fields, occurred_at="2026-11-20")
    record = play.briefing.record
    assert (record.name, record.occurred_at) == ("Ann Lee", date(2026, 11, 20))
    assert record.detail.endswith("\n\nIt began on Friday.")
    assert record.detail.startswith("The kettle I bought")
    (fact,) = play.facts(RecordCompleted)
    assert fact.still_missing == ("item", "order_no", "expected_remedy")
    assert play.case.stage is Stage.INVESTIGATION


def test_the_first_version_of_a_completed_record_stays_in_the_file() -> None:
    play = Play(record=told(**SPARSE))
    play.carry_on()
    first = play.case.record
    play.submit(play.the_task(TaskKind.COMPLETION))
    assert first is not None
    assert play.case.record != first
    assert play.papers[first.id]["item"] == ""


def test_a_silent_customer_is_reminded_twice_and_then_the_complaint_goes_on_as_it_is() -> None:
    play = Play(record=told(**SPARSE))
    play.carry_on()
    play.wait_out(play.the_task(TaskKind.COMPLETION))
    assert play.kinds.count("task.reminded") == 2
    assert play.case.tasks["completion-1"].status == "expired"
    assert play.case.stage is Stage.INVESTIGATION
    assert play.exits[0] == ("intake", "done", "incomplete_and_unanswered")


def test_without_mail_a_clerk_completes_the_record() -> None:
    play = Play(record=told(**SPARSE, email=""))
    play.carry_on()
    assert play.the_task(TaskKind.COMPLETION).assignee in {"li_na", "emma_clarke"}


def test_an_e_mail_address_given_later_is_used_from_then_on() -> None:
    play = Play(record=told(**SPARSE, email=""))
    play.carry_on()
    play.submit(play.the_task(TaskKind.COMPLETION), email="ann.lee@example.test")
    assert play.case.reachable_by_mail
    assert play.letters_of(LetterKind.PROGRESS)
    assert play.bring_to(TaskKind.DECISION).assignee == CUSTOMER


@pytest.mark.parametrize(
    ("field", "text"),
    [("occurred_at", "last week"), ("email", "ann at home"), ("phone", "ask my son"), ("name", "A" * 201)],
)
def test_what_does_not_fit_the_record_is_told_at_its_field_and_leaves_the_task_open(field: str, text: str) -> None:
    play = Play(record=told(**SPARSE))
    play.carry_on()
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(play.the_task(TaskKind.COMPLETION), **{field: text})
    assert set(wrong.value.problems) == {field}
    assert play.the_task(TaskKind.COMPLETION).is_open


def test_time_with_the_customer_is_not_the_houses_time() -> None:
    asked, straight = Play(record=told(**SPARSE)), Play()
    asked.carry_on()
    asked.at += timedelta(hours=30)
    asked.submit(asked.the_task(TaskKind.COMPLETION))
    straight.carry_on()
    due = [play.case.clocks["resolve"].clock for play in (asked, straight)]
    assert due[0].due_at - due[1].due_at == timedelta(hours=30)
    assert due[0].started_at == due[1].started_at == MONDAY_MORNING


def test_a_policy_may_let_the_clocks_run_while_the_customer_is_asked() -> None:
    play = Play(policy=changed(default_policy(), "intake.asking_pauses_clocks", False), record=told(**SPARSE))
    play.carry_on()
    play.at += timedelta(hours=30)
    play.submit(play.the_task(TaskKind.COMPLETION))
    clock = play.case.clocks["resolve"].clock
    assert clock.due_at - MONDAY_MORNING == timedelta(hours=48)


def test_time_with_a_clerk_is_the_houses_time() -> None:
    play = Play(record=told(**SPARSE, email=""))
    play.carry_on()
    play.at += timedelta(hours=30)
    play.submit(play.the_task(TaskKind.COMPLETION))
    assert play.case.clocks["resolve"].clock.due_at - MONDAY_MORNING == timedelta(hours=48)


# --- what is doubtful ---------------------------------------------------------


@pytest.mark.parametrize(
    ("play", "doubts"),
    [
        (Play(lookalikes=(TWIN,)), ("duplicate_of:TC20261120-0001",)),
        (Play(record=told(detail=SAFETY)), ("flag:safety",)),
        (Play(record=told(name="", email="", phone="")), ("anonymous",)),
        (Play(record=told(detail=SAFETY), lookalikes=(TWIN,)), ("duplicate_of:TC20261120-0001", "flag:safety")),
    ],
    ids=["duplicate", "flag", "anonymous", "both"],
)
def test_a_doubtful_case_goes_to_a_person_with_the_reasons(play: Play, doubts: tuple[str, ...]) -> None:
    assert screened(play).doubts == doubts
    task = play.the_task(TaskKind.SCREENING)
    assert task.assignee in {"li_na", "emma_clarke"}
    assert task.asks["doubts"].split() == list(doubts)


def test_a_flag_that_needs_no_person_is_noted_with_its_words_and_holds_nobody_up() -> None:
    play = Play(record=told(detail=f"{told().detail} My lawyer says so."))
    assert screened(play).flags == {"legal": ("my lawyer",)}
    assert screened(play).doubts == ()
    assert play.case.stage is Stage.INVESTIGATION


def test_a_flag_in_chinese_is_raised_too() -> None:
    detail = f"{WANG_FANG.detail}我被烫伤了。"
    assert screened(Play(record=told(WANG_FANG, detail=detail))).flags == {"safety": ("烫伤",)}


def test_a_case_like_another_customers_raises_no_doubt() -> None:
    stranger = TWIN.model_copy(update={"same_customer": False})
    assert screened(Play(lookalikes=(stranger,))).doubts == ()


def test_an_accepted_case_goes_on() -> None:
    play = Play(record=told(detail=SAFETY))
    play.carry_on()
    play.submit(play.the_task(TaskKind.SCREENING), decision="accept")
    assert play.exits[0] == ("intake", "done", "")
    assert play.case.visits[Stage.CLASSIFICATION] == 1


def test_an_accepted_case_that_is_incomplete_is_completed_after_the_screening_not_before() -> None:
    play = Play(record=told(**SPARSE), lookalikes=(TWIN,))
    play.carry_on()
    assert [task.kind for task in play.case.open_tasks] == [TaskKind.SCREENING]
    play.submit(play.the_task(TaskKind.SCREENING), decision="accept")
    assert [task.kind for task in play.case.open_tasks] == [TaskKind.COMPLETION]


def test_a_duplicate_is_linked_to_its_original_told_and_closed() -> None:
    play = Play(lookalikes=(TWIN,))
    play.carry_on()
    task = play.the_task(TaskKind.SCREENING)
    case = play.submit(task, decision="duplicate", reason="The same kettle.", original=TWIN.case_no)
    assert (case.is_open, case.outcome) == (False, "duplicate")
    assert case.screening_decided is not None
    assert case.screening_decided.original == TWIN.case_no
    (notice,) = play.letters_of(LetterKind.DUPLICATE_NOTICE)
    assert (notice.to, dict(notice.details)) == (CUSTOMER, {"original": TWIN.case_no})
    assert play.letters_of(LetterKind.CLOSING) == []


def test_what_is_not_ours_is_referred_outside_with_notice() -> None:
    play = Play(record=told(detail=SAFETY))
    play.carry_on()
    task = play.the_task(TaskKind.SCREENING)
    case = play.submit(task, decision="refer", reason="Not our brand.", referred_to="The maker, Kettles Ltd")
    assert (case.is_open, case.outcome) == (False, "referred")
    (notice,) = play.letters_of(LetterKind.REFERRAL_NOTICE)
    assert dict(notice.details) == {"referred_to": "The maker, Kettles Ltd"}


def test_with_no_clerk_present_a_complaints_manager_screens() -> None:
    play = Play(policy=without(default_policy(), "li_na", "emma_clarke"), lookalikes=(TWIN,))
    play.carry_on()
    assert play.the_task(TaskKind.SCREENING).assignee in {"tang_rui", "robert_ellis"}


@pytest.mark.parametrize(
    ("decision", "others", "code"),
    [
        ("duplicate", {}, "original_needed"),
        ("duplicate", {"original": "  ", "referred_to": "Kettles Ltd"}, "original_needed"),
        ("refer", {"original": TWIN.case_no}, "referred_to_needed"),
    ],
)
def test_who_is_not_answered_here_is_told_where(decision: str, others: dict[str, str], code: str) -> None:
    play = Play(lookalikes=(TWIN,))
    play.carry_on()
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(play.the_task(TaskKind.SCREENING), decision=decision, **others)
    assert wrong.value.problems == {"form": code}
