"""A real mail server whose answers a test chooses."""

from __future__ import annotations

import asyncio
import email
from dataclasses import dataclass, field
from email.policy import default as modern
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from aiosmtpd.smtp import Envelope, Session


@dataclass
class PostOffice:
    """Takes mail like any server; `answers` gives the reply to a recipient or to a message, '' meaning yes."""

    to_recipient: Callable[[str], str] = lambda _address: ""
    to_message: Callable[[EmailMessage], str] = lambda _message: ""
    options: dict[str, Any] = field(default_factory=dict)
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    being_read: asyncio.Event = field(default_factory=asyncio.Event)
    """A message has come, whatever is answered in the end."""
    talks: list[SMTP] = field(default_factory=list)
    drops: bool = False
    """Hang up after the next message instead of answering."""
    delay: float = 0
    port: int = 0
    _server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen, on the port of before if there was one."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._talk, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Hang up on everybody."""
        if self._server:
            self._server.close()
            self.hang_up()
            await self._server.wait_closed()
            await asyncio.sleep(0)

    def hang_up(self) -> None:
        """Drop every open connection."""
        for talk in self.talks:
            if talk.transport is not None:
                talk.transport.close()

    def _talk(self) -> SMTP:
        talk = SMTP(self, enable_SMTPUTF8=True, loop=asyncio.get_running_loop(), **self.options)
        self.talks.append(talk)
        return talk

    async def handle_RCPT(  # noqa: N802  aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.asked.append(address)
        answer = self.to_recipient(address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        content = envelope.content or b""
        message = email.message_from_bytes(content if isinstance(content, bytes) else content.encode(), policy=modern)
        self.being_read.set()
        await asyncio.sleep(self.delay)
        if self.drops:
            self.drops = False
            if server.transport:
                server.transport.close()
            return "421 bye"
        answer = self.to_message(message)
        if answer:
            return answer
        self.taken.append(message)
        self.recipients += envelope.rcpt_tos
        return "250 2.0.0 taken"
