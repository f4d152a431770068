"""The catcher as a mail server, and its files as the portal reads them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from adapters.catcher import Catcher, caught, message, messages, serve
from adapters.envelopes import Label, enclose
from adapters.letterpress import print_letter, sample
from adapters.mailer import Mailer
from adapters.settings import Settings
from complaints.errors import TryAgain
from complaints.letters import LetterKind
from complaints.words import Language
from tests.builders import Hands

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


async def send(mailer: Mailer, kind: LetterKind, language: Language, *, number: int = 1) -> None:
    letter = sample(kind, language)
    label = Label(
        to="ann.lee@example.test",
        to_name="Ann Lee",
        sender="complaints@redress.example",
        sender_name="Northlight",
        reply_to="complaints@redress.example",
        message_id=f"<letter.{number}@redress>",
        sent_at=letter.head.written_at,
        case_no=letter.head.case_no,
        kind=kind.value,
        language=language,
    )
    await mailer.send(enclose(print_letter(letter, zone="UTC"), label), to=label.to)


@pytest.fixture
async def catcher(tmp_path: Path) -> AsyncIterator[Catcher]:
    catcher = Catcher(tmp_path / "mail", port=0, clock=Hands().clock)
    await catcher.start()
    yield catcher
    await catcher.stop()


@pytest.fixture
async def mailer(catcher: Catcher, tmp_path: Path) -> AsyncIterator[Mailer]:
    mailer = Mailer(Settings(home=tmp_path, smtp_port=catcher.port))
    yield mailer
    await mailer.close()


@pytest.mark.parametrize("language", list(Language))
async def test_a_caught_letter_reads_as_it_was_printed(mailer: Mailer, tmp_path: Path, language: Language) -> None:
    await send(mailer, LetterKind.TASK_ASKED, language)
    (mail,) = messages(tmp_path / "mail")
    letter = sample(LetterKind.TASK_ASKED, language)
    printed = print_letter(letter, zone="UTC")
    assert mail.subject == printed.subject
    assert mail.text == printed.text
    assert mail.html.splitlines() == printed.html.splitlines()
    assert mail.to == "Ann Lee <ann.lee@example.test>"
    assert (mail.case_no, mail.letter) == (letter.head.case_no, "task_asked")
    assert mail.message_id == "<letter.1@redress>"
    assert mail.links == (getattr(letter, "work").link,)  # noqa: B009  every staff letter has work


async def test_mail_is_kept_in_the_order_in_which_it_came(mailer: Mailer, tmp_path: Path) -> None:
    for number in range(12):
        await send(mailer, LetterKind.PROGRESS, Language.EN, number=number)
    mails = messages(tmp_path / "mail")
    assert [mail.message_id for mail in mails] == [f"<letter.{number}@redress>" for number in range(12)]
    assert messages(tmp_path / "mail", newest=3) == mails[-3:]


async def test_a_reader_gets_what_is_new_to_her(mailer: Mailer, tmp_path: Path) -> None:
    await send(mailer, LetterKind.PROGRESS, Language.EN, number=1)
    (first,) = await caught(tmp_path / "mail")
    await send(mailer, LetterKind.PROGRESS, Language.EN, number=2)
    (second,) = await caught(tmp_path / "mail", since=first.id)
    assert second.message_id == "<letter.2@redress>"
    assert await caught(tmp_path / "mail", since=second.id) == ()
    assert message(tmp_path / "mail", second.id) == second


@pytest.mark.parametrize("wrong", ["", "nothing", "../../etc/passwd", "20261123T020000000000-999999"])
def test_an_id_that_is_none_finds_nothing(wrong: str, tmp_path: Path) -> None:
    (tmp_path / "nothing.eml").write_text("Subject: not ours\n\n")
    assert message(tmp_path, wrong) is None


async def test_a_file_has_its_name_only_when_it_is_whole(catcher: Catcher, mailer: Mailer, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    (folder / "20261123T020000000000-000000.part").write_bytes(b"Subject: hal")
    await send(mailer, LetterKind.PROGRESS, Language.EN)
    assert len(messages(folder)) == 1
    await catcher.stop()
    await catcher.start()
    assert [path.suffix for path in folder.iterdir()] == [".eml"]
    assert folder.stat().st_mode & 0o077 == 0


async def test_the_catcher_stops_while_senders_hold_their_lines_open(
    catcher: Catcher, mailer: Mailer, tmp_path: Path
) -> None:
    await send(mailer, LetterKind.PROGRESS, Language.EN)
    await asyncio.wait_for(catcher.stop(), 5)
    with pytest.raises(TryAgain):
        await send(mailer, LetterKind.PROGRESS, Language.EN)
    assert len(messages(tmp_path / "mail")) == 1


async def test_a_port_that_is_taken_is_said_so(catcher: Catcher, tmp_path: Path) -> None:
    second = Catcher(tmp_path / "mail", port=catcher.port, clock=Hands().clock)
    with pytest.raises(OSError, match="in use"):
        await second.start()
    await second.stop()


async def test_serving_ends_when_it_is_cancelled(tmp_path: Path) -> None:
    serving = asyncio.create_task(serve(0, tmp_path / "mail", clock=Hands().clock))
    await asyncio.sleep(0.05)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
