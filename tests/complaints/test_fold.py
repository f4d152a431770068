"""The fold: what is known of a case follows from its entries alone, in one go or one by one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.fact import REGISTRY
from complaints.fold import fold
from complaints.folding import change
from complaints.words import CUSTOMER, Exit, Stage, TaskKind
from tests.play import Play

if TYPE_CHECKING:
    from complaints.case import Case
    from complaints.chain import Entry


@cache
def eventful() -> tuple[Entry, ...]:
    """A case with a second visit, a second round, escalations and a phone call that reached nobody."""
    play = Play()
    play.bring_to(TaskKind.FINDINGS)
    for _ in range(6):
        play.lapse()
    play.submit(play.bring_to(TaskKind.APPROVAL), decision="send_back", reason="Ask the supplier.")
    play.submit(play.bring_to(TaskKind.DECISION), decision="counter", text="Refund it all.")
    play.bring_to(TaskKind.SURVEY)
    while not play.case.tasks_of(TaskKind.PHONE_CALLBACK):
        play.lapse()
    play.submit(play.the_task(TaskKind.PHONE_CALLBACK), reached="no")
    play.to_the_end()
    return tuple(play.entries)


def until(kind: str, nth: int = 1) -> Case:
    """The case right after the nth entry of a kind."""
    places = [place for place, entry in enumerate(eventful()) if entry.fact.type == kind]
    return fold(eventful()[: places[nth - 1] + 1])


@given(place=st.integers(1, len(eventful()) - 1))
def test_going_on_from_any_known_point_comes_to_the_same_case(place: int) -> None:
    assert fold(eventful()[place:], fold(eventful()[:place])) == fold(eventful())


def test_nothing_folds_to_nothing() -> None:
    with pytest.raises(ValueError, match="at least one entry"):
        fold(())


def test_every_entry_moves_the_head_even_if_nothing_else_changes() -> None:
    known = fold(eventful()[:-1])
    last = eventful()[-1]
    after = fold([last], known)
    assert (after.seq, after.head, after.last_at) == (last.seq, last.hash, last.at)
    assert (known.seq, known.head) == (last.seq - 1, last.previous)


def test_only_facts_that_restate_others_change_nothing_of_their_own() -> None:
    silent = {kind for kind, known in REGISTRY.items() if change.dispatch(known) is change.dispatch(object)}
    restating = {"classification.confirmed", "handler.dispatched", "extension.asked", "extension.decided"}
    assert silent == {*restating, "progress.told"}


def test_a_received_complaint_stands_in_intake_for_the_first_time() -> None:
    case = until("complaint.received")
    assert (case.stage, case.round, case.visits) == (Stage.INTAKE, 1, {Stage.INTAKE: 1})
    assert case.record in case.papers
    assert case.entered_stage_at == eventful()[0].at


def test_an_asked_task_is_open_with_its_stage_round_and_visit() -> None:
    (task,) = until("task.asked").open_tasks
    assert (task.kind, task.stage, task.round, task.visit) == (TaskKind.FINDINGS, Stage.INVESTIGATION, 1, 1)
    assert (task.assignee, task.status, task.level) == ("peter_novak", "open", 0)


def test_an_answer_closes_its_task_and_says_who_and_when() -> None:
    case = until("findings.submitted")
    task = case.tasks["findings-1"]
    entry = next(entry for entry in eventful() if entry.fact.type == "findings.submitted")
    assert (task.status, task.closed_by, task.closed_at) == ("answered", entry.actor, entry.at)
    assert not case.open_tasks


def test_an_escalation_that_moves_the_work_remembers_whose_it_was() -> None:
    told, moved = until("task.escalated"), until("task.escalated", 2)
    assert (told.tasks["findings-1"].assignee, told.tasks["findings-1"].former) == ("peter_novak", ())
    assert (moved.tasks["findings-1"].assignee, moved.tasks["findings-1"].former) == ("zhou_qiang", ("peter_novak",))
    assert moved.tasks["findings-1"].told == ("huang_min", "zhou_qiang")


def test_an_escalation_gives_a_new_deadline_of_which_nobody_was_warned_yet() -> None:
    before, after = until("task.warned"), until("task.escalated")
    assert before.tasks["findings-1"].warned
    assert not after.tasks["findings-1"].warned
    assert after.tasks["findings-1"].due_at > before.tasks["findings-1"].due_at
    assert (after.escalation_level, after.was_escalated) == (1, True)


def test_a_level_falls_with_its_task_but_the_case_was_escalated_for_ever() -> None:
    end = fold(eventful())
    assert (end.escalation_level, end.was_escalated) == (0, True)


def test_a_stage_entered_again_counts_its_visits_and_asks_anew() -> None:
    case = until("task.asked", 5)  # findings, two opinions, an approval, and findings again
    assert case.visits[Stage.INVESTIGATION] == 2
    assert [task.id for task in case.tasks_of(TaskKind.FINDINGS)] == ["findings-2"]
    assert [task.id for task in case.tasks_of(TaskKind.FINDINGS, this_visit=False)] == ["findings-1", "findings-2"]


def test_new_findings_take_the_opinions_and_approvals_of_the_old_ones_away() -> None:
    sent_back, again = until("approval.given"), until("findings.submitted", 2)
    assert (len(sent_back.opinions), len(sent_back.approvals)) == (2, 1)
    assert (again.opinions, again.approvals) == ((), ())


def test_a_new_round_begins_with_a_clean_table_and_keeps_what_was_done() -> None:
    place = next(place for place, entry in enumerate(eventful()) if getattr(entry.fact, "exit", "") == Exit.NEW_ROUND)
    before, after = fold(eventful()[:place]), fold(eventful()[: place + 1])
    assert (before.round, after.round) == (1, 2)
    assert before.decision is not None
    clean = (after.findings, after.opinions, after.approvals, after.letter, after.decision, after.callback_answer)
    assert clean == (None, (), (), None, None, None)
    assert after.tasks == before.tasks
    assert after.assignment == before.assignment


def test_a_customer_who_was_reminded_in_vain_leaves_an_expired_task() -> None:
    survey = until("task.expired").tasks["survey-1"]
    assert (survey.status, survey.reminders, survey.assignee) == ("expired", 2, CUSTOMER)


def test_a_revoked_task_says_why() -> None:
    play = Play()
    play.bring_to(TaskKind.FINDINGS)
    case = play.withdraw()
    assert case.tasks["findings-1"].status == "revoked"
    assert case.tasks["findings-1"].closed_reason == "complaint_withdrawn"


def test_an_archived_case_stands_in_no_stage_and_knows_how_it_ended() -> None:
    case = fold(eventful())
    assert (case.stage, case.is_open, case.outcome, case.last_exit) == (None, False, "satisfied", Exit.DONE)
    assert case.keep_until is not None
    assert case.tasks_of(TaskKind.SURVEY) == ()


def test_folding_asks_no_hash_so_a_replay_can_look_at_a_broken_history_too() -> None:
    broken = [replace(entry, hash="") for entry in eventful()]
    assert replace(fold(broken), head="") == replace(fold(eventful()), head="")
