"""Handing over, declining, leaving: work always has an owner who may do it, and both are told."""

from __future__ import annotations

from datetime import date

import pytest

from complaints import acts, handover
from complaints.assignment_events import CandidatesWeighed, HandlerChanged, HandlerDeclined, TaskReassigned
from complaints.briefing import Verdict
from complaints.composing import compose
from complaints.correspondence import Given, TaskAsked
from complaints.drafting import Addresses
from complaints.errors import ActNotOpen, AnswerWrong
from complaints.letters import LetterKind
from complaints.reassigning import Cause
from complaints.submission import Submission
from complaints.words import ActKind, Language, Role, TaskKind
from tests.play import Play, changed, default_policy, replaced, told, without

LEFT = date(2026, 11, 23)


def at(kind: TaskKind, play: Play | None = None) -> Play:
    play = play or Play()
    play.bring_to(kind)
    return play


def do(play: Play, act: ActKind, kind: TaskKind, **fields: str) -> Verdict:
    task = play.the_task(kind)
    post = Submission(task_id=task.id, by=task.assignee, fields=fields, stationery=play.stationery())
    verdict = acts.act(play.briefing, act, post)
    play._write(verdict, by=post.by)  # noqa: SLF001  an act is no answer
    play.carry_on()
    return verdict


# --- hand over ------------------------------------------------------------------


def test_handed_over_work_keeps_its_deadline_and_both_are_told() -> None:
    play = at(TaskKind.FINDINGS)
    before = play.the_task(TaskKind.FINDINGS)
    verdict = do(play, ActKind.HAND_OVER, TaskKind.FINDINGS, to="zhao_lei", reason="I am on the road.")
    after = play.the_task(TaskKind.FINDINGS)
    assert (after.id, after.assignee, after.due_at, after.former) == (
        before.id,
        "zhao_lei",
        before.due_at,
        ("peter_novak",),
    )
    assert [(order.kind, order.to) for order in verdict.letters] == [
        (LetterKind.TASK_ASKED, "zhao_lei"),
        (LetterKind.TASK_MOVED, "peter_novak"),
    ]
    (fact,) = play.facts(TaskReassigned)
    assert (fact.previous, fact.assignee, fact.reason_code, fact.by) == (
        "peter_novak",
        "zhao_lei",
        "handed_over",
        "peter_novak",
    )
    assert play.papers[fact.reason.id] == {"reason": "I am on the road."}


def test_whoever_investigates_answers_for_the_case_but_a_remedy_may_be_anybodys() -> None:
    play = at(TaskKind.FINDINGS)
    do(play, ActKind.HAND_OVER, TaskKind.FINDINGS, to="zhao_lei", reason="So.")
    assert play.case.assignment is not None
    assert play.case.assignment.handler == "zhao_lei"
    play.bring_to(TaskKind.REMEDY)
    do(play, ActKind.HAND_OVER, TaskKind.REMEDY, to="wu_xia", reason="Finance pays.")
    assert play.the_task(TaskKind.REMEDY).assignee == "wu_xia"
    assert play.case.assignment.handler == "zhao_lei"
    assert len(play.facts(HandlerChanged)) == 1


def test_work_that_comes_back_is_told_again() -> None:
    play = at(TaskKind.FINDINGS)
    for to in ("zhao_lei", "peter_novak", "zhao_lei"):
        do(play, ActKind.HAND_OVER, TaskKind.FINDINGS, to=to, reason="So.")
    keys = [order.key for order in play.letters]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("kind", "to", "problem"),
    [
        (TaskKind.FINDINGS, "peter_novak", "has_it_already"),
        (TaskKind.FINDINGS, "nobody", "not_on_staff"),
        (TaskKind.FINDINGS, "deng_xin", "role"),
        (TaskKind.FINDINGS, "he_ying", "not_on_staff"),
        (TaskKind.FINDINGS, "hu_bo", "absent"),
        (TaskKind.FINDINGS, "sarah_hughes", "recused"),
        (TaskKind.OPINION, "zhang_wei", "role"),
        (TaskKind.APPROVAL, "peter_novak", "four_eyes"),
        (TaskKind.APPROVAL, "wu_xia", "no_authority"),
    ],
)
def test_work_goes_to_nobody_who_may_not_do_it(kind: TaskKind, to: str, problem: str) -> None:
    policy = replaced(without(default_policy(), "hu_bo"), "he_ying", left=LEFT)
    play = at(kind, Play(policy=policy, record=told(detail=f"{told().detail} I spoke to Sarah Hughes.")))
    task = play.case.tasks_of(kind)[0]
    post = Submission(
        task_id=task.id, by=task.assignee, fields={"to": to, "reason": "So."}, stationery=play.stationery()
    )
    with pytest.raises(AnswerWrong) as wrong:
        acts.act(play.briefing, ActKind.HAND_OVER, post)
    assert wrong.value.problems == {"to": problem}


