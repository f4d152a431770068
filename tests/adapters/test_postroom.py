"""The post room on a real database and a real mail server: every letter once, in order, whatever goes wrong."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlmodel import col

from adapters import ledger, outbox
from adapters.cipher import open_paper
from adapters.house import open_house
from adapters.letterpress import print_letter
from adapters.mailer import Mailer
from adapters.postroom import PostRoom
from complaints.errors import TryAgain
from complaints.letters import LetterKind, LetterOrder
from complaints.words import CUSTOMER, TaskKind
from models.tables import LetterRow, PaperRow
from tests.builders import ANN, WANG_FANG, bring_to, build_house, carry_on, complain, lapse, withdraw

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from email.message import EmailMessage
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.house import House
    from adapters.letterpress import Printed
    from complaints.correspondence import Letter
    from tests.builders import Hands
    from tests.post_office import PostOffice


@pytest.fixture
async def house(database_url: str, tmp_path: Path, hands: Hands, post_office: PostOffice) -> AsyncIterator[House]:
    """A house on either engine whose letters go to the post office."""
    opened = await build_house(
        tmp_path / "home", hands=hands, database_url=database_url, smtp_port=post_office.port, poll_seconds=0.01
    )
    yield opened
    await opened.close()


@pytest.fixture
async def mailer(house: House) -> AsyncIterator[Mailer]:
    mailer = Mailer(house.settings)
    yield mailer
    await mailer.close()


@pytest.fixture
def post_room(house: House, mailer: Mailer) -> PostRoom:
    """A post room that never shortens a wait."""
    return PostRoom(house, mailer, chance=lambda: 0.0)


async def letters_of(house: House, *case_nos: str) -> list[LetterRow]:
    async with house.database.reading() as session:
        query = select(LetterRow).where(col(LetterRow.case_no).in_(case_nos)).order_by(col(LetterRow.id))
        return list((await session.execute(query)).scalars())


async def order(house: House, case_no: str, *orders: LetterOrder) -> None:
    """Put letters into the outbox as the casebook does."""
    briefing = await house.casebook.brief(case_no)
    async with house.database.writing() as session:
        await ledger.order_letters(session, briefing.case, orders, at=house.clock.now())


def progress(number: int, to: str = CUSTOMER) -> LetterOrder:
    return LetterOrder(kind=LetterKind.PROGRESS, to=to, key=f"progress/{number}")


def ids(mails: list[EmailMessage]) -> list[str]:
    return [str(mail["Message-ID"]) for mail in mails]


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


async def test_a_letter_that_is_tried_again_holds_back_its_case_and_no_other(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    first, second = await complain(house, ANN), await complain(house, WANG_FANG)
    await order(house, first, progress(1), progress(2, to="li_na"))
    await order(house, second, progress(1), progress(2))
    post_office.to_recipient = lambda address: "450 4.2.0 greylisted" if address == ANN.email else ""
    assert await post_room.deliver_due() == 2
    assert [letter.status for letter in await letters_of(house, first)] == ["waiting", "waiting"]
    post_office.to_recipient = lambda _address: ""
    hands.move(seconds=2)
    assert await post_room.deliver_due() == 2
    assert [str(mail["X-Redress-Case"]) for mail in post_office.taken] == [second, second, first, first]


async def test_a_dead_letter_holds_back_nothing(
    house: House, post_room: PostRoom, post_office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    case_no = await complain(house)
    await order(house, case_no, progress(1), progress(2, to="li_na"))
    post_office.to_recipient = lambda address: f"550 5.1.1 no {address} here" if address == ANN.email else ""
    assert await post_room.deliver_due() == 1
    dead, sent = await letters_of(house, case_no)
    assert (dead.status, sent.status) == ("dead", "sent")
    assert dead.trouble == "the mail server refused the recipient (550 5.1.1)"
    assert ANN.email not in caplog.text


async def test_waits_double_up_to_five_minutes(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    case_no = await complain(house)
    await order(house, case_no, progress(1))
    post_office.to_message = lambda _message: "451 4.3.0 later"
    waits, troubles = [], set()
    for _ in range(11):
        await post_room.deliver_due()
        (letter,) = await letters_of(house, case_no)
        waits.append((letter.next_try_at - hands.at).total_seconds())
        troubles.add(letter.trouble)
        hands.at = letter.next_try_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert troubles == {"the mail server refused the message (451 4.3.0)"}


async def test_chance_shortens_a_wait_by_at_most_a_half(
    house: House, mailer: Mailer, post_office: PostOffice, hands: Hands
) -> None:
    case_no = await complain(house)
    await order(house, case_no, progress(1))
    post_office.to_message = lambda _message: "451 4.3.0 later"
    await PostRoom(house, mailer, chance=lambda: 0.999).deliver_due()
    (letter,) = await letters_of(house, case_no)
    assert timedelta(seconds=0.5) <= letter.next_try_at - hands.at < timedelta(seconds=0.6)


async def test_a_letter_is_given_up_after_a_day_of_tries_and_not_after_one_late_try(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    case_no = await complain(house)
    await order(house, case_no, progress(1))
    post_office.to_message = lambda _message: "451 4.3.0 later"
    hands.move(hours=30)
    await post_room.deliver_due()
    (letter,) = await letters_of(house, case_no)
    assert letter.status == "waiting"
    while letter.status == "waiting":
        hands.at = letter.next_try_at
        await post_room.deliver_due()
        (letter,) = await letters_of(house, case_no)
    assert letter.status == "dead"
    assert letter.trouble == "given up after 10 tries: the mail server refused the message (451 4.3.0)"


async def test_a_letter_to_nobody_is_dead(house: House, post_room: PostRoom) -> None:
    case_no = await complain(house, email="")
    await order(house, case_no, progress(1), progress(2, to="someone_who_left"))
    assert await post_room.deliver_due() == 0
    assert [(letter.status, letter.trouble) for letter in await letters_of(house, case_no)] == [
        ("dead", "the recipient has no e-mail address"),
        ("dead", "the recipient is not on the roster"),
    ]


async def test_a_letter_that_cannot_be_printed_is_dead_and_its_trouble_names_no_one(
    house: House,
    post_room: PostRoom,
    post_office: PostOffice,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    case_no = await complain(house)
    await order(house, case_no, progress(1), progress(2, to="li_na"))

    def broken(letter: Letter, *, zone: str) -> Printed:
        if letter.head.reader == ANN.name:
            raise KeyError(ANN.detail)
        return print_letter(letter, zone=zone)

    monkeypatch.setattr("adapters.postroom.print_letter", broken)
    assert await post_room.deliver_due() == 1
    dead, sent = await letters_of(house, case_no)
    assert (dead.status, dead.trouble, sent.status) == ("dead", "it cannot be printed (KeyError)", "sent")
    (record,) = [record for record in caplog.records if record.getMessage() == "letter.unprintable"]
    assert "test_postroom.py" in vars(record)["where"]
    assert ANN.detail not in str(vars(record))
    assert len(post_office.taken) == 1


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


async def test_an_escalation_that_only_informs_shows_the_case_and_one_that_moves_the_work_opens_the_task(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    for _ in range(4):
        await lapse(house, case_no, hands=hands)
        await post_room.deliver_due()
    told = [mail for mail in post_office.taken if mail["X-Redress-Letter"] == "task_escalated"]
    assert len(told) == 2
    informed, moved = (_only_link(mail) for mail in told)
    assert house.links.read(informed.rpartition("/")[2], "view").case_no == case_no
    ticket = house.links.read(moved.rpartition("/")[2], "task")
    assert ticket.task_id == task.id
    after = await carry_on(house, case_no)
    assert ticket.holder == after.tasks[task.id].assignee
    (taken_off,) = [mail for mail in post_office.taken if mail["X-Redress-Letter"] == "task_moved"]
    assert str(taken_off["To"]) != str(told[1]["To"])


async def test_a_customers_letters_carry_her_own_links(
    house: House, post_room: PostRoom, post_office: PostOffice
) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.DECISION)
    await withdraw(house, case_no)
    await post_room.deliver_due()
    by_kind = {str(mail["X-Redress-Letter"]): _only_link(mail) for mail in post_office.taken if ANN.email in mail["To"]}
    assert set(by_kind) == {"acknowledgement", "progress", "decision", "withdrawal_confirmed"}
    decision = house.links.read(by_kind["decision"].rpartition("/")[2], "task")
    assert (decision.holder, decision.task_id) == (CUSTOMER, task.id)
    for kind in ("acknowledgement", "progress", "withdrawal_confirmed"):
        assert house.links.read(by_kind[kind].rpartition("/")[2], "track").holder == CUSTOMER


def _only_link(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    (link,) = [line.strip() for line in body.get_content().splitlines() if line.strip().startswith("http")]
    return str(link)
