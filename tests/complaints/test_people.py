"""People: who is asked and told. Nobody judges her own work, nor has a part in a complaint about herself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.authority import may_grant
from complaints.briefing import Load
from complaints.escalation import next_alarm
from complaints.letters import LetterKind
from complaints.policy import Policy
from complaints.words import Complexity, Role, TaskKind
from complaints.work_events import TaskEscalated, TaskReminded
from tests.builders import MONDAY_MORNING
from tests.play import Play, default_policy, replaced, told, without

LADDER = ("huang_min", "zhou_qiang", "tang_rui", "liang_chao")
"""Who stands above Peter Novak of after-sales: team lead, department head, complaints manager, executive."""


def waiting(kind: TaskKind = TaskKind.FINDINGS, policy: Policy | None = None) -> Play:
    """A case that waits for a task of this kind."""
    play = Play(policy=policy or default_policy())
    play.bring_to(kind)
    return play


def path(play: Play) -> list[Role]:
    return [step.role for step in play.policy.escalation.path]


# --- who takes a step -------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "told_first"),
    [
        (without(default_policy(), "huang_min"), "zhou_qiang"),
        (without(default_policy(), "huang_min", "zhou_qiang"), "tang_rui"),
        (replaced(default_policy(), "huang_min", name="Kettle"), "zhou_qiang"),
        (without(default_policy(), "huang_min", "zhou_qiang", "tang_rui", "robert_ellis"), "liang_chao"),
    ],
    ids=["absent", "two absent", "complained about", "only the top is there"],
)
def test_a_step_nobody_can_take_is_passed_over_not_taken_by_another_department(policy: Policy, told_first: str) -> None:
    play = waiting(policy=policy)
    play.climb()
    fact = play.facts(TaskEscalated)[0]
    assert fact.told == told_first or {fact.told, told_first} == {"tang_rui", "robert_ellis"}
    assert fact.level == path(play).index(fact.role) + 1


def test_one_person_in_two_roles_is_told_once() -> None:
    play = waiting(TaskKind.OPINION)
    play.submit(play.case.open_tasks[0])
    spokesman = play.the_task(TaskKind.OPINION)
    assert (spokesman.assignee, spokesman.department) == ("guo_feng", "rnd")
    play.climb()
    fact = play.facts(TaskEscalated)[0]
    assert (fact.level, fact.role) == (3, Role.COMPLAINTS_MANAGER)


def test_work_never_goes_down_or_sideways() -> None:
    play = Play()
    play.submit(play.bring_to(TaskKind.FINDINGS), amount=15_000)
    approval = play.bring_to(TaskKind.APPROVAL)
    assert approval.asks["role"] == "complaints_manager"
    play.wait(days=30)
    assert [(fact.role, fact.moved) for fact in play.facts(TaskEscalated)] == [(Role.EXECUTIVE, False)]
    assert play.the_task(TaskKind.APPROVAL).assignee == approval.assignee


def test_work_of_the_top_has_nobody_above_but_is_not_forgotten() -> None:
    play = Play()
    play.submit(play.bring_to(TaskKind.FINDINGS), amount=150_000)
    top = play.bring_to(TaskKind.APPROVAL)
    play.wait(days=30)
    assert play.facts(TaskEscalated) == []
    assert [order.to for order in play.letters_of(LetterKind.TASK_REMINDER)] == [top.assignee]
    assert next_alarm(play.case) == play.at + timedelta(days=1)


@settings(max_examples=15)
@given(
    amount=st.sampled_from([0, 500, 3_000, 15_000, 150_000]),
    overdue=st.integers(0, 4),
    absent=st.sets(st.sampled_from(LADDER), max_size=3),
)
def test_an_approval_rests_with_somebody_of_enough_authority_who_did_not_propose(
    amount: float, overdue: int, absent: set[str]
) -> None:
    play = waiting(policy=without(default_policy(), *absent))
    while len(play.facts(TaskEscalated)) < overdue and not play.facts(TaskReminded):
        play.lapse()
    play.submit(play.the_task(TaskKind.FINDINGS), amount=amount)
    play.bring_to(TaskKind.APPROVAL)
    findings = play.case.findings
    assert findings is not None
    for _ in range(20):
        task = play.the_task(TaskKind.APPROVAL)
        roles = play.policy.staff[task.assignee].roles
        grants = [may_grant(role, findings.remedies, complexity=Complexity.LOW, policy=play.policy) for role in roles]
        assert any(grants)
        assert findings.proposed_by not in {task.assignee, *task.told}
        play.lapse()


@settings(max_examples=15)
@given(named=st.sets(st.sampled_from([*LADDER, "peter_novak", "guo_feng", "robert_ellis"]), min_size=1, max_size=4))
def test_whoever_is_complained_about_is_never_asked_or_told(named: set[str]) -> None:
    names = ", ".join(default_policy().staff[staff_id].name for staff_id in sorted(named))
    play = Play(record=told(expected_remedy=f"Dismiss {names}."))
    for _ in range(3):
        for _ in range(12):
            play.lapse()
        if play.case.open_tasks:
            play.submit(play.case.open_tasks[0])
    asked = {order.to for order in play.letters}
    assert len(asked) > 3
    assert not asked & named


# --- when nobody is left ------------------------------------------------------------


def test_work_keeps_an_owner_though_everybody_is_away() -> None:
    play = Play(policy=without(default_policy(), *default_policy().staff))
    play.carry_on()
    task = play.the_task(TaskKind.DISPATCH)
    assert Role.EXECUTIVE in play.policy.staff[task.assignee].roles
    play.wait(days=20)
    assert play.letters_of(LetterKind.TASK_REMINDER)
    assert next_alarm(play.case) is not None


def test_the_idlest_is_asked_and_between_equals_the_longest_idle() -> None:
    clerks = ("emma_clarke", "li_na")
    for asked, other in (clerks, clerks[::-1]):
        busy = Play(record=told(detail="It is odd."), loads={other: Load(open_tasks=1)})
        busy.carry_on()
        assert busy.the_task(TaskKind.CLASSIFICATION).assignee == asked
        recent = Play(record=told(detail="It is odd."), loads={other: Load(last_asked_at=MONDAY_MORNING)})
        recent.carry_on()
        assert recent.the_task(TaskKind.CLASSIFICATION).assignee == asked