def test_an_approval_may_go_to_another_with_the_authority() -> None:
    play = at(TaskKind.APPROVAL)
    do(play, ActKind.HAND_OVER, TaskKind.APPROVAL, to="zhou_qiang", reason="So.")
    play.submit(play.the_task(TaskKind.APPROVAL))
    assert play.case.approvals[-1].by == "zhou_qiang"


# --- decline --------------------------------------------------------------------


def test_a_handler_with_a_conflict_declines_and_the_next_best_has_the_work_at_once() -> None:
    play = at(TaskKind.FINDINGS, Play(policy=replaced(default_policy(), "zhao_lei", languages=tuple(Language))))
    do(play, ActKind.DECLINE, TaskKind.FINDINGS, reason_code="conflict_of_interest", reason="My cousin.")
    assert play.the_task(TaskKind.FINDINGS).assignee == "zhao_lei"
    assert play.case.conflicts == ("peter_novak",)
    assert play.case.assignment is not None
    rows = {one.staff_id: one.ruled_out for one in play.case.assignment.candidates}
    assert rows == {"zhao_lei": None, "peter_novak": "conflict_of_interest"}
    (fact,) = play.facts(HandlerDeclined)
    assert fact.reason_code == "conflict_of_interest"
    assert play.papers[fact.reason.id] == {"reason": "My cousin."}
    with pytest.raises(AnswerWrong, match="recused"):
        do(play, ActKind.HAND_OVER, TaskKind.FINDINGS, to="peter_novak", reason="So.")


def test_where_nobody_is_left_a_dispatcher_decides_and_the_lead_keeps_the_work_meanwhile() -> None:
    play = at(TaskKind.FINDINGS, Play(policy=replaced(default_policy(), "zhao_lei", languages=(Language.ZH_CN,))))
    do(play, ActKind.DECLINE, TaskKind.FINDINGS, reason_code="no_capacity")
    assert play.the_task(TaskKind.FINDINGS).assignee == "huang_min"
    (weighed,) = play.facts(CandidatesWeighed)
    assert {one.staff_id: one.reasons for one in weighed.candidates} == {
        "peter_novak": ("declined",),
        "zhao_lei": ("language",),
    }
    play.submit(play.the_task(TaskKind.DISPATCH), handler="james_carter")
    assert play.the_task(TaskKind.FINDINGS).assignee == "james_carter"
    assert play.case.assignment is not None
    assert play.case.assignment.handler == "james_carter"


def test_what_comes_after_the_investigation_is_handed_over_not_declined() -> None:
    play = at(TaskKind.LETTER)
    assert acts.acts_open(play.briefing, play.the_task(TaskKind.LETTER))[0] is ActKind.HAND_OVER
    with pytest.raises(ActNotOpen):
        do(play, ActKind.DECLINE, TaskKind.LETTER, reason_code="no_capacity")


def test_another_reason_is_told_in_words() -> None:
    play = at(TaskKind.FINDINGS)
    with pytest.raises(AnswerWrong, match="reason_needed"):
        do(play, ActKind.DECLINE, TaskKind.FINDINGS, reason_code="other")


# --- acceptance -----------------------------------------------------------------


ASKED = changed(default_policy(), "assignment.acceptance.levels", ("2",))
BOTH = replaced(ASKED, "zhao_lei", languages=tuple(Language))


def test_the_chosen_handler_accepts_before_the_investigation_begins() -> None:
    play = Play(policy=ASKED)
    task = play.bring_to(TaskKind.ACCEPTANCE)
    assert (task.assignee, task.stage.value) == ("peter_novak", "assignment")
    play.submit(task)
    assert play.the_task(TaskKind.FINDINGS).assignee == "peter_novak"
    assert [one.kind for one in play.case.tasks.values()].count(TaskKind.ACCEPTANCE) == 1


def test_other_levels_are_not_asked() -> None:
    play = Play(policy=changed(default_policy(), "assignment.acceptance.levels", ("4", "5")))
    play.bring_to(TaskKind.FINDINGS)
    assert not [one for one in play.case.tasks.values() if one.kind is TaskKind.ACCEPTANCE]


def test_a_decline_assigns_anew_without_her_and_the_next_is_asked_too() -> None:
    play = Play(policy=BOTH)
    play.submit(play.bring_to(TaskKind.ACCEPTANCE), decision="decline", reason_code="not_my_field")
    task = play.the_task(TaskKind.ACCEPTANCE)
    assert (task.id, task.assignee) == ("acceptance-2", "zhao_lei")
    play.submit(task)
    assert play.the_task(TaskKind.FINDINGS).assignee == "zhao_lei"


def test_after_the_most_declines_the_dispatcher_decides_and_nobody_is_asked_again() -> None:
    policy = replaced(BOTH, "hu_bo", department="after_sales")
    play = Play(policy=policy)
    play.bring_to(TaskKind.ACCEPTANCE)
    for _ in range(2):
        play.submit(play.the_task(TaskKind.ACCEPTANCE), decision="decline", reason_code="no_capacity")
    task = play.the_task(TaskKind.DISPATCH)
    assert task.asks == {"reason": "declined", "department": "after_sales"}
    play.submit(task, handler="hu_bo")
    assert play.the_task(TaskKind.FINDINGS).assignee == "hu_bo"


