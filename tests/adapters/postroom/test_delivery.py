"""The post room on a real database and a real mail server: every letter once, in order, to its reader."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from adapters import outbox
from adapters.cipher import open_paper
from adapters.house import open_house
from adapters.mailer import Mailer
from adapters.postroom import PostRoom
from complaints.errors import TryAgain
from complaints.words import TaskKind
from models.tables import PaperRow
from tests.adapters.postroom.orders import ids, letters_of, order, progress
from tests.builders import ANN, WANG_FANG, bring_to, complain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.house import House
    from tests.builders import Hands
    from tests.post_office import PostOffice


async def test_every_letter_of_a_case_arrives_once_and_in_order(
    house: House, post_room: PostRoom, post_office: PostOffice
) -> None:
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.DECISION)
    ordered = await letters_of(house, case_no)
    assert await post_room.deliver_due() == len(ordered) > 4
    assert ids(post_office.taken) == [letter.message_id for letter in ordered]
    assert {(letter.status, letter.sent_at, letter.trouble) for letter in await letters_of(house, case_no)} == {
        ("sent", house.clock.now(), None)
    }
    assert await post_room.deliver_due() == 0


async def test_everybody_is_written_to_in_her_own_language(
    house: House, post_room: PostRoom, post_office: PostOffice
) -> None:
    english, chinese = await complain(house, ANN), await complain(house, WANG_FANG)
    await order(house, english, progress(1))
    await order(house, chinese, progress(1))
    await post_room.deliver_due()
    told = {str(mail["To"]): str(mail["Content-Language"]) for mail in post_office.taken}
    assert told == {"Ann Lee <ann.lee@example.test>": "en", "王芳 <wang.fang.customer@example.test>": "zh-CN"}


async def test_logs_say_the_event_the_case_and_the_letter_only(
    house: House, post_room: PostRoom, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "redress")
    case_no = await complain(house)
    await order(house, case_no, progress(1))
    await post_room.deliver_due()
    (record,) = [record for record in caplog.records if record.name == "redress.post"]
    extras = {"case_no": case_no, "letter": "progress"}
    assert record.getMessage() == "letter.sent"
    assert extras.items() <= vars(record).items()
    assert ANN.email not in str(vars(record))


async def test_the_letter_is_kept_as_it_was_sent_and_only_its_key_opens_it(
    house: House, post_room: PostRoom, post_office: PostOffice
) -> None:
    case_no = await complain(house)
    await order(house, case_no, progress(1))
    await post_room.deliver_due()
    (letter,) = await letters_of(house, case_no)
    async with house.database.reading() as session:
        row = await session.get(PaperRow, letter.paper_id)
    assert row is not None
    assert row.kind == "sent_letter"
    assert ANN.email.encode() not in row.sealed
    key = await house.casebook.key(case_no)
    kept = open_paper(key, paper_id=row.id, kind=row.kind, sealed=row.sealed).content
    body = post_office.taken[0].get_body(("plain",))
    assert body is not None
    assert kept["to"] == ANN.email
    assert kept["subject"] == str(post_office.taken[0]["Subject"])
    assert kept["text"].splitlines() == body.get_content().splitlines()
    assert "<html" in kept["html"]


async def test_two_post_rooms_send_nothing_twice(house: House, post_room: PostRoom, post_office: PostOffice) -> None:
    case_nos = [await complain(house) for _ in range(8)]
    for case_no in case_nos:
        await order(house, case_no, *(progress(number) for number in range(4)))
    second_house = await open_house(house.settings, clock=house.clock)
    second_mailer = Mailer(house.settings)
    second_room = PostRoom(second_house, second_mailer)
    post_office.delay = 0.02
    sent = await asyncio.gather(post_room.deliver_due(), second_room.deliver_due())
    # Either may leave while the other still sends: whoever stays sends what comes due by that.
    assert sum(sent) + await post_room.deliver_due() == 32
    assert min(sent) > 0
    assert len(set(ids(post_office.taken))) == len(post_office.taken) == 32
    for case_no in case_nos:
        arrived = [str(mail["Message-ID"]) for mail in post_office.taken if mail["X-Redress-Case"] == case_no]
        assert arrived == [letter.message_id for letter in await letters_of(house, case_no)]
    await second_mailer.close()
    await second_house.close()


async def test_a_letter_claimed_by_a_process_that_died_goes_out_when_its_lease_ends(
    house: House, post_room: PostRoom, hands: Hands
) -> None:
    case_no = await complain(house)
    await order(house, case_no, progress(1))
    async with house.database.writing() as session:
        assert len(await outbox.claim_due(session, now=hands.at, most=5)) == 1
    assert await post_room.deliver_due() == 0
    hands.move(seconds=outbox.LEASE.total_seconds())
    assert await post_room.deliver_due() == 1


async def test_a_letter_that_takes_long_stays_claimed(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    case_no = await complain(house)
    await order(house, case_no, progress(1))
    post_office.delay = 0.5
    sending = asyncio.create_task(post_room.deliver_due())
    other_mailer = Mailer(house.settings)
    other_room = PostRoom(house, other_mailer)
    for _ in range(4):
        await asyncio.sleep(0.08)
        hands.move(seconds=outbox.LEASE.total_seconds() / 2)
        await asyncio.sleep(0.03)
        assert await other_room.deliver_due() == 0
    assert await sending == 1
    assert len(post_office.taken) == 1
    await other_mailer.close()


async def test_a_letter_that_is_out_is_written_down_although_the_database_was_away_for_a_moment(
    house: House, post_room: PostRoom, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_no = await complain(house)
    await order(house, case_no, progress(1))
    writing, calls = house.database.writing, []

    @asynccontextmanager
    async def flaky() -> AsyncIterator[AsyncSession]:
        calls.append("asked")
        if len(calls) in {2, 3}:
            raise TryAgain("the business database does not answer")
        async with writing() as session:
            yield session

    monkeypatch.setattr(house.database, "writing", flaky)
    assert await post_room.deliver_due() == 1
    assert [letter.status for letter in await letters_of(house, case_no)] == ["sent"]
    assert await post_room.deliver_due() == 0
    assert len(post_office.taken) == 1


async def test_the_post_room_runs_until_it_is_told_to_stop_and_finishes_what_it_began(
    house: House, post_room: PostRoom, post_office: PostOffice
) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(post_room.run(stop))
    case_no = await complain(house)
    post_office.delay = 0.2
    await order(house, case_no, progress(1), progress(2))
    await post_office.being_read.wait()
    stop.set()
    await asyncio.wait_for(running, 60)
    assert [letter.status for letter in await letters_of(house, case_no)] == ["sent", "waiting"]
