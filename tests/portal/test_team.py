"""The team's page: a lead sees her department and nothing else, and moves work by the one rule of handing over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from complaints.assignment_events import TaskReassigned
from complaints.words import Role, TaskKind
from tests.builders import WANG_FANG, bring_to, complain, lapse, view_link
from tests.portal.staff import newcomer, signed_in

if TYPE_CHECKING:
    from adapters.house import House
    from complaints.case import ManualTask
    from tests.builders import Hands
    from tests.portal.visitor import Page, Visitor

AFTER_SALES, LEAD, OTHER_LEAD, MANAGER = "zhao_lei", "peter_novak", "daniel_reed", "tang_rui"


async def lead_of(house: House, department: str) -> str:
    """The first team lead of a department."""
    roster = await house.directory.current()
    return next(one for one, person in roster.members_of(department).items() if Role.TEAM_LEAD in person.roles)


async def findings(house: House) -> tuple[str, ManualTask]:
    case_no = await complain(house)
    return case_no, await bring_to(house, case_no, TaskKind.FINDINGS)


async def department_of(house: House, staff_id: str) -> str:
    return (await house.directory.current()).staff[staff_id].department


async def give(visitor: Visitor, page: Page, tasks: list[str], to: str, reason: str = "She is ill.") -> Page:
    return await visitor.send(page, {"task": tasks, "to": to, "reason": reason}, form=page.form("task"))


async def test_a_lead_sees_the_open_work_of_her_department_and_nobody_elses(house: House) -> None:
    case_no, task = await findings(house)
    department = await department_of(house, task.assignee)
    own = await signed_in(house, await lead_of(house, department))
    others = await signed_in(house, OTHER_LEAD)
    manager = await signed_in(house, MANAGER)
    assert case_no in (await own.open("/team")).text
    assert case_no not in (await others.open("/team")).text
    assert case_no not in (await others.open(f"/team?department={department}")).text
    assert case_no not in (await others.open(f"/team?person={task.assignee}")).text
    assert case_no in (await manager.open("/team")).text


async def test_what_is_shown_can_be_narrowed(house: House, hands: Hands) -> None:
    case_no, task = await findings(house)
    manager = await signed_in(house, MANAGER)
    department = await department_of(house, task.assignee)
    assert case_no in (await manager.open(f"/team?department={department}")).text
    assert case_no not in (await manager.open("/team?department=hr")).text
    assert case_no in (await manager.open(f"/team?person={task.assignee}")).text
    assert case_no not in (await manager.open("/team?late=yes")).text
    hands.at = task.due_at
    manager = await signed_in(house, MANAGER)
    assert case_no in (await manager.open("/team?late=yes")).text


async def test_several_tasks_go_to_one_colleague_each_by_its_own_fact(house: House) -> None:
    (first, task), (second, other) = await findings(house), await findings(house)
    department = await department_of(house, task.assignee)
    lead = await signed_in(house, await lead_of(house, department))
    page = await lead.open("/team?lang=en")
    to = next(
        one
        for one in (await house.directory.current()).members_of(department)
        if one not in {task.assignee, other.assignee}
    )
    after = await give(lead, page, [f"{first} {task.id}", f"{second} {other.id}"], to)
    assert "2 tasks were moved." in after.text
    for case_no, moved in ((first, task), (second, other)):
        case = await house.casebook.case(case_no)
        assert case.tasks[moved.id].assignee == to
        facts = [
            entry.fact for entry in await house.casebook.history(case_no) if isinstance(entry.fact, TaskReassigned)
        ]
        assert [(fact.previous, fact.assignee, fact.by) for fact in facts] == [
            (moved.assignee, to, await lead_of(house, department))
        ]


async def test_what_cannot_be_moved_says_why_and_the_rest_is_moved(house: House) -> None:
    case_no, task = await findings(house)
    named = await complain(house, WANG_FANG, detail=f"{WANG_FANG.detail} 黄敏态度恶劣")
    there = await bring_to(house, named, TaskKind.FINDINGS)
    manager = await signed_in(house, MANAGER)
    page = await manager.open("/team?lang=en")
    after = await give(
        manager, page, [f"{case_no} {task.id}", f"{named} {there.id}", f"{case_no} nothing-1"], "huang_min"
    )
    assert "One task was moved." in after.text
    assert (await house.casebook.case(case_no)).tasks[task.id].assignee == "huang_min"
    assert (await house.casebook.case(named)).tasks[there.id].assignee == there.assignee
    assert f"{named}" in after.text


async def test_pressing_twice_moves_once(house: House) -> None:
    case_no, task = await findings(house)
    department = await department_of(house, task.assignee)
    lead = await signed_in(house, await lead_of(house, department))
    page = await lead.open("/team?lang=en")
    to = next(one for one in (await house.directory.current()).members_of(department) if one != task.assignee)
    told = {"task": [f"{case_no} {task.id}"], "to": to, "reason": "She is ill."}
    for _ in range(2):
        answer = await lead.post(page, told, form=page.form("task"))
        assert answer.status_code == 200
    facts = [entry.fact for entry in await house.casebook.history(case_no) if isinstance(entry.fact, TaskReassigned)]
    assert len(facts) == 1


async def test_a_lead_moves_nothing_out_of_another_department(house: House) -> None:
    case_no, task = await findings(house)
    stranger = await signed_in(house, OTHER_LEAD)
    page = await stranger.open("/team?lang=en")
    mark = page.value("nonce")
    own = next(iter((await house.directory.current()).members_of("sales")))
    nonce = next((form.values["nonce"][0] for form in page.forms if "task" in form.names), mark)
    told = {"nonce": nonce, "task": f"{case_no} {task.id}", "to": own, "reason": "Mine!"}
    answer = await stranger.client.post("/team", data=told)
    assert (await house.casebook.case(case_no)).tasks[task.id].assignee == task.assignee
    assert answer.status_code in {200, 403}
    abroad = await stranger.client.post("/team", data={**told, "to": "huang_min"})
    assert abroad.status_code in {403, 422}


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"to": "", "reason": "x"}, "to"),
        ({"to": "huang_min", "reason": " "}, "reason"),
        ({"to": "nobody", "reason": "x"}, "to"),
    ],
)
async def test_what_is_missing_is_told_at_its_field(house: House, told: dict[str, str], field: str) -> None:
    case_no, task = await findings(house)
    manager = await signed_in(house, MANAGER)
    page = await manager.open("/team?lang=en")
    again = await manager.send(page, {"task": [f"{case_no} {task.id}"], **told}, form=page.form("task"))
    assert again.status == 422
    assert again.message_at(field)
    assert f'value="{case_no} {task.id}" checked' in again.html


async def test_the_busiest_stand_first_and_what_is_overdue_is_counted(house: House, hands: Hands) -> None:
    case_no, task = await findings(house)
    await lapse(house, case_no, hands=hands)
    hands.at = task.due_at
    manager = await signed_in(house, MANAGER)
    page = await manager.open("/team?lang=en")
    name = (await house.directory.current()).name_of(task.assignee)
    assert f"{name}" in page.text


async def test_without_the_pages_mark_nothing_moves(house: House) -> None:
    case_no, task = await findings(house)
    manager = await signed_in(house, MANAGER)
    told = {"nonce": "made up", "task": f"{case_no} {task.id}", "to": "huang_min", "reason": "x"}
    assert (await manager.client.post("/team", data=told)).status_code == 403
    assert (await newcomer(house).client.post("/team", data=told)).status_code == 401
    assert (await house.casebook.case(case_no)).tasks[task.id].assignee == task.assignee


async def test_a_lead_whom_the_complaint_names_does_not_choose_who_looks_into_it(house: House) -> None:
    case_no = await complain(house, WANG_FANG, detail=f"{WANG_FANG.detail} 黄敏态度恶劣")
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    for who, may in (("huang_min", False), ("tang_rui", True)):
        lead = await signed_in(house, who)
        other = next(one for one in ("zhao_lei", "peter_novak") if one != task.assignee)
        after = await give(lead, await lead.open("/team?lang=en"), [f"{case_no} {task.id}"], other)
        assert ("You have a part in this matter yourself" in after.text) != may
        assert ((await house.casebook.case(case_no)).tasks[task.id].assignee == other) == may


async def test_all_that_is_shown_moves_at_one_tick_and_nothing_that_came_since(house: House) -> None:
    (first, task), (second, other) = await findings(house), await findings(house)
    manager = await signed_in(house, MANAGER)
    page = await manager.open("/team?lang=en")
    later, third = await findings(house)
    after = await manager.send(
        page, {"every": "yes", "to": "huang_min", "reason": "She is ill."}, form=page.form("task")
    )
    assert "2 tasks were moved." in after.text
    assert (await house.casebook.case(first)).tasks[task.id].assignee == "huang_min"
    assert (await house.casebook.case(second)).tasks[other.id].assignee == "huang_min"
    assert (await house.casebook.case(later)).tasks[third.id].assignee == third.assignee


async def test_whom_the_complaint_names_does_not_read_what_others_find_out(visitor: Visitor, house: House) -> None:
    case_no = await complain(house, WANG_FANG, detail=f"{WANG_FANG.detail} 黄敏态度恶劣")
    assert (await visitor.open(view_link(house, case_no, holder="huang_min"))).status == 404
    assert (await visitor.open(view_link(house, case_no, holder="zhou_qiang"))).status == 200
