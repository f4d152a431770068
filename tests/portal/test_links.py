"""Links that may not act explain themselves: spent, expired, revoked, moved, forged; and none of them ever acts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from adapters.links import Links, Ticket
from complaints.words import TaskKind
from portal.app import create_app
from portal.security import Nonces
from tests.builders import (
    ANSWERS,
    bring_to,
    carry_on,
    complain,
    lapse,
    submit,
    task_link,
    track_link,
    view_link,
    withdraw,
)
from tests.portal.visitor import Form, Page, Visitor

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands


async def post_blindly(visitor: Visitor, house: House, link: str, **typed: str) -> Page:
    """What a page that was opened in time would send now."""
    nonce = Nonces(house.cipher).fresh(link.removeprefix("/task/"))
    form = Form(action=link, method="post", values={"nonce": [nonce]})
    return await visitor.send(Page(f"http://portal.test{link}", 200, "", {}, (form,), ""), typed, form=form)


async def test_a_spent_link_says_who_closed_it_and_when(visitor: Visitor, house: House, hands: Hands) -> None:
    case_no = await complain(house)
    opinion = await bring_to(house, case_no, TaskKind.OPINION)
    link = task_link(house, case_no, opinion)
    hands.move(minutes=5)
    await submit(house, case_no, opinion)
    page = await visitor.open(f"{link}?lang=en")
    assert page.status == 410
    assert "You have already answered this" in page.text
    assert "Mon 23 Nov 2026, 10:05" in page.text
    assert not page.forms


async def test_a_colleague_who_was_told_sees_who_closed_it(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    approval = await bring_to(house, case_no, TaskKind.APPROVAL)
    link = task_link(house, case_no, approval, holder="robert_ellis")
    assert (await visitor.open(link)).status == 403
    await submit(house, case_no, approval)
    page = await visitor.open(f"{link}?lang=en")
    assert page.status == 410
    closer = (await house.library.current()).staff[approval.assignee].name
    assert f"{closer} closed it on Mon 23 Nov 2026, 10:00." in page.text


async def test_a_link_whose_work_moved_says_to_whom_and_never_acts(
    visitor: Visitor, house: House, hands: Hands
) -> None:
    case_no = await complain(house)
    findings = await bring_to(house, case_no, TaskKind.FINDINGS)
    old = task_link(house, case_no, findings)
    opened_in_time = await visitor.open(old)
    while (moved := (await lapse(house, case_no, hands=hands)).tasks[findings.id]).assignee == findings.assignee:
        pass
    page = await visitor.open(f"{old}?lang=en")
    name = (await house.library.current()).staff[moved.assignee].name
    assert page.status == 403
    assert f"the work moved to {name} on" in page.text
    answers = {key: str(told) for key, told in ANSWERS[TaskKind.FINDINGS].items() if key != "whys"}
    refused = await visitor.send(opened_in_time, answers)
    assert refused.status == 403
    assert ANSWERS[TaskKind.FINDINGS]["findings"] in refused.text
    assert (await house.casebook.case(case_no)).tasks[findings.id].is_open
    assert (await visitor.open(task_link(house, case_no, moved))).status == 200


async def test_a_task_that_expired_or_was_revoked_says_so(visitor: Visitor, house: House, hands: Hands) -> None:
    case_no = await complain(house)
    decision = await bring_to(house, case_no, TaskKind.DECISION)
    link = task_link(house, case_no, decision)
    while (await lapse(house, case_no, hands=hands)).tasks[decision.id].is_open:
        pass
    page = await visitor.open(link)
    assert page.status == 410
    assert "The time for this answer is over" in page.text
    other = await complain(house)
    findings = await bring_to(house, other, TaskKind.FINDINGS)
    revoked = task_link(house, other, findings)
    await withdraw(house, other)
    page = await visitor.open(f"{revoked}?lang=en")
    assert page.status == 410
    assert "The complaint was withdrawn on" in page.text
    assert (await post_blindly(visitor, house, revoked, findings="Too late.")).status == 410
    assert (await house.casebook.case(other)).findings is None


async def test_what_is_forged_or_does_not_exist_reads_the_same(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    findings = await bring_to(house, case_no, TaskKind.FINDINGS)
    link = task_link(house, case_no, findings)
    track = track_link(house, case_no).removeprefix("/track/")
    nobodys = house.links.token(Ticket("task", "TC20991231-0001", findings.assignee, "findings-1"))
    no_task = house.links.token(Ticket("task", case_no, findings.assignee, "findings-9"))
    other_purpose = house.links.token(Ticket("view", case_no, "robert_ellis"))
    pages = [
        await visitor.open(path)
        for path in (
            f"{link}x",
            link[:-5],
            "/task/nonsense",
            f"/task/{track}",
            f"/task/{other_purpose}",
            f"/task/{nobodys}",
            f"/task/{no_task}",
            f"/view/{track}",
            "/track/nonsense",
            "/cases/TC20261123-0001",
            "/mail/none",
        )
    ]
    assert {page.status for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert case_no not in pages[0].html


async def test_a_link_beyond_its_time_says_so_and_never_acts(house: House) -> None:
    case_no = await complain(house)
    findings = await bring_to(house, case_no, TaskKind.FINDINGS)
    paths = (task_link(house, case_no, findings), view_link(house, case_no))
    over = timedelta(seconds=-1)
    late = replace(house, links=Links(house.cipher, public_url=house.settings.public_url, valid=over))
    transport = httpx.ASGITransport(app=create_app(late))
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as client:
        visitor = Visitor(client)
        for path in paths:
            page = await visitor.open(path)
            assert page.status == 410
            assert "This link has expired" in page.text
        assert (await visitor.open(track_link(house, case_no))).status == 200, "a customer may always follow her case"
        answers = {key: str(told) for key, told in ANSWERS[TaskKind.FINDINGS].items() if key != "whys"}
        assert (await post_blindly(visitor, house, paths[0], **answers)).status == 410
    assert (await house.casebook.case(case_no)).findings is None


@pytest.mark.parametrize("kind", [TaskKind.FINDINGS, TaskKind.DECISION])
async def test_a_link_serves_one_person_and_one_task(visitor: Visitor, house: House, kind: TaskKind) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, kind)
    stranger = task_link(house, case_no, task, holder="deng_xin")
    assert (await visitor.open(stranger)).status == 403
    assert (await post_blindly(visitor, house, stranger, decision="accept", findings="x")).status == 403
    assert (await carry_on(house, case_no)).tasks[task.id].is_open


async def test_whoever_left_the_house_sees_no_case(visitor: Visitor, house: House) -> None:
    case_no = await complain(house)
    assert (await visitor.open(view_link(house, case_no))).status == 200
    assert (await visitor.open(view_link(house, case_no, holder="long_gone"))).status == 404
