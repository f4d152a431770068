"""Printing: the dossier says everything, in letters that are there, and what is not as it was it says aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pypdfium2
import pytest
from sqlmodel import col, delete, update

from adapters.departures import departures
from adapters.links import Ticket
from adapters.postroom import PostRoom
from complaints.errors import NoSuchCase, NotYours
from complaints.words import CUSTOMER, Language, TaskKind
from models.tables import CaseKeyRow, EventRow, PaperRow
from portal.desk import add_information, by_customer
from portal.dossier_proofs import without_links
from portal.printing import PrintOrder, export_dossier, print_dossier, read_for_print
from portal.uploads import Upload
from tests.builders import ANN, WANG_FANG, bring_to, complain, lapse, submit

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from adapters.house import House
    from adapters.mailer import Mailer
    from tests.builders import Customer, Hands

INKED = 12
"""Dark dots, of a letter's box at this scale; a space has none."""
_SCALE = 4


class Nowhere:
    """A mailer whose letters arrive nowhere."""

    async def send(self, message: EmailMessage, *, to: str) -> None:
        """Take it."""


async def a_whole_case(house: House, hands: Hands, by: Customer) -> str:
    """A case that escalated, was sent back, answered and archived, with every letter sent."""
    case_no = await complain(house, by)
    await bring_to(house, case_no, TaskKind.FINDINGS, hands=hands)
    for _ in range(2):
        await lapse(house, case_no, hands=hands)
    approval = await bring_to(house, case_no, TaskKind.APPROVAL, hands=hands)
    await submit(house, case_no, approval, decision="send_back", reason="请补充检验报告。")
    survey = await bring_to(house, case_no, TaskKind.SURVEY, hands=hands)
    await submit(house, case_no, survey, comment="很满意，谢谢。")
    post = PostRoom(house, cast("Mailer", Nowhere()))
    while await post.deliver_due():
        pass
    return case_no


def text_of(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))


def squeezed(text: str) -> str:
    """Without the line ends that typesetting put in."""
    return "".join(text.split())


CHINESE = (
    *(
        "投诉案卷",
        "机密：仅限获授权人员阅读",
        "王芳",
        WANG_FANG.detail,
        "各项决定及其理由",
        "请补充检验报告。",
        "升级记录",
    ),
    *("已发信函原文", "您好", "完整历史", "核验结果", "哈希链", "完整", "均与历史条目一致", "很满意，谢谢。"),
)
ENGLISH = (
    *("Dossier of a complaint", "Confidential: for authorised readers only", ANN.name, ANN.email, ANN.detail),
    *(
        "Decisions and their reasons",
        "A deadline passed",
        "we refund what you paid",
        "Verification",
        "whole",
        "signature good",
    ),
)


@pytest.mark.parametrize(
    ("language", "by", "said"), [(Language.ZH_CN, WANG_FANG, CHINESE), (Language.EN, ANN, ENGLISH)]
)
async def test_the_dossier_says_everything_in_the_readers_language(
    house: House, hands: Hands, language: Language, by: Customer, said: tuple[str, ...]
) -> None:
    case_no = await a_whole_case(house, hands, by)
    found = squeezed(text_of(await print_dossier(house, PrintOrder(case_no, language, "operator"))))
    case = await house.casebook.case(case_no)
    assert [part for part in (*said, case.head, case_no) if squeezed(part).casefold() not in found.casefold()] == []
    assert [entry.hash[:12] for entry in await house.casebook.history(case_no) if entry.hash[:12] not in found] == []


async def test_every_chinese_letter_is_drawn_and_none_as_the_box_of_a_missing_one(house: House, hands: Hands) -> None:
    case_no = await a_whole_case(house, hands, WANG_FANG)
    pdf = await print_dossier(house, PrintOrder(case_no, Language.ZH_CN, "operator"))
    drawn: dict[str, bytes] = {}
    for page in pypdfium2.PdfDocument(pdf):
        drawn |= _letters_of(page)
    assert len(drawn) > 150
    assert [letter for letter, ink in drawn.items() if sum(dot < 128 for dot in ink) < INKED] == []
    # Boxes of missing letters look alike; letters of a font do not.
    assert len(set(drawn.values())) == len(drawn)


