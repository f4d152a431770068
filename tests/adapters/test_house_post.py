"""Letters to staff that are about no case: through the same outbox and post room, whatever the mail server does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from adapters.house_letters import NO_CASE
from adapters.letter_list import count_unsent, list_unsent
from adapters.postroom import PostRoom
from complaints.letters import LetterKind

if TYPE_CHECKING:
    from adapters.house import House
    from tests.builders import Hands
    from tests.post_office import PostOffice


@pytest.fixture
def house(posting_house: House) -> House:
    """On both engines, and its letters go to the post office."""
    return posting_house


async def ask(house: House, staff_id: str) -> None:
    email = (await house.directory.current()).staff[staff_id].email
    assert await house.door.ask(email, sender="test", staff_id=staff_id)


async def test_a_sign_in_letter_carries_a_link_that_lets_in(
    house: House, post_room: PostRoom, post_office: PostOffice
) -> None:
    await ask(house, "emma_clarke")
    assert await post_room.deliver_due() == 1
    mail = post_office.taken[0]
    assert mail["X-Redress-Letter"] == LetterKind.SIGN_IN.value
    assert mail["X-Redress-Case"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_body(("plain",))
    assert body
    found = re.search(r"http://portal\.test/me/sign-in/(\S+)", body.get_content())
    assert found
    invitation = await house.door.invitation(found[1])
    assert invitation.staff_id == "emma_clarke"
    assert await house.door.admit(invitation)


async def test_it_outlives_a_mail_server_that_is_away_and_its_time_runs_from_when_it_leaves(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    await ask(house, "emma_clarke")
    await post_office.close()
    assert await post_room.deliver_due() == 0
    assert await count_unsent(house.database) == {"dead": 0, "held": 0, "waiting": 1}
    hands.move(minutes=20)
    await post_office.open()
    assert await post_room.deliver_due() == 1
    body = post_office.taken[0].get_body(("plain",))
    assert body
    token = re.findall(r"/me/sign-in/(\S+)", body.get_content())[0]
    assert (await house.door.invitation(token)).staff_id == "emma_clarke"


async def test_one_that_is_refused_is_dead_for_the_operator_to_see_and_holds_back_nobody_elses(
    house: House, post_room: PostRoom, post_office: PostOffice
) -> None:
    post_office.to_recipient = lambda address: "550 5.1.1 no such mailbox" if "emma" in address else ""
    await ask(house, "emma_clarke")
    await ask(house, "li_na")
    assert await post_room.deliver_due() == 1
    rows = await list_unsent(house.database, most=10)
    assert [(row.case_no, row.kind, row.recipient, row.status) for row in rows] == [
        (NO_CASE, "sign_in", "emma_clarke", "dead")
    ]


async def test_one_that_must_wait_holds_back_nobody_elses(
    house: House, post_room: PostRoom, post_office: PostOffice
) -> None:
    post_office.to_recipient = lambda address: "451 later" if "emma" in address else ""
    await ask(house, "emma_clarke")
    await ask(house, "li_na")
    assert await post_room.deliver_due() == 1
    assert [row.recipient for row in await list_unsent(house.database, most=10)] == ["emma_clarke"]
