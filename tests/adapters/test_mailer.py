"""The mailer against real servers that take, refuse, drop, encrypt and ask for passwords."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import ssl
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from adapters import mailer as mailer_room
from adapters.envelopes import Label, enclose
from adapters.letterpress import Printed
from adapters.mailer import Mailer
from adapters.settings import Settings
from complaints.errors import GiveUp, TryAgain
from complaints.words import Language

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from email.message import EmailMessage
    from pathlib import Path

    from tests.post_office import PostOffice

NOON = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
ANN = "ann.lee@example.test"
PRINTED = Printed(subject="Your complaint", text="Dear Ann,\nall is well.\n", html="<p>Dear Ann, all is well.</p>")


def label(**changes: Any) -> Label:  # noqa: ANN401  any part
    told: dict[str, Any] = {
        "to": ANN,
        "to_name": "Ann Lee",
        "sender": "complaints@redress.example",
        "sender_name": "Northlight",
        "reply_to": "complaints@redress.example",
        "message_id": "<tc1.abc@redress>",
        "sent_at": NOON,
        "case_no": "TC20261123-0001",
        "kind": "acknowledgement",
        "language": Language.EN,
    }
    return Label(**{**told, **changes})


def message(**changes: Any) -> EmailMessage:  # noqa: ANN401  any part
    return enclose(PRINTED, label(**changes))


def settings_for(office: PostOffice, home: Path, **changes: Any) -> Settings:  # noqa: ANN401  any setting
    return Settings(home=home, smtp_port=office.port, **changes)


@pytest.fixture
async def mailer(post_office: PostOffice, tmp_path: Path) -> AsyncIterator[Mailer]:
    mailer = Mailer(settings_for(post_office, tmp_path))
    yield mailer
    await mailer.close()


def test_the_envelope_says_whose_it_is_and_that_a_machine_wrote_it() -> None:
    built = message()
    assert built["From"] == "Northlight <complaints@redress.example>"
    assert built["To"] == "Ann Lee <ann.lee@example.test>"
    assert built["Message-ID"] == "<tc1.abc@redress>"
    assert built["Date"] == "Mon, 23 Nov 2026 04:00:00 +0000"
    assert built["Auto-Submitted"] == "auto-generated"
    assert built["X-Auto-Response-Suppress"] == "All"
    assert built["Content-Language"] == "en"
    assert built["X-Redress-Case"] == "TC20261123-0001"
    assert built["X-Redress-Letter"] == "acknowledgement"
    assert [part.get_content_type() for part in built.iter_parts()] == ["text/plain", "text/html"]


def test_answers_go_to_the_house_when_it_is_not_the_sender() -> None:
    assert message(reply_to="help@northlight.example")["Reply-To"] == "Northlight <help@northlight.example>"
    assert message()["Reply-To"] is None


@pytest.mark.parametrize("evil", ["Ann\r\nBcc: all@example.test", "Ann\nSubject: free", "Ann\x00\x0b\u2028Lee"])
def test_a_name_cannot_smuggle_in_another_header(evil: str) -> None:
    built = message(to_name=evil, message_id="<a@b>\r\nX-Evil: 1", case_no="TC1\nX-Evil: 1")
    raw = built.as_bytes().split(b"\r\n\r\n")[0].decode()
    assert built["Bcc"] is None
    assert built["X-Evil"] is None
    assert "\nBcc:" not in raw
    assert "\nX-Evil:" not in raw
    assert built["Subject"] == "Your complaint"


@pytest.mark.parametrize(
    "address", ["", "ann", "ann@", "ann@localhost", "a b@example.test", "a@b@example.test", "a\n@example.test"]
)
def test_a_malformed_address_is_given_up(address: str) -> None:
    with pytest.raises(GiveUp):
        message(to=address)


async def test_a_message_arrives_as_it_was_sent(mailer: Mailer, post_office: PostOffice) -> None:
    await mailer.send(message(to_name="王芳"), to=ANN)
    (arrived,) = post_office.taken
    assert post_office.recipients == [ANN]
    assert arrived["To"] == "王芳 <ann.lee@example.test>"
    body = arrived.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == PRINTED.text.splitlines()


async def test_one_connection_serves_many_letters(mailer: Mailer, post_office: PostOffice) -> None:
    for _ in range(5):
        await mailer.send(message(), to=ANN)
    assert len(post_office.taken) == 5
    assert len(post_office.talks) == 1


async def test_letters_to_several_people_go_over_a_few_connections_at_once(
    mailer: Mailer, post_office: PostOffice
) -> None:
    post_office.delay = 0.05
    await asyncio.gather(*(mailer.send(message(), to=ANN) for _ in range(12)))
    assert len(post_office.taken) == 12
    assert 1 < len(post_office.talks) <= mailer_room.LINES


async def test_a_dropped_connection_is_made_anew(mailer: Mailer, post_office: PostOffice) -> None:
    await mailer.send(message(), to=ANN)
    post_office.hang_up()
    await asyncio.sleep(0.05)
    await mailer.send(message(), to=ANN)
    assert len(post_office.taken) == 2
    assert len(post_office.talks) == 2


async def test_a_connection_that_was_idle_for_long_is_tried_before_it_is_trusted(
    mailer: Mailer, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailer_room, "_STALE_AFTER", -1)
    await mailer.send(message(), to=ANN)
    await mailer.send(message(), to=ANN)
    assert len(post_office.taken) == 2
    assert len(post_office.talks) == 1


async def test_a_server_that_hangs_up_while_it_reads_is_tried_again(mailer: Mailer, post_office: PostOffice) -> None:
    post_office.drops = True
    with pytest.raises(TryAgain):
        await mailer.send(message(), to=ANN)
    await mailer.send(message(), to=ANN)
    assert len(post_office.taken) == 1


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("450 4.2.0 greylisted, ann.lee@example.test", TryAgain),
        ("452 4.2.2 mailbox full", TryAgain),
        ("550 5.1.1 no ann.lee@example.test here", GiveUp),
        ("553 5.1.3 bad name", GiveUp),
        ("530 5.7.0 log in first", TryAgain),
    ],
)
async def test_a_refused_recipient_is_tried_again_or_given_up_by_the_servers_code(
    mailer: Mailer, post_office: PostOffice, answer: str, verdict: type[Exception]
) -> None:
    post_office.to_recipient = lambda _address: answer
    with pytest.raises(verdict) as told:
        await mailer.send(message(), to=ANN)
    assert answer[:9] in str(told.value)
    assert "ann.lee" not in str(told.value)


@pytest.mark.parametrize(
    ("answer", "verdict"), [("451 4.3.0 later", TryAgain), ("421 4.3.2 closing", TryAgain), ("554 5.6.0 spam", GiveUp)]
)
async def test_a_refused_message_is_tried_again_or_given_up_by_the_servers_code(
    mailer: Mailer, post_office: PostOffice, answer: str, verdict: type[Exception]
) -> None:
    post_office.to_message = lambda _message: answer
    with pytest.raises(verdict):
        await mailer.send(message(), to=ANN)
    post_office.to_message = lambda _message: ""
    await mailer.send(message(), to=ANN)
    assert len(post_office.taken) == 1


async def test_a_server_that_is_away_is_tried_again(post_office: PostOffice, tmp_path: Path) -> None:
    await post_office.close()
    mailer = Mailer(settings_for(post_office, tmp_path))
    with pytest.raises(TryAgain, match="no connection"):
        await mailer.send(message(), to=ANN)
    await mailer.close()


async def test_a_server_that_says_nothing_is_tried_again(
    mailer: Mailer, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailer_room, "SEND_WITHIN", 0.2)
    post_office.delay = 0.6
    with pytest.raises(TryAgain, match="too long"):
        await mailer.send(message(), to=ANN)
    post_office.delay = 0
    await mailer.send(message(), to=ANN)


async def test_an_address_with_chinese_letters_needs_a_server_that_can_write_them(
    mailer: Mailer, post_office: PostOffice
) -> None:
    await mailer.send(message(to="王芳@example.test"), to="王芳@example.test")
    assert post_office.recipients == ["王芳@example.test"]
    await mailer.send(message(to="wang@例子.test"), to="wang@例子.test")
    assert post_office.recipients[1] == "wang@xn--fsqu00a.test"


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
async def test_a_wrong_password_is_the_operators_to_mend_so_letters_wait(
    tmp_path: Path, post_office: PostOffice
) -> None:
    await post_office.close()

    def only_lin(*dialogue: object) -> AuthResult:
        return AuthResult(success=dialogue[-1] == LoginPassword(b"lin", b"right"), handled=False)

    post_office.options = {"authenticator": only_lin, "auth_required": True, "auth_require_tls": False}
    await post_office.open()
    wrong = Mailer(settings_for(post_office, tmp_path, smtp_user="lin", smtp_password=SecretStr("wrong")))
    with pytest.raises(TryAgain, match="535"):
        await wrong.send(message(), to=ANN)
    right = Mailer(settings_for(post_office, tmp_path, smtp_user="lin", smtp_password=SecretStr("right")))
    await right.send(message(), to=ANN)
    assert len(post_office.taken) == 1
    await wrong.close()
    await right.close()


def certificate(folder: Path) -> Path:
    """A fresh key and a certificate for 127.0.0.1 that signs itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return pem


async def test_starttls_is_used_when_it_is_asked_for_and_never_left_out(
    tmp_path: Path, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Mailer(settings_for(post_office, tmp_path, smtp_security="starttls"))
    with pytest.raises(TryAgain):
        await plain.send(message(), to=ANN)
    await plain.close()
    await post_office.close()
    pem = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    post_office.options = {"tls_context": context, "require_starttls": True}
    await post_office.open()
    stranger = Mailer(settings_for(post_office, tmp_path, smtp_security="starttls"))
    with pytest.raises(TryAgain):
        await stranger.send(message(), to=ANN)
    await stranger.close()
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    trusted = Mailer(settings_for(post_office, tmp_path, smtp_security="starttls"))
    await trusted.send(message(), to=ANN)
    await trusted.close()
    assert len(post_office.taken) == 1
