"""The trial: what the rules would do, step for step what they do in the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.policies import load_policy, policy_path
from complaints.roster import Roster
from complaints.words import CustomerType, TaskKind
from portal.recording import Bounds, write_record
from portal.trial import Course, Setting, Workload, tally, try_out
from tests.builders import ANN, MONDAY_MORNING, WANG_FANG, Customer, bring_to, build_house, carry_on, complain

if TYPE_CHECKING:
    from pathlib import Path

    from complaints.record import Complaint

POLICY = load_policy(policy_path("default"))
SETTING = Setting(POLICY, Roster.of_policy(POLICY), MONDAY_MORNING)


def record(customer: Customer = ANN, **changes: str) -> Complaint:
    told = {
        "channel": "web",
        "name": customer.name,
        "email": customer.email,
        "item": customer.item,
        "order_no": "N-1001",
        "detail": customer.detail,
        "expected_remedy": customer.expected_remedy,
    }
    return write_record({**told, **changes}, Bounds(POLICY, MONDAY_MORNING))


def course(complaint: Complaint, workload: Workload | None = None) -> Course:
    return try_out(2, complaint, setting=SETTING, workload=workload or Workload())


@pytest.mark.parametrize("customer", [ANN, WANG_FANG])
async def test_a_trial_goes_the_way_that_the_house_goes(tmp_path: Path, customer: Customer) -> None:
    house = await build_house(tmp_path)
    case = await carry_on(house, await complain(house, customer))
    await house.close()
    tried = course(record(customer))
    assert case.assignment is not None
    assert case.classification is not None
    assert (tried.category, tried.level) == (case.classification.category, case.level)
    assert (tried.department, tried.handler) == (case.assignment.department, case.assignment.handler)
    assert tried.is_by_rule


async def test_where_the_house_asks_a_person_the_trial_says_so_and_why(tmp_path: Path) -> None:
    detail = "Something is not as it should be with it, please look into the matter."
    house = await build_house(tmp_path)
    case_no = await complain(house, detail=detail, item="", expected_remedy="")
    task = await bring_to(house, case_no, TaskKind.CLASSIFICATION)
    await house.close()
    tried = course(record(detail=detail, item="", expected_remedy=""))
    assert f"classification: {task.asks['doubts']}" in tried.asked
    assert not tried.is_by_rule
    assert tried.handler


def test_nobody_named_and_nothing_but_a_text_is_asked_about_and_still_reaches_a_handler() -> None:
    tried = course(write_record({"channel": "platform", "detail": ANN.detail}, Bounds(POLICY, MONDAY_MORNING)))
    assert [asked.partition(":")[0] for asked in tried.asked] == ["screening", "completion"]
    assert tried.handler


def test_a_batch_spreads_over_the_people_of_a_department() -> None:
    workload = Workload()
    handlers = [course(record(), workload).handler for _ in range(6)]
    assert len(set(handlers)) > 1
    assert sum(workload.tasks.values()) == 6


def test_a_key_customer_goes_her_own_lane() -> None:
    tried = course(record(customer_type=CustomerType.KEY))
    assert POLICY.assignment.key_customer_lane
    assert tried.department == POLICY.assignment.key_customer_lane


def test_counts_add_up_to_what_was_tried() -> None:
    courses = [course(record()), course(record(WANG_FANG)), course(record(name="", email=""))]
    counts = tally(courses)
    for name in ("way", "category", "level", "department", "handler"):
        assert sum(counts[name].values()) == 3
    assert counts["way"] == {"by rule": 2, "to a person": 1}
    assert counts["reasons for a person"]["screening: anonymous"] == 1
