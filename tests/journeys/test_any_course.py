"""Whatever people answer and however long they take: no case is stuck, nobody is asked twice, and it ends."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from complaints.chain import verify
from complaints.errors import CaseClosed, TaskClosed
from complaints.escalation import next_alarm
from complaints.events import Lookalike
from complaints.fold import fold
from complaints.people import recused
from complaints.policy_answers import ChainRule
from complaints.words import CUSTOMER, Channel, CustomerType, Role, Stage, TaskKind
from tests.builders import ANN, WANG_FANG, Customer
from tests.journeys.people import an_answer
from tests.play import Play, changed, default_policy, told, without

if TYPE_CHECKING:
    from collections.abc import Sequence

    from complaints.case import ManualTask

STAFF = sorted(default_policy().staff)
DETAILS = (
    *(ANN.detail, WANG_FANG.detail),
    "It is not what I thought it would be.",
    "The defective kettle caught fire and I was injured. This is an emergency.",
    "I was overcharged: the invoice shows a hidden fee. James Carter and 孙军 laughed at me, a bad attitude.",
)
TWIN = Lookalike(case_no="TC20261101-0001", similarity=0.97, same_customer=True, hours_apart=500)


_AGAIN = ("final", "sent_back", "letter", "step")
"""What tells work that is rightly asked again: a final decision after its refusal, the next step of a chain."""


TWICE = ChainRule(above=1000, roles=(Role.DEPARTMENT_HEAD, Role.COMPLAINTS_MANAGER))


class AnyCourse(RuleBasedStateMachine):
    """A case among people who do as they please."""

    play: Play

    @initialize(
        by=st.sampled_from([ANN, WANG_FANG]),
        detail=st.sampled_from(DETAILS),
        changes=st.fixed_dictionaries(
            {
                "channel": st.sampled_from(Channel),
                "customer_type": st.sampled_from(CustomerType),
                "group_size": st.sampled_from([1, 1, 30]),
            },
            optional={
                "email": st.just(""),
                "name": st.just(""),
                # What is told in part is asked for.
                **dict.fromkeys(("item", "order_no", "expected_remedy"), st.just("")),
            },
        ),
        absent=st.sets(st.sampled_from(STAFF), max_size=20),
        rules=st.fixed_dictionaries(
            {
                "review.on_objection": st.sampled_from(["send_back", "approver_decides"]),
                "review.chain": st.sampled_from([(), (TWICE,)]),
                "review.quorum": st.sampled_from(["all", 1, 2]),
                "response.max_rounds": st.integers(1, 3),
                "callback.phone_attempts": st.integers(1, 3),
                "callback.sampling": st.sampled_from([0.0, 1.0]).map(lambda share: dict.fromkeys("12345", share)),
                "escalation.customer_reminders": st.integers(0, 2),
            }
        ),
        twins=st.sampled_from([(), (), (TWIN,)]),
    )
    def begin(
        self,
        by: Customer,
        detail: str,
        changes: dict[str, Any],
        absent: set[str],
        rules: dict[str, Any],
        twins: Any,  # noqa: ANN401  drawn
    ) -> None:
        policy = without(default_policy(), *absent)
        for path, value in rules.items():
            policy = changed(policy, path, value)
        self.play = Play(policy=policy, record=told(by, detail=detail, **changes), lookalikes=twins)
        self.play.carry_on()

    # --- what people do ------------------------------------------------------------

    @rule(times=st.integers(1, 10), data=st.data())
    def people_answer(self, times: int, data: st.DataObject) -> None:
        def choose(among: Sequence[Any]) -> Any:  # noqa: ANN401  whatever there is
            return data.draw(st.sampled_from(list(among)))

        for _ in range(times):
            if self.play.case.is_open and not self.play.case.open_tasks:
                self.play.lapse()
            elif self.play.case.is_open:
                task: ManualTask = choose(self.play.case.open_tasks)
                self.play.submit(task, **an_answer(task, self.play.briefing, choose))

    @rule(times=st.integers(1, 5))
    def deadlines_lapse(self, times: int) -> None:
        for _ in range(times):
            if self.play.case.is_open:
                self.play.lapse()

    @rule(minutes=st.one_of(st.integers(1, 600), st.integers(1, 60_000)))
    def nobody_does_anything(self, minutes: int) -> None:
        self.play.wait(minutes=minutes)

    @rule(data=st.data())
    def nothing_of_consequence_happens(self, data: st.DataObject) -> None:
        before = len(self.play.entries)
        self.play.carry_on()
        closed = [task for task in self.play.case.tasks.values() if not task.is_open]
        if closed:
            with pytest.raises(TaskClosed):
                self.play.submit(data.draw(st.sampled_from(closed)))
        assert len(self.play.entries) == before

    @rule()
    def the_customer_writes_again(self) -> None:
        if self.play.case.is_open:
            self.play.add_information("Is anybody there?")
        else:
            with pytest.raises(CaseClosed):
                self.play.add_information("Is anybody there?")

    @precondition(lambda self: len(self.play.entries) > 60)
    @rule()
    def the_customer_withdraws(self) -> None:
        if self.play.case.is_open:
            self.play.withdraw()
        assert not self.play.case.is_open

    # --- what must always hold -------------------------------------------------------

    @invariant()
    def nothing_is_stuck(self) -> None:
        case, alarm = self.play.case, next_alarm(self.play.case)
        if case.is_open:
            assert alarm is not None
            assert alarm > self.play.at
            assert case.stage is not Stage.ARCHIVING
        else:
            assert alarm is None
            assert not case.open_tasks
            assert case.outcome is not None

    @invariant()
    def work_lies_where_it_belongs(self) -> None:
        case, staff = self.play.case, self.play.policy.staff
        for task in case.open_tasks:
            assert task.stage is case.stage
            assert task.due_at > self.play.at
            assert task.assignee in staff or (task.assignee == CUSTOMER and case.reachable_by_mail)
        once = Counter((task.kind, task.department) for task in case.open_tasks)
        assert set(once.values()) <= {1}

    @invariant()
    def nobody_is_asked_twice_in_one_visit(self) -> None:
        asked = Counter(
            (task.kind, task.stage, task.visit, task.department, *map(task.asks.get, _AGAIN))
            for task in self.play.case.tasks.values()
            if task.kind is not TaskKind.PHONE_CALLBACK
        )
        assert not [what for what, times in asked.items() if times > 1]

    @invariant()
    def four_eyes_see_every_proposal(self) -> None:
        for task in self.play.case.open_tasks:
            proposer = task.asks.get("proposed_by")
            if proposer:
                assert proposer not in {task.assignee, *task.told}

    @invariant()
    def nobody_has_a_part_in_a_complaint_about_herself(self) -> None:
        named = recused(self.play.briefing)
        last_resort = min(self.play.policy.with_role(Role.EXECUTIVE))
        assert not named & ({order.to for order in self.play.letters} - {last_resort})

    @invariant()
    def no_letter_is_ordered_twice_and_none_to_nowhere(self) -> None:
        keys = Counter(order.key for order in self.play.letters)
        assert not [key for key, times in keys.items() if times > 1]
        to = {order.to for order in self.play.letters}
        assert CUSTOMER not in to or self.play.case.reachable_by_mail

    @invariant()
    def a_decision_reaches_the_customer_before_it_is_carried_out(self) -> None:
        case = self.play.case
        if case.tasks_of(TaskKind.REMEDY) and case.stage is Stage.RESPONSE:
            assert case.letter is not None or case.level == "5"

    def teardown(self) -> None:
        """From here on everybody answers: the case ends, and its whole history holds."""
        if not hasattr(self, "play"):
            return
        self.play.to_the_end()
        verify(self.play.entries)
        assert fold(self.play.entries) == self.play.case
        assert not next_alarm(self.play.case)
        self.play.wait(days=1000)
        assert self.play.entries[-1].at <= self.play.at - timedelta(days=1000)


AnyCourse.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestAnyCourse = AnyCourse.TestCase
