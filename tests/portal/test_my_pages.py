"""My tasks and my history: what is mine, in the right order, with links that are mine alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import text

from adapters.deeds import deeds_of
from complaints.words import TaskKind
from tests.builders import bring_to, complain, submit
from tests.portal.staff import signed_in

if TYPE_CHECKING:
    import pytest

    from adapters.house import House
    from tests.builders import Hands


async def test_my_tasks_are_mine_and_the_overdue_stand_first(house: House, hands: Hands) -> None:
    first = await complain(house)
    task = await bring_to(house, first, TaskKind.FINDINGS)
    hands.move(hours=2)
    second = await complain(house)
    later = await bring_to(house, second, TaskKind.FINDINGS)
    hands.at = task.due_at
    me = await signed_in(house, task.assignee)
    page = await me.open("/me?lang=en")
    assert "overdue" in page.text
    assert first in page.text
    assert (second in page.text) == (later.assignee == task.assignee)
    stranger = await signed_in(house, "lin_yan")
    assert first not in (await stranger.open("/me")).text


async def test_a_task_of_the_list_opens_and_can_be_answered(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="redress.portal")
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    me = await signed_in(house, task.assignee)
    page = await me.open("/me?lang=en")
    link = re.search(r'href="(/task/[^"]+)"', page.html)
    assert link
    opened = await me.open(link[1])
    assert opened.status == 200
    assert case_no in opened.text
    viewed = [record for record in caplog.records if record.message == "case.viewed"]
    assert [(record.case_no, record.by) for record in viewed] == [(case_no, task.assignee)]  # type: ignore[attr-defined]


async def test_cases_that_i_answer_for_are_listed_until_they_end(house: House, hands: Hands) -> None:
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.DECISION, hands=hands)
    handler = (await house.casebook.case(case_no)).assignment
    assert handler
    me = await signed_in(house, handler.handler)
    page = await me.open("/me?lang=en")
    assert "Cases I answer for" in page.text
    assert case_no in page.text


async def test_my_history_holds_what_i_did_newest_first_and_nothing_of_others(house: House, hands: Hands) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    hands.move(minutes=5)
    await submit(house, case_no, task)
    me, other = await signed_in(house, task.assignee), await signed_in(house, "lin_yan")
    page = await me.open("/me/history?lang=en")
    assert case_no in page.text
    assert "Findings" in page.text
    assert case_no not in (await other.open("/me/history?lang=en")).text
    for personal in ("Ann Lee", "base seal"):
        assert personal not in page.html


async def test_a_long_history_comes_in_pages(house: House, hands: Hands) -> None:
    actors = set()
    for _ in range(20):
        case_no = await complain(house)
        await bring_to(house, case_no, TaskKind.DECISION, hands=hands)
        actors |= {entry.actor for entry in await house.casebook.history(case_no)}
    me = await signed_in(house, "huang_min")
    found = await deeds_of(house.database, "huang_min", skip=0, most=1000)
    page = await me.open("/me/history?lang=en")
    assert ("Older" in page.text) == (len(found) > 50)
    assert (await me.open("/me/history?page=0")).status == 422
    assert [deed.at for deed in found] == sorted((deed.at for deed in found), reverse=True)


async def test_the_history_of_one_is_found_by_its_index(house: House) -> None:
    query = (
        "EXPLAIN QUERY PLAN SELECT case_no FROM events WHERE actor = 'li_na' AND actor NOT IN ('system', 'customer')"
        " ORDER BY at DESC LIMIT 50"
    )
    async with house.database.reading() as session:
        plan = str((await session.execute(text(query))).all())
    assert "events_by_staff" in plan