def test_declining_needs_a_reason() -> None:
    play = Play(policy=ASKED)
    task = play.bring_to(TaskKind.ACCEPTANCE)
    for fields, problem in (({}, "reason_code_needed"), ({"reason_code": "other"}, "reason_needed")):
        with pytest.raises(AnswerWrong, match=problem):
            play.submit(task, decision="decline", **fields)


def test_whoever_an_unanswered_acceptance_moved_to_is_the_handler_when_she_accepts() -> None:
    play = Play(policy=ASKED)
    play.bring_to(TaskKind.ACCEPTANCE)
    play.climb(2)
    play.submit(play.the_task(TaskKind.ACCEPTANCE))
    assert play.the_task(TaskKind.FINDINGS).assignee == "zhou_qiang"


# --- leaving --------------------------------------------------------------------


@pytest.mark.parametrize("kind", [TaskKind.FINDINGS, TaskKind.APPROVAL, TaskKind.LETTER, TaskKind.REMEDY])
def test_everything_that_a_leaver_has_open_goes_to_somebody_who_may_do_it(kind: TaskKind) -> None:
    play = at(kind)
    leaver = play.the_task(kind).assignee
    play.policy = replaced(play.policy, leaver, left=LEFT)
    verdict = handover.everything(play.briefing, leaver, cause=Cause("left", by="operator"))
    play._write(verdict, by="operator")  # noqa: SLF001  no answer
    assert not [task for task in play.case.open_tasks if task.assignee == leaver]
    assert play.case.assignment is not None
    assert play.case.assignment.handler != leaver
    assert [order.kind for order in verdict.letters] == [LetterKind.TASK_ASKED]
    assert play.the_task(kind).assignee != (play.case.findings.proposed_by if kind is TaskKind.APPROVAL else leaver)  # type: ignore[union-attr]


def test_a_named_heir_gets_what_she_may_do_and_the_rules_find_somebody_for_the_rest() -> None:
    play = at(TaskKind.APPROVAL)
    play.policy = replaced(replaced(play.policy, "huang_min", left=LEFT), "hu_bo", roles=(Role.HANDLER,))
    verdict = handover.everything(play.briefing, "huang_min", cause=Cause("left", by="operator"), to="hu_bo")
    play._write(verdict, by="operator")  # noqa: SLF001  no answer
    assert play.the_task(TaskKind.APPROVAL).assignee == "zhou_qiang"


def test_a_leaver_who_only_answers_for_the_case_is_replaced_too() -> None:
    play = at(TaskKind.APPROVAL)
    play.policy = replaced(play.policy, "peter_novak", left=LEFT)
    verdict = handover.everything(play.briefing, "peter_novak", cause=Cause("left", by="operator"), to="zhao_lei")
    assert [fact.type for fact in verdict.facts] == ["handler.changed"]


def test_whoever_the_complaint_names_does_not_choose_who_looks_into_it() -> None:
    play = at(TaskKind.FINDINGS, Play(record=told(detail="The kettle leaks, and Huang Min was rude to me about it.")))
    task = play.the_task(TaskKind.FINDINGS)
    assert handover.barred_from_moving(play.briefing, task, "huang_min")
    assert not handover.barred_from_moving(play.briefing, task, "zhou_qiang")


def test_whoever_proposed_does_not_choose_who_approves() -> None:
    play = at(TaskKind.APPROVAL)
    task = play.the_task(TaskKind.APPROVAL)
    assert handover.barred_from_moving(play.briefing, task, task.asks["proposed_by"])
    assert not handover.barred_from_moving(play.briefing, task, "tang_rui")


def test_an_heir_who_may_not_answer_for_a_case_does_not_inherit_it() -> None:
    play = at(TaskKind.OPINION)
    assert play.case.assignment is not None
    leaver = play.case.assignment.handler
    for heir, expected in (("deng_xin", False), ("zhao_lei", True)):
        verdict = handover.everything(play.briefing, leaver, cause=Cause("left", by="eva"), to=heir)
        (changed_hands,) = (fact for fact in verdict.facts if isinstance(fact, HandlerChanged))
        assert (changed_hands.handler == heir) == expected


def test_the_words_that_go_with_work_reach_whoever_gets_it() -> None:
    play = at(TaskKind.FINDINGS)
    do(play, ActKind.HAND_OVER, TaskKind.FINDINGS, to="zhao_lei", reason="Ring her after six.")
    order = play.letters_of(LetterKind.TASK_ASKED)[-1]
    letter = compose(play.briefing, order, addresses=Addresses(task="", track="", view=""))
    assert isinstance(letter, TaskAsked)
    assert letter.given == Given(by="Peter Novak", words="Ring her after six.")
