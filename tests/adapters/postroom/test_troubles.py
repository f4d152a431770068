"""Letters that are refused, that nobody can print or receive: tried again, given up, and in nobody else's way."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters.letterpress import print_letter
from adapters.mailer import Mailer
from adapters.postroom import PostRoom
from tests.adapters.postroom.orders import letters_of, order, progress
from tests.builders import ANN, WANG_FANG, complain

if TYPE_CHECKING:
    from adapters.house import House
    from adapters.letterpress import Printed
    from complaints.correspondence import Letter
    from tests.builders import Hands
    from tests.post_office import PostOffice


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
    assert "test_troubles.py" in vars(record)["where"]
    assert ANN.detail not in str(vars(record))
    assert len(post_office.taken) == 1
