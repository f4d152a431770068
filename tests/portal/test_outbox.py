"""The outbox page: what is not out and why, and another try for what died; for the operator's link alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import col, select, update

from adapters.links import Ticket
from complaints.words import CUSTOMER, TaskKind
from models.tables import LETTERS, LetterRow
from portal.outbox import address
from tests.builders import ANN, bring_to, complain

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands
    from tests.portal.visitor import Visitor

REFUSED = "550 5.1.1 no such mailbox"


@pytest.fixture
async def case_no(house: House) -> str:
    """A case with letters to customer and staff that wait."""
    number = await complain(house)
    await bring_to(house, number, TaskKind.FINDINGS)
    return number


def page_of(house: House) -> str:
    return address(house).removeprefix(house.settings.public_url)


async def letters(house: House) -> list[LetterRow]:
    async with house.database.reading() as session:
        return list((await session.execute(select(LetterRow).order_by(col(LetterRow.id)))).scalars())


async def change(house: House, *ids: int | None, **values: Any) -> None:  # noqa: ANN401  any column
    async with house.database.writing() as session:
        await session.execute(update(LETTERS).where(LETTERS.c.id.in_(ids)).values(**values))


async def kill(house: House, *rows: LetterRow) -> None:
    await change(house, *(row.id for row in rows), status="dead", tries=10, trouble=REFUSED)


async def test_what_waits_and_what_died_is_told_with_its_reason_and_nobodys_address(
    visitor: Visitor, house: House, case_no: str
) -> None:
    first, *others = await letters(house)
    await kill(house, first)
    page = await visitor.open(page_of(house))
    assert "Could not be delivered: 1" in page.text
    assert f"Waiting: {len(others)}" in page.text
    assert f"Acknowledgement · Customer · {case_no}" in page.text
    assert REFUSED in page.text
    assert "tried 10 times" in page.text
    for personal in (ANN.name, ANN.email, ANN.phone):
        assert personal not in page.html


async def test_an_empty_outbox_says_so(visitor: Visitor, house: House) -> None:
    page = await visitor.open(page_of(house))
    assert page.text.count("None.") == 2
    assert page.forms == ()


@pytest.mark.usefixtures("case_no")
async def test_a_dead_letter_is_sent_again_and_only_that(visitor: Visitor, house: House, hands: Hands) -> None:
    first, second, *_ = await letters(house)
    await kill(house, first, second)
    hands.move(hours=1)
    page = await visitor.open(page_of(house))
    after = await visitor.send(page, {"letter": str(first.id)})
    assert "One letter is tried again." in after.text
    now = {row.id: row for row in await letters(house)}
    revived = now[first.id]
    assert (revived.status, revived.tries, revived.trouble) == ("waiting", 0, None)
    assert revived.next_try_at == house.clock.now()
    assert revived.message_id == first.message_id
    assert now[second.id].status == "dead"


@pytest.mark.usefixtures("case_no")
async def test_all_dead_letters_are_sent_again_at_once(visitor: Visitor, house: House) -> None:
    await kill(house, *await letters(house))
    page = await visitor.open(page_of(house))
    number = len(await letters(house))
    assert f"Send all {number} again" in page.text
    after = await visitor.send(page, {"letter": "all"})
    assert f"{number} letters are tried again." in after.text
    assert {row.status for row in await letters(house)} == {"waiting"}


@pytest.mark.parametrize("told", ["-1", "x", "", "9" * 40, "²"])
@pytest.mark.usefixtures("case_no")
async def test_what_is_no_dead_letter_changes_nothing(visitor: Visitor, house: House, told: str) -> None:
    first, second, *_ = await letters(house)
    await kill(house, first, second)
    page = await visitor.open(page_of(house))
    after = await visitor.send(page, {"letter": told})
    assert "Nothing was left to send again." in after.text
    assert [row.status for row in await letters(house)][:2] == ["dead", "dead"]


@pytest.mark.usefixtures("case_no")
async def test_a_letter_that_was_sent_or_waits_is_left_alone(visitor: Visitor, house: House) -> None:
    first, second, *_ = await letters(house)
    await kill(house, first)
    page = await visitor.open(page_of(house))
    await change(house, first.id, status="sent")
    for row in (first, second):
        assert "Nothing was left" in (await visitor.send(page, {"letter": str(row.id)})).text
    assert (await letters(house))[0].status == "sent"


@pytest.mark.usefixtures("case_no")
async def test_a_post_without_the_pages_mark_is_refused(visitor: Visitor, house: House) -> None:
    first, second, *_ = await letters(house)
    await kill(house, first, second)
    answer = await visitor.client.post(page_of(house), data={"letter": "all", "nonce": "made up"})
    assert answer.status_code >= 400
    assert [row.status for row in await letters(house)][:2] == ["dead", "dead"]


@pytest.mark.usefixtures("case_no")
async def test_opening_the_page_changes_nothing(visitor: Visitor, house: House) -> None:
    await kill(house, *await letters(house))
    for method in ("GET", "HEAD"):
        assert (await visitor.client.request(method, page_of(house))).status_code == 200
    assert {row.status for row in await letters(house)} == {"dead"}


async def test_no_other_link_opens_it_and_it_opens_nothing_else(visitor: Visitor, house: House, case_no: str) -> None:
    for ticket in (Ticket("track", case_no, CUSTOMER), Ticket("view", case_no, "li_na")):
        assert (await visitor.client.get(f"/outbox/{house.links.token(ticket)}")).status_code == 404
    token = page_of(house).rpartition("/")[2]
    for door in ("track", "view", "task"):
        assert (await visitor.client.get(f"/{door}/{token}")).status_code == 404


async def test_the_link_expires(visitor: Visitor, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    old = page_of(house)
    monkeypatch.setattr(house.links, "_valid", timedelta(seconds=-1))
    assert (await visitor.client.get(old)).status_code == 410


async def test_it_is_read_in_chinese(visitor: Visitor, house: House, case_no: str) -> None:
    await kill(house, *await letters(house))
    page = await visitor.open(page_of(house) + "?lang=zh-CN")
    assert "无法送达" in page.text
    assert f"受理通知 · 客户 · {case_no}" in page.text
