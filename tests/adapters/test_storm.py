"""Storms on a real database and a real mail server: one digest for many notices, and each of them accounted for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlmodel import col

from adapters import ledger, outbox
from adapters.house import open_house
from adapters.letter_list import count_unsent, list_unsent, try_again
from adapters.mailer import Mailer
from adapters.postroom import PostRoom
from complaints.errors import GiveUp
from complaints.letters import LetterKind, LetterOrder
from complaints.words import TaskKind
from models.tables import LetterRow
from tests.builders import ANN, bring_to, build_house, complain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from email.message import EmailMessage
    from pathlib import Path

    from adapters.house import House
    from tests.builders import Hands
    from tests.post_office import PostOffice

MOST = 3
PACK = f'extends = "default.toml"\n[escalation.storm]\nmost_per_hour = {MOST}\ngather = "2 min"\n'


@pytest.fixture
async def house(database_url: str, tmp_path: Path, hands: Hands, post_office: PostOffice) -> AsyncIterator[House]:
    """A house on either engine where more than three notices an hour are a storm."""
    from adapters.policies import policies_folder  # noqa: PLC0415  only here

    packs = tmp_path / "packs"
    packs.mkdir()
    for pack in policies_folder().glob("**/*.toml"):
        target = packs / pack.relative_to(policies_folder())
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(pack.read_text("utf-8"), "utf-8")
    (packs / "calm.toml").write_text(PACK, "utf-8")
    opened = await build_house(
        tmp_path / "home",
        hands=hands,
        database_url=database_url,
        smtp_port=post_office.port,
        poll_seconds=0.01,
        policy=str(packs / "calm.toml"),
    )
    yield opened
    await opened.close()


async def rows(house: House, kind: LetterKind | None = None) -> list[LetterRow]:
    async with house.database.reading() as session:
        query = select(LetterRow).order_by(col(LetterRow.id))
        found = list((await session.execute(query)).scalars())
    return [row for row in found if kind is None or row.kind == kind]


async def statuses(house: House, kind: LetterKind = LetterKind.TASK_WARNING) -> list[str]:
    return [row.status for row in await rows(house, kind)]


async def a_case(house: House) -> str:
    """A case whose findings are asked of somebody; nothing of it waits in the outbox any more."""
    case_no = await complain(house)
    await bring_to(house, case_no, TaskKind.FINDINGS)
    return case_no


async def warn(house: House, *case_nos: str, to: str = "peter_novak") -> None:
    """Order a warning for each case."""
    for case_no in case_nos:
        briefing = await house.casebook.brief(case_no)
        order = LetterOrder(LetterKind.TASK_WARNING, to, f"task_warning/{to}/{house.clock.now()}", task_id="findings-1")
        async with house.database.writing() as session:
            await ledger.order_letters(session, briefing.case, [order], at=house.clock.now())


def subjects(office: PostOffice, kind: str = "digest") -> list[str]:
    return [str(mail["Subject"]) for mail in office.taken if mail["X-Redress-Letter"] == kind]


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def settled(house: House, post_room: PostRoom, hands: Hands, cases: int) -> list[str]:
    """So many cases whose first letters are out."""
    case_nos = [await a_case(house) for _ in range(cases)]
    await post_room.deliver_due()
    hands.move(minutes=1)
    return case_nos


async def test_as_many_notices_as_allowed_go_out_one_by_one(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    await warn(house, *await settled(house, post_room, hands, MOST))
    await post_room.deliver_due()
    assert await statuses(house) == ["sent"] * MOST
    assert subjects(post_office) == []


async def test_one_more_makes_one_digest_that_lists_every_case_once(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    case_nos = await settled(house, post_room, hands, MOST + 1)
    await warn(house, *case_nos)
    assert await post_room.deliver_due() == 0
    assert await statuses(house) == ["held"] * (MOST + 1)
    hands.move(minutes=2)
    assert await post_room.deliver_due() == 1
    assert await statuses(house) == ["digested"] * (MOST + 1)
    (digest,) = await rows(house, LetterKind.DIGEST)
    assert {row.digest_id for row in await rows(house, LetterKind.TASK_WARNING)} == {digest.id}
    (mail,) = [mail for mail in post_office.taken if mail["X-Redress-Letter"] == "digest"]
    assert (str(mail["Subject"]), str(mail["Message-ID"])) == ("4 notices about cases in one mail", digest.message_id)
    assert [case_no for case_no in case_nos if case_no in text(mail)] == case_nos
    assert not {ANN.name, ANN.email, ANN.item, ANN.detail} & set(text(mail).split("\n"))
    assert ANN.name not in text(mail)
    links = [line for line in text(mail).splitlines() if line.startswith("http")]
    assert len(links) == MOST + 1
    ticket = house.links.read(links[0].rpartition("/")[2], "task")
    assert (ticket.case_no, ticket.holder, ticket.task_id) == (case_nos[0], "peter_novak", "findings-1")


async def test_the_first_letter_of_a_task_is_never_held(
    house: House, post_room: PostRoom, post_office: PostOffice
) -> None:
    for _ in range(MOST + 3):
        await a_case(house)
    await post_room.deliver_due()
    assert set(await statuses(house, LetterKind.TASK_ASKED)) == {"sent"}
    assert len(subjects(post_office, "task_asked")) >= MOST + 3


async def test_somebody_elses_notices_go_out_meanwhile_and_so_does_the_rest_of_the_case(
    house: House, post_room: PostRoom, hands: Hands
) -> None:
    case_nos = await settled(house, post_room, hands, MOST + 1)
    await warn(house, *case_nos)
    await warn(house, case_nos[0], to="huang_min")
    assert await post_room.deliver_due() == 1
    assert (await rows(house))[-1].status == "sent"


async def test_what_comes_after_a_digest_waits_for_the_next_one_an_hour_later(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    case_nos = await settled(house, post_room, hands, MOST + 1)
    await warn(house, *case_nos)
    await post_room.deliver_due()
    hands.move(minutes=2)
    await post_room.deliver_due()
    hands.move(minutes=10)
    await warn(house, *case_nos[:2])
    await post_room.deliver_due()
    hands.move(minutes=49)
    await post_room.deliver_due()
    assert len(subjects(post_office)) == 1
    hands.move(minutes=2)
    await post_room.deliver_due()
    assert subjects(post_office)[1:] == ["2 notices about cases in one mail"]
    assert set(await statuses(house)) == {"digested"}


async def test_after_a_quiet_hour_notices_come_one_by_one_again(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    case_nos = await settled(house, post_room, hands, MOST + 1)
    await warn(house, *case_nos)
    await post_room.deliver_due()
    hands.move(minutes=2)
    await post_room.deliver_due()
    hands.move(minutes=61)
    await warn(house, case_nos[0])
    assert await post_room.deliver_due() == 1
    assert len(subjects(post_office, "task_warning")) == 1


async def test_notices_that_were_tried_already_stay_what_they_are(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    case_nos = await settled(house, post_room, hands, MOST + 2)
    post_office.to_message = lambda _message: "451 4.3.0 later"
    await warn(house, *case_nos[:MOST])
    await post_room.deliver_due()
    await warn(house, *case_nos[MOST:])
    await post_room.deliver_due()
    assert sorted(await statuses(house)) == ["held", "held", *["waiting"] * MOST]
    post_office.to_message = lambda _message: ""
    hands.move(minutes=6)
    await post_room.deliver_due()
    assert sorted(await statuses(house)) == ["digested", "digested", *["sent"] * MOST]


async def test_several_post_rooms_send_together_no_more_than_one_would(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    case_nos = await settled(house, post_room, hands, 4 * MOST)
    others = [await open_house(house.settings, clock=house.clock) for _ in range(2)]
    mailers = [Mailer(other.settings) for other in others]
    rooms = [post_room, *(PostRoom(*both) for both in zip(others, mailers, strict=True))]
    post_office.delay = 0.01

    async def ring(nth: int) -> None:
        await warn(house, case_nos[nth])
        await asyncio.gather(*(room.deliver_due() for room in rooms))

    await asyncio.gather(*(ring(nth) for nth in range(len(case_nos))))
    hands.move(minutes=2)
    await asyncio.gather(*(room.deliver_due() for room in rooms))
    await post_room.deliver_due()
    assert len(subjects(post_office, "task_warning")) <= MOST
    assert len(subjects(post_office)) == 1
    told = await statuses(house)
    assert set(told) <= {"sent", "digested"}
    assert len(told) == 4 * MOST
    sent = [str(mail["Message-ID"]) for mail in post_office.taken]
    assert len(sent) == len(set(sent))
    for mailer, other in zip(mailers, others, strict=True):
        await mailer.close()
        await other.close()


async def test_a_digest_that_cannot_be_delivered_keeps_its_notices_and_can_be_sent_again(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    await warn(house, *await settled(house, post_room, hands, MOST + 1))
    await post_room.deliver_due()
    hands.move(minutes=2)
    post_office.to_recipient = lambda _address: "550 5.1.1 nobody here"
    await post_room.deliver_due()
    assert await count_unsent(house.database) == {"dead": 1, "held": MOST + 1, "waiting": 0}
    first, *held = await list_unsent(house.database, most=10)
    assert (first.kind, first.status) == ("digest", "dead")
    with pytest.raises(GiveUp, match="leaves with the digest"):
        await try_again(house.database, held[0].id or 0, now=hands.at)
    post_office.to_recipient = lambda _address: ""
    await try_again(house.database, first.id or 0, now=hands.at)
    await post_room.deliver_due()
    assert set(await statuses(house)) == {"digested"}
    assert await list_unsent(house.database, most=10) == []


async def test_what_was_digested_is_counted_and_was_not_lost(house: House, post_room: PostRoom, hands: Hands) -> None:
    await warn(house, *await settled(house, post_room, hands, MOST + 1))
    await post_room.deliver_due()
    hands.move(minutes=2)
    await post_room.deliver_due()
    counted = house.meters.exposition().decode()
    assert f'redress_letters_total{{fate="digested"}} {MOST + 1}.0' in counted
    assert all(row.sent_at == hands.at for row in await rows(house, LetterKind.TASK_WARNING))


async def test_a_digest_tells_what_is_done_meanwhile_and_links_to_what_is_left(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    case_nos = await settled(house, post_room, hands, MOST + 1)
    await warn(house, *case_nos)
    await post_room.deliver_due()
    await bring_to(house, case_nos[0], TaskKind.APPROVAL)
    hands.move(minutes=2)
    await post_room.deliver_due()
    (mail,) = [mail for mail in post_office.taken if mail["X-Redress-Letter"] == "digest"]
    assert " ".join(text(mail).split()).count("done meanwhile") == 1
    links = [line for line in text(mail).splitlines() if "/view/" in line]
    assert house.links.read(links[0].rpartition("/")[2], "view").case_no == case_nos[0]


async def test_who_has_not_counted_leaves_notices_to_others(house: House, hands: Hands, post_room: PostRoom) -> None:
    (case_no,) = await settled(house, post_room, hands, 1)
    await warn(house, case_no)
    async with house.database.writing() as session:
        assert not await outbox.claim_due(session, now=hands.at, most=5, with_notices=False)
    async with house.database.writing() as session:
        (claim,) = await outbox.claim_due(session, now=hands.at, most=5)
    assert claim.order.kind is LetterKind.TASK_WARNING