def _letters_of(page: pypdfium2.PdfPage) -> dict[str, bytes]:
    """Each Chinese letter of a page as it was drawn, at its first place in the text's usual size."""
    text, picture = page.get_textpage(), page.render(scale=_SCALE).to_pil().convert("L")
    found: dict[str, bytes] = {}
    for place in range(text.count_chars()):
        letter = text.get_text_range(place, 1)
        if not "一" <= letter <= "鿿" or letter in found:
            continue
        left, bottom, right, top = text.get_charbox(place)
        high = page.get_height()
        box = tuple(round(side * _SCALE) for side in (left, high - top, right, high - bottom))
        found[letter] = picture.crop(box).tobytes()
    return found


async def test_a_dossier_that_leaves_is_noted_with_the_hash_of_its_file(
    house: House, hands: Hands, tmp_path: Path
) -> None:
    case_no = await complain(house)
    order = PrintOrder(case_no, Language.EN, "deng_xin", stated="for the court")
    digest = await export_dossier(house, order, file=tmp_path / "one.pdf")
    [noted] = await departures(house.database)
    assert (noted.what, noted.by, noted.scope, noted.is_named) == ("dossier", "deng_xin", case_no, True)
    assert (noted.sha256, noted.at) == (digest, hands.at)
    (look,) = await house.accesses.of_case(case_no)
    assert (look.by, look.page, look.stated) == ("deng_xin", "export:dossier", "for the court")


@pytest.mark.parametrize("by", ["li_na", "operator tess", "nobody", ""])
async def test_whoever_holds_no_role_for_it_gets_no_dossier(house: House, tmp_path: Path, by: str) -> None:
    """It names everybody, so there is none under pseudonyms either."""
    case_no, file = await complain(house), tmp_path / "one.pdf"
    with pytest.raises(NotYours, match="may have a dossier"):
        await export_dossier(house, PrintOrder(case_no, Language.EN, by), file=file)
    assert not file.exists()
    assert (await departures(house.database), await house.accesses.of_case(case_no)) == ([], [])


async def test_letters_are_printed_as_sent_but_nobody_can_act_by_them(house: House, hands: Hands) -> None:
    case_no = await a_whole_case(house, hands, ANN)
    found = squeezed(text_of(await print_dossier(house, PrintOrder(case_no, Language.EN, "operator"))))
    assert "/track/…" in found
    assert without_links("see http://a.test/task/eyJ.x-y_z, or http://a.test/help") == (
        "see http://a.test/task/… or http://a.test/help"
    )
    letters = (await read_for_print(house, PrintOrder(case_no, Language.EN, "operator")))[1].letters
    tokens = [word.rpartition("/")[2] for letter in letters for word in letter.text.split() if "/track/" in word]
    assert tokens
    assert not [token for token in tokens if token in found]


async def test_what_was_changed_since_is_said_aloud(house: House) -> None:
    case_no = await complain(house)
    receipt = by_customer("nonce", {"text": "Here is the receipt."}, (Upload("receipt.txt", b"Paid 299."),))
    await add_information(house, Ticket(purpose="track", case_no=case_no, holder=CUSTOMER), receipt)
    order = PrintOrder(case_no, Language.EN, "operator")
    found = text_of(await print_dossier(house, order))
    assert "BROKEN" not in found
    assert "unchanged" in found
    await _tamper(house, case_no)
    proofs = (await read_for_print(house, order))[1]
    assert "entry 2 was changed" in proofs.chain.trouble
    assert proofs.files == {"E1": "changed"}
    assert [paper.partition(" ")[2] for paper in proofs.changed_papers] == ["customer_information"]
    found = text_of(await print_dossier(house, order))
    assert "BROKEN" in found
    assert "CHANGED" in found


async def _tamper(house: House, case_no: str) -> None:
    """An entry, a paper and a file, behind the house's back."""
    async with house.database.writing() as session:
        await session.execute(update(EventRow).where(col(EventRow.seq) == 2).values(actor="somebody"))
        await session.execute(delete(PaperRow).where(col(PaperRow.kind) == "customer_information"))
    for stored in (house.settings.home / "evidence" / case_no).iterdir():
        stored.write_bytes(stored.read_bytes()[:-1] + b"x")


async def test_an_erased_case_has_no_dossier(house: House) -> None:
    case_no = await complain(house)
    async with house.database.writing() as session:
        await session.execute(delete(CaseKeyRow))
    with pytest.raises(NoSuchCase, match="erased"):
        await print_dossier(house, PrintOrder(case_no, Language.EN, "operator"))
