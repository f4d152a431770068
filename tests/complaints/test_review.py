"""Review: every department is heard, authority goes by amount and complexity, and four eyes see every proposal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.answer_events import ReviewObjected
from complaints.authority import LADDER, may_grant, rank
from complaints.errors import AnswerWrong
from complaints.policy import Policy
from complaints.policy_answers import ChainRule
from complaints.words import Complexity, RemedyKind, Role, Stage, TaskKind
from complaints.work_events import ApprovalGiven, OpinionGiven, Remedy
from tests.play import Play, changed, default_policy, replaced, without


def in_review(policy: Policy | None = None, **findings: Any) -> Play:  # noqa: ANN401  any field of the form
    """A case whose findings are in and whose departments are asked."""
    play = Play(policy=policy or default_policy())
    play.submit(play.bring_to(TaskKind.FINDINGS), **findings)
    return play


def approver(policy: Policy | None = None, **findings: Any) -> tuple[str, str]:  # noqa: ANN401  as above
    task = in_review(policy, **findings).bring_to(TaskKind.APPROVAL)
    return task.assignee, task.asks["role"]


def with_quorum(quorum: int) -> Policy:
    policy: Policy = changed(default_policy(), "review.quorum", quorum)
    return policy


# --- hearing ------------------------------------------------------------------


def test_every_supporting_department_is_asked_at_the_same_time() -> None:
    tasks = in_review().case.open_tasks
    assert [(task.kind, task.department, task.assignee) for task in tasks] == [
        (TaskKind.OPINION, "marketing", "olivia_grant"),
        (TaskKind.OPINION, "rnd", "guo_feng"),
    ]


def test_with_all_to_be_heard_the_approval_waits_for_the_last() -> None:
    play = in_review()
    first, second = play.case.open_tasks
    play.submit(second)
    assert [task.kind for task in play.case.open_tasks] == [TaskKind.OPINION]
    play.submit(first, verdict="object", reason="Marketing promised otherwise.")
    assert play.exits[-1] == ("review", "sent_back", "objected")
    verdicts = {fact.department: fact.verdict.value for fact in play.facts(OpinionGiven)}
    assert verdicts == {"rnd": "agree", "marketing": "object"}


def test_a_quorum_lets_the_late_ones_go() -> None:
    play = in_review(with_quorum(1))
    late, quick = play.case.open_tasks
    play.submit(quick)
    assert [task.kind for task in play.case.open_tasks] == [TaskKind.APPROVAL]
    assert (play.case.tasks[late.id].status, play.case.tasks[late.id].closed_reason) == ("revoked", "quorum_reached")


def test_a_quorum_larger_than_the_departments_asks_no_more_than_there_are() -> None:
    play = in_review(with_quorum(9))
    for task in play.case.open_tasks:
        play.submit(task)
    assert play.the_task(TaskKind.APPROVAL).is_open


def test_without_supporting_departments_approval_is_asked_at_once() -> None:
    row = default_policy().assignment.matrix["product.quality"].model_copy(update={"supporting": ()})
    play = in_review(changed(default_policy(), "assignment.matrix", {"product.quality": row}))
    assert [task.kind for task in play.case.open_tasks] == [TaskKind.APPROVAL]


def test_a_department_without_anybody_present_is_spoken_for_by_a_manager_not_by_strangers() -> None:
    play = in_review(without(default_policy(), "guo_feng"))
    spokesman = next(task for task in play.case.open_tasks if task.department == "rnd").assignee
    assert spokesman in {"tang_rui", "robert_ellis"}


@pytest.mark.parametrize(
    ("verdict", "problem"), [("object", {"form": "reason_needed"}), ("maybe", {"verdict": "enum"})]
)
def test_an_objection_needs_its_reason(verdict: str, problem: dict[str, str]) -> None:
    play = in_review()
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(play.case.open_tasks[0], verdict=verdict)
    assert wrong.value.problems == problem


# --- authority ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "remedy", "judge"),
    [
        (0, "apology", ("huang_min", "team_lead")),
        (1000, "refund", ("huang_min", "team_lead")),
        (1000.01, "refund", ("zhou_qiang", "department_head")),
        (5000, "refund", ("zhou_qiang", "department_head")),
        (0, "improvement", ("zhou_qiang", "department_head")),
        (5000.01, "refund", ("robert_ellis", "complaints_manager")),
        (0, "other", ("robert_ellis", "complaints_manager")),
        (20000, "refund", ("robert_ellis", "complaints_manager")),
        (20000.01, "refund", ("liang_chao", "executive")),
        (1_000_000_000, "refund", ("liang_chao", "executive")),
    ],
)
def test_the_lowest_role_with_authority_judges(amount: float, remedy: str, judge: tuple[str, str]) -> None:
    assert approver(amount=amount, remedy=remedy) == judge


@pytest.mark.parametrize("role", [Role.TEAM_LEAD, Role.DEPARTMENT_HEAD, Role.COMPLAINTS_MANAGER])
@pytest.mark.parametrize("complexity", Complexity)
def test_the_limit_is_divided_by_the_complexity(role: Role, complexity: Complexity) -> None:
    policy = default_policy()
    limit = policy.review.authority[role].money
    assert limit is not None
    at_limit, above = (Remedy(kind=RemedyKind.REFUND, amount=limit / complexity + more) for more in (0, 0.01))
    assert may_grant(role, [at_limit], complexity=complexity, policy=policy)
    assert not may_grant(role, [above], complexity=complexity, policy=policy)


def test_several_remedies_count_together() -> None:
    halves = [Remedy(kind=RemedyKind.REFUND, amount=600), Remedy(kind=RemedyKind.GOODWILL, amount=600)]
    assert not may_grant(Role.TEAM_LEAD, halves, complexity=Complexity.LOW, policy=default_policy())
    assert may_grant(Role.DEPARTMENT_HEAD, halves, complexity=Complexity.LOW, policy=default_policy())


@pytest.mark.parametrize("role", [Role.INTAKE_CLERK, Role.AUDITOR])
def test_a_role_without_authority_grants_nothing(role: Role) -> None:
    assert not may_grant(role, [], complexity=Complexity.LOW, policy=default_policy())


@given(
    remedies=st.lists(st.builds(Remedy, kind=st.sampled_from(RemedyKind), amount=st.floats(0, 10**9)), max_size=3),
    complexity=st.sampled_from(Complexity),
)
def test_what_a_role_may_grant_the_next_may_too_and_the_top_may_all(
    remedies: list[Remedy], complexity: Complexity
) -> None:
    granted = [may_grant(role, remedies, complexity=complexity, policy=default_policy()) for role in LADDER]
    assert granted == sorted(granted)
    assert granted[-1]


def test_a_complex_case_needs_a_higher_approver() -> None:
    policy = default_policy()
    signal = policy.grading.signals[-1].model_copy(
        update={
            "factor": "complexity",
            "score": 3,
            "keywords": policy.flags["legal"].keywords.model_copy(update={"en": ("kettle",)}),
        }
    )
    policy = changed(policy, "grading.signals", (*policy.grading.signals, signal))
    assert approver(policy, amount=333) == ("huang_min", "team_lead")
    assert approver(policy, amount=334) == ("zhou_qiang", "department_head")


def test_the_amount_to_approve_is_written_out_in_full() -> None:
    task = in_review(amount=1234567.89).bring_to(TaskKind.APPROVAL)
    assert task.asks["amount"] == "1234567.89"


# --- four eyes ----------------------------------------------------------------


def test_nobody_approves_her_own_proposal_and_the_next_above_does_instead() -> None:
    policy = replaced(default_policy(), "peter_novak", roles=(Role.HANDLER, Role.TEAM_LEAD))
    assert approver(without(policy, "huang_min"), amount=10) == ("zhou_qiang", "department_head")


def test_a_proposal_of_the_top_is_judged_by_somebody_else_at_the_top() -> None:
    policy = without(replaced(default_policy(), "peter_novak", roles=(Role.HANDLER, Role.EXECUTIVE)), "liang_chao")
    assert approver(policy, amount=10**6) == ("victoria_shaw", "executive")
    assert approver(without(policy, "victoria_shaw"), amount=10**6)[0] in {"tang_rui", "robert_ellis"}


def test_findings_that_moved_up_are_not_approved_by_whoever_took_them_over() -> None:
    play = Play()
    play.bring_to(TaskKind.FINDINGS)
    while play.the_task(TaskKind.FINDINGS).assignee == "peter_novak":
        play.lapse()
    task = play.the_task(TaskKind.FINDINGS)
    assert task.assignee == "zhou_qiang"
    play.submit(task, amount=3000)
    approval = play.bring_to(TaskKind.APPROVAL)
    assert (approval.assignee, approval.asks["role"]) == ("robert_ellis", "complaints_manager")


def test_the_person_complained_about_approves_nothing() -> None:
    policy = replaced(default_policy(), "huang_min", name="Kettle K2")  # as Ann's complaint says
    assert approver(policy, amount=10) == ("zhou_qiang", "department_head")


# --- the word -----------------------------------------------------------------


def test_an_approval_moves_the_case_on() -> None:
    play = in_review()
    play.submit(play.bring_to(TaskKind.APPROVAL))
    (fact,) = play.facts(ApprovalGiven)
    assert (fact.approved, fact.by, fact.role) == (True, "huang_min", Role.TEAM_LEAD)
    assert play.case.stage is Stage.RESPONSE


def test_sending_back_returns_the_case_with_reasons_and_all_are_heard_again() -> None:
    play = in_review()
    play.submit(play.bring_to(TaskKind.APPROVAL), decision="send_back", reason="The serial number is missing.")
    assert play.exits[-1] == ("review", "sent_back", "sent_back_by_authority")
    assert play.case.round == 1
    play.submit(play.the_task(TaskKind.FINDINGS))
    assert [task.id for task in play.case.open_tasks] == ["opinion-3", "opinion-4"]
    play.submit(play.bring_to(TaskKind.APPROVAL))
    assert play.case.stage is Stage.RESPONSE


def test_sending_back_without_reasons_is_refused() -> None:
    play = in_review()
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(play.bring_to(TaskKind.APPROVAL), decision="send_back")
    assert wrong.value.problems == {"form": "reason_needed"}


def test_the_ladder_ranks_its_roles_above_all_others() -> None:
    assert [rank(role) for role in LADDER] == [1, 2, 3, 4, 5]
    assert {rank(role) for role in Role if role not in LADDER} == {0}


# --- objections and chains -------------------------------------------------------


def under(**rules: Any) -> Policy:  # noqa: ANN401  any rule of review
    policy = default_policy()
    return policy.model_copy(update={"review": policy.review.model_copy(update=rules)})


@pytest.mark.parametrize(("most", "sent_back"), [(0, 0), (1, 1), (2, 2)])
def test_objections_go_back_as_often_as_the_policy_says(most: int, sent_back: int) -> None:
    play = in_review(under(most_rounds=most))
    while not [task for task in play.case.open_tasks if task.kind is TaskKind.APPROVAL]:
        for task in play.case.open_tasks:
            play.submit(task, **({"verdict": "object", "reason": "No."} if task.kind is TaskKind.OPINION else {}))
    assert [exit_ for exit_ in play.exits if exit_[2] == "objected"] == [
        ("review", "sent_back", "objected")
    ] * sent_back
    assert [(fact.departments, fact.nth) for fact in play.facts(ReviewObjected)] == [
        (("marketing", "rnd"), nth) for nth in range(1, sent_back + 1)
    ]


def test_a_new_round_counts_its_objections_anew() -> None:
    play = in_review()
    for _ in range(2):
        play.submit(play.the_task(TaskKind.FINDINGS)) if play.case.stage is Stage.INVESTIGATION else None
        for task in play.case.open_tasks:
            play.submit(task, verdict="object", reason="No.")
    play.submit(play.bring_to(TaskKind.DECISION), decision="reject")
    assert (play.case.round, play.case.objection_rounds) == (2, 0)


def test_an_objection_that_came_after_the_quorum_is_no_objection_any_more() -> None:
    play = in_review(with_quorum(1))
    late, quick = play.case.open_tasks
    play.submit(quick)
    assert not play.case.tasks[late.id].is_open
    assert [task.kind for task in play.case.open_tasks] == [TaskKind.APPROVAL]


RULE = ChainRule(levels=("2",), above=5000, roles=(Role.DEPARTMENT_HEAD, Role.COMPLAINTS_MANAGER))


@pytest.mark.parametrize(
    ("rule", "amount", "roles"),
    [
        (RULE, 5000, ["department_head"]),
        (RULE, 5000.01, ["department_head", "complaints_manager"]),
        (RULE.model_copy(update={"levels": ("5",)}), 6000, ["complaints_manager"]),
        (RULE.model_copy(update={"levels": ()}), 6000, ["department_head", "complaints_manager"]),
        (RULE.model_copy(update={"above": None}), 1, ["department_head", "complaints_manager"]),
        (RULE, 20000.01, ["department_head", "complaints_manager", "executive"]),
    ],
)
def test_the_chain_that_fits_is_gone_through_and_sufficient_authority_stands_in_it(
    rule: ChainRule, amount: float, roles: list[str]
) -> None:
    play = in_review(under(chain=(rule,)), amount=amount)
    play.bring_to(TaskKind.LETTER)
    given = play.facts(ApprovalGiven)
    assert [fact.role.value for fact in given] == roles
    assert len({fact.by for fact in given}) == len(roles)
    assert "peter_novak" not in {fact.by for fact in given}


@pytest.mark.parametrize(
    ("again", "problem"),
    [("peter_novak", {"form": "four_eyes"}), ("zhou_qiang", {"decision": "approved_before"})],
)
def test_neither_the_proposer_nor_an_earlier_approver_approves_even_if_the_task_reached_her(
    again: str, problem: dict[str, str]
) -> None:
    play = in_review(under(chain=(RULE,)), amount=6000)
    play.submit(play.bring_to(TaskKind.APPROVAL))
    with pytest.raises(AnswerWrong) as wrong:
        play.submit(play.the_task(TaskKind.APPROVAL), by=again)
    assert wrong.value.problems == problem
