"""The catcher: a mail server for this machine that keeps every message as a file, and reads them for the portal."""

from __future__ import annotations

import asyncio
import contextlib
import email
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.policy import default as modern
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from aiosmtpd.smtp import Envelope, Session

    from adapters.clock import Clock

_STAMP = "%Y%m%dT%H%M%S%f"
_ID = re.compile(r"\d{8}T\d{12}-\d{6}")
_LINK = re.compile(r"https?://[^\s<>\"')\]]+")


@dataclass(frozen=True)
class CaughtMail:
    """A caught message as a page shows it."""

    id: str
    """Ids sort in the order in which messages came."""
    at: datetime
    to: str
    subject: str
    text: str
    html: str
    case_no: str
    letter: str
    message_id: str
    links: tuple[str, ...]
    """The addresses in the plain text, in order, each once."""


class Catcher:
    """Accepts everything on one port and delivers nothing."""

    def __init__(self, folder: Path, *, port: int, clock: Clock, host: str = "127.0.0.1") -> None:
        self._folder = folder
        self._host = host
        self._port = port
        self._clock = clock
        self._server: asyncio.Server | None = None
        self._talks: list[SMTP] = []
        self._count = 0

    async def start(self) -> None:
        """Listen; OSError when the port is taken."""
        _make(self._folder)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._talk, self._host, self._port)

    async def stop(self) -> None:
        """Stop listening and end the talks that are open."""
        if self._server is None:
            return
        self._server.close()
        for talk in self._talks:
            if talk.transport is not None:
                talk.transport.close()
        await self._server.wait_closed()
        self._server = None
        # The protocols cancel their own tasks when they hear that their transport is gone.
        await asyncio.sleep(0)

    @property
    def port(self) -> int:
        """The port that is listened on; the system chooses one for 0."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server else self._port

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Keep a message; the answer of the SMTP dialogue."""
        content = envelope.content or b""
        # Not in a thread: names and files must appear in the same order, for readers that ask what is new.
        self._keep(content if isinstance(content, bytes) else content.encode())
        return "250 2.0.0 caught"

    def _talk(self) -> SMTP:
        talk = SMTP(self, enable_SMTPUTF8=True, ident="Redress mail catcher", loop=asyncio.get_running_loop())
        self._talks = [*(one for one in self._talks if one.transport is not None), talk]
        return talk

    def _keep(self, content: bytes) -> None:
        self._count += 1
        name = f"{self._clock.now().astimezone(UTC):{_STAMP}}-{self._count:06d}"
        scratch = self._folder / f"{name}.part"
        scratch.write_bytes(content)
        scratch.rename(self._folder / f"{name}.eml")


async def serve(port: int, folder: Path, *, clock: Clock) -> None:
    """Catch mail until cancelled."""
    catcher = Catcher(folder, port=port, clock=clock)
    await catcher.start()
    try:
        await asyncio.Event().wait()
    finally:
        await catcher.stop()


def messages(folder: Path, *, since: str = "", newest: int | None = None) -> tuple[CaughtMail, ...]:
    """The messages that came after the one with the id `since`, oldest first; only the `newest` so many if given."""
    ids = sorted(path.stem for path in folder.glob("*.eml") if path.stem > since)
    chosen = ids[-newest:] if newest else ids
    return tuple(_read(folder / f"{mail_id}.eml") for mail_id in chosen)


def message(folder: Path, mail_id: str) -> CaughtMail | None:
    """One message, or None when there is none of this id."""
    path = folder / f"{mail_id}.eml"
    return _read(path) if _ID.fullmatch(mail_id) and path.exists() else None


async def caught(folder: Path, *, since: str = "") -> tuple[CaughtMail, ...]:
    """`messages` for callers that must not wait for the disk."""
    return await asyncio.to_thread(messages, folder, since=since)


@lru_cache(maxsize=4096)
def _read(path: Path) -> CaughtMail:
    """Files never change once they have their name, so what was read stays true."""
    parsed: EmailMessage = email.message_from_bytes(path.read_bytes(), policy=modern)
    text = _part(parsed, "plain")
    return CaughtMail(
        id=path.stem,
        at=datetime.strptime(path.stem.partition("-")[0], _STAMP).replace(tzinfo=UTC),
        to=str(parsed["To"] or ""),
        # A subject folded right after its name keeps the fold's space in Python's reading.
        subject=str(parsed["Subject"] or "").strip(),
        text=text,
        html=_part(parsed, "html"),
        case_no=str(parsed["X-Redress-Case"] or ""),
        letter=str(parsed["X-Redress-Letter"] or ""),
        message_id=str(parsed["Message-ID"] or ""),
        links=tuple(dict.fromkeys(_LINK.findall(text))),
    )


def _part(parsed: EmailMessage, kind: str) -> str:
    body = parsed.get_body(preferencelist=(kind,))
    content: Any = body.get_content() if body else ""
    return content.replace("\r\n", "\n") if isinstance(content, str) else ""


def _make(folder: Path) -> None:
    """Only this user may read what is caught: it names customers."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for left_over in folder.glob("*.part"):
        with contextlib.suppress(FileNotFoundError):
            left_over.unlink()
