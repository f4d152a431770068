"""Letters about erasures: one mail tells who may approve, another whoever asked what became of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from adapters import outbox
from adapters.letter_list import count_unsent
from adapters.postroom import PostRoom
from complaints.letters import LetterKind
from models.tables import LETTERS
from portal import erasing
from portal.erasing_terminal import Order, carry_out
from tests.audited import audit
from tests.builders import ANN, complain, withdraw
from tests.portal.staff import signed_in
from tests.post_office import PostOffice

if TYPE_CHECKING:
    from email.message import EmailMessage

    from adapters.house import House
    from tests.builders import Hands

ASKER, ADMINISTRATOR, MANAGER, BOTH = "li_na", "lin_yan", "tang_rui", "robert_ellis"
KEPT = timedelta(days=1097)
WHY = "Ann's sister rang: she asks for it."


@pytest.fixture
def house(posting_house: House) -> House:
    """On both engines, and its letters go to the post office."""
    return posting_house


async def closed(house: House) -> str:
    case_no = await complain(house)
    await withdraw(house, case_no)
    return case_no


async def rows(house: House, kind: LetterKind) -> list[dict[str, str]]:
    """The details of all letters of a kind, in order."""
    async with house.database.reading() as session:
        query = select(LETTERS.c.details).where(LETTERS.c.kind == kind.value).order_by(LETTERS.c.id)
        return list((await session.execute(query)).scalars())


def mails(office: PostOffice, kind: LetterKind) -> list[EmailMessage]:
    return [mail for mail in office.taken if mail["X-Redress-Letter"] == kind.value]


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return " ".join(body.get_content().split())


async def test_who_may_approve_gets_a_mail_whose_link_leads_to_the_case(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    case_no = await closed(house)
    await erasing.request(house, case_no, erasing.Doer(ASKER), reason=WHY)
    await post_room.deliver_due()
    assert not mails(post_office, LetterKind.ERASURE_ASKED)
    hands.move(minutes=3)
    await post_room.deliver_due()
    english, chinese = sorted(mails(post_office, LetterKind.ERASURE_ASKED), key=lambda mail: str(mail["To"]))
    assert ("Robert Ellis" in str(english["To"]), "tang.rui@" in str(chinese["To"])) == (True, True)
    assert str(english["Subject"]) == f"Erasure asked for: {case_no}"
    assert case_no in str(chinese["Subject"])
    assert f"{case_no}: asked for by Li Na 李娜, before its date" in text(english)
    assert "meanwhile" not in text(english)
    link = f"http://portal.test/privacy/{case_no}"
    assert (link in text(english), link in text(chinese)) == (True, True)
    for secret in (ANN.name, ANN.email, ANN.item, WHY):
        assert secret not in f"{english} {text(english)}"
    page = await (await signed_in(house, BOTH)).open(f"{link}?lang=en")
    assert "sure" in page.form("sure").names
    assert WHY in page.text


async def test_many_cases_ticked_at_once_are_one_mail_to_each_approver(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    numbers = [await closed(house) for _ in range(3)]
    hands.at += KEPT
    asker = await signed_in(house, ADMINISTRATOR)
    page = await asker.open("/privacy?lang=en")
    await asker.send(page, {"act": "request", "due": numbers}, form=page.form("due"))
    hands.move(minutes=3)
    await post_room.deliver_due()
    mail, _ = sorted(mails(post_office, LetterKind.ERASURE_ASKED), key=lambda mail: str(mail["To"]))
    assert str(mail["Subject"]) == "Erasure asked for in 3 cases"
    assert text(mail).count("its date has come") == 3
    assert all(case_no in text(mail) for case_no in numbers)
    assert "http://portal.test/privacy You are asked" in text(mail)


async def test_whoever_asked_hears_in_one_mail_what_was_erased_and_what_was_refused(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    erased, refused = await closed(house), await closed(house)
    for case_no in (erased, refused):
        await erasing.request(house, case_no, erasing.Doer(ASKER), reason=WHY)
    await erasing.approve(house, erased, erasing.Doer(MANAGER))
    await erasing.refuse(house, refused, erasing.Doer(BOTH), reason="A lawsuit.")
    hands.move(minutes=3)
    await post_room.deliver_due()
    (mail,) = mails(post_office, LetterKind.ERASURE_DECIDED)
    assert "li.na@" in str(mail["To"])
    assert f"{erased}：已删除，批准人：Tang Rui" in text(mail)
    assert f"{refused}：未删除，Robert Ellis 已拒绝" in text(mail)
    # She holds no role that opens those pages, and is given no address that would turn her away.
    assert "/privacy" not in text(mail)
    assert "A lawsuit." not in text(mail)
    # What was decided before the approvers' letter left is said to be so.
    (english,) = [mail for mail in mails(post_office, LetterKind.ERASURE_ASKED) if "robert" in str(mail["To"])]
    assert text(english).count("decided or held meanwhile") == 2
    report = await audit(house)
    assert report.is_sound, report.flaws
    # Dead is what the erased case itself still had to say to its customer.
    assert await count_unsent(house.database) == {"dead": 1, "held": 0, "waiting": 0}


async def test_whoever_protects_data_is_led_to_the_page_of_what_she_asked_for(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands
) -> None:
    case_no = await closed(house)
    await erasing.request(house, case_no, erasing.Doer(BOTH), reason=WHY)
    await erasing.approve(house, case_no, erasing.Doer(MANAGER))
    hands.move(minutes=3)
    await post_room.deliver_due()
    (mail,) = mails(post_office, LetterKind.ERASURE_DECIDED)
    assert str(mail["Subject"]) == f"{case_no} is erased"
    assert "erased; approved by Tang Rui" in text(mail)
    assert f"http://portal.test/privacy/{case_no}" in text(mail)


async def test_a_letter_lists_so_many_and_counts_the_rest(
    house: House, post_room: PostRoom, post_office: PostOffice, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.house_letters._MOST_LINES", 2)
    for _ in range(4):
        await closed(house)
    hands.at += KEPT
    await carry_out(house, Order("", MANAGER, "", due=True))
    hands.move(minutes=3)
    await post_room.deliver_due()
    (mail,) = mails(post_office, LetterKind.ERASURE_ASKED)
    assert str(mail["Subject"]) == "Erasure asked for in 4 cases"
    assert text(mail).count("its date has come") == 2
    assert "2 more stand on the page only" in text(mail)


async def test_what_is_asked_while_a_letter_is_under_way_gets_another(house: House, hands: Hands) -> None:
    first, second, third = [await closed(house) for _ in range(3)]
    await erasing.request(house, first, erasing.Doer(MANAGER), reason=WHY)
    hands.move(minutes=3)
    async with house.database.writing() as session:
        claims = await outbox.claim_due(session, now=hands.at, most=50)
    assert LetterKind.ERASURE_ASKED in {claim.order.kind for claim in claims}
    await erasing.request(house, second, erasing.Doer(MANAGER), reason=WHY)
    await erasing.request(house, third, erasing.Doer(MANAGER), reason=WHY)
    told = await rows(house, LetterKind.ERASURE_ASKED)
    assert [sorted(details) for details in told] == [[first], [second, third]]


async def test_of_what_several_ask_at_once_nothing_is_lost(house: House) -> None:
    numbers = [await closed(house) for _ in range(6)]
    askers = [MANAGER, BOTH] * 3
    await asyncio.gather(
        *(
            erasing.request(house, case_no, erasing.Doer(by), reason=WHY)
            for case_no, by in zip(numbers, askers, strict=True)
        )
    )
    told = await rows(house, LetterKind.ERASURE_ASKED)
    assert sorted(case_no for details in told for case_no in details) == sorted(numbers)
