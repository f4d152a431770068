"""Coming back: on her own page a customer reopens a case that is followed up, and later begins one that follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from complaints.words import TaskKind
from models.tables import CaseRow
from tests.builders import bring_to, complain, submit, task_link, track_link

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands
    from tests.portal.visitor import Visitor

AGAIN = "Not satisfied, or did it happen again?"


async def numbers(house: House) -> list[str]:
    async with house.database.reading() as session:
        return sorted((await session.execute(select(CaseRow.case_no))).scalars())


async def closed(house: House, hands: Hands) -> str:
    """A case that ended well, as it seemed."""
    case_no = await complain(house)
    await submit(house, case_no, await bring_to(house, case_no, TaskKind.SURVEY, hands=hands))
    assert not (await house.casebook.case(case_no)).is_open
    return case_no


async def followed_up(house: House, hands: Hands) -> str:
    """A case whose survey is not asked yet."""
    case_no = await complain(house)
    await submit(house, case_no, await bring_to(house, case_no, TaskKind.REMEDY, hands=hands))
    return case_no


async def test_a_closed_case_goes_on_in_a_new_one_and_both_pages_say_so(
    visitor: Visitor, house: House, hands: Hands
) -> None:
    old = await closed(house, hands)
    assert AGAIN in (await visitor.open(track_link(house, old))).text
    page = await visitor.open(f"{track_link(house, old)}/again")
    assert "We open a new one that follows it" in page.text
    photo = ("leak.png", b"\x89PNG\r\n\x1a\n", "image/png")
    new_page = await visitor.send(page, {"text": "It leaks again, at the same place."}, files=[photo])
    (new,) = set(await numbers(house)) - {old}
    assert "Your new case is open" in new_page.text
    assert new in new_page.text
    assert f"It follows your earlier case {old}." in new_page.text
    assert f"It goes on in your new case: {new}" in (await visitor.open(track_link(house, old))).text
    case = await house.casebook.case(new)
    assert (case.linked("follows"), list(case.evidence)) == ((old,), ["E1"])


async def test_pressing_twice_opens_one_new_case(visitor: Visitor, house: House, hands: Hands) -> None:
    old = await closed(house, hands)
    page = await visitor.open(f"{track_link(house, old)}/again")
    for _ in range(2):
        await visitor.send(page, {"text": "It leaks again."})
    assert len(await numbers(house)) == 2


async def test_while_it_is_followed_up_her_word_reopens_the_case(visitor: Visitor, house: House, hands: Hands) -> None:
    case_no = await followed_up(house, hands)
    page = await visitor.open(f"{track_link(house, case_no)}/again")
    await visitor.send(page, {"text": "It leaks again."})
    shown = await visitor.send(page, {"text": "It leaks again."})
    assert "You told us that you are not satisfied. It leaks again." in shown.text
    await bring_to(house, case_no, TaskKind.FINDINGS, hands=hands)
    assert (await house.casebook.case(case_no)).round == 2
    assert await numbers(house) == [case_no]


@pytest.mark.parametrize("kind", [TaskKind.FINDINGS, TaskKind.DECISION])
async def test_while_it_is_worked_on_she_is_sent_to_add_it_there(
    visitor: Visitor, house: House, hands: Hands, kind: TaskKind
) -> None:
    case_no = await complain(house)
    await bring_to(house, case_no, kind, hands=hands)
    assert AGAIN not in (await visitor.open(track_link(house, case_no))).text
    page = await visitor.open(f"{track_link(house, case_no)}/again")
    assert "please add it there" in page.text
    assert not [form for form in page.forms if form.method == "post"]


async def test_saying_nothing_is_told_at_its_field(visitor: Visitor, house: House, hands: Hands) -> None:
    old = await closed(house, hands)
    again = await visitor.send(await visitor.open(f"{track_link(house, old)}/again"), {"text": "  "})
    assert (again.status, again.message_at("text")) == (422, "Please fill this in.")
    assert await numbers(house) == [old]


async def test_who_calls_sees_the_number_the_language_the_decision_and_the_calls_so_far(
    visitor: Visitor, house: House, hands: Hands
) -> None:
    case_no = await complain(house, email="")
    task = await bring_to(house, case_no, TaskKind.PHONE_CALLBACK, hands=hands)
    await submit(house, case_no, task, reached="no", csat=None, resolved=None)
    again = await bring_to(house, case_no, TaskKind.PHONE_CALLBACK, hands=hands)
    page = await visitor.open(f"{task_link(house, case_no, again)}?lang=en")
    assert "Phone +8613800138000 Speaks English" in page.text
    assert "What was decided Refund CN¥299.00" in page.text
    assert "not reached" in page.text
    assert "This is call 2." in page.text
