"""The mailer: hands messages to the SMTP server over connections that stay open, and says whether to try again."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import aiosmtplib

from adapters.envelopes import needs_utf8, on_the_wire
from complaints.errors import GiveUp, TryAgain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from email.message import EmailMessage

    from adapters.settings import Settings

SEND_WITHIN = 45.0
"""Seconds that one letter may take, connecting included."""
LINES = 4
"""Letters that can be handed over at the same time."""
_COMMAND_WITHIN = 20.0
_STALE_AFTER = 30.0
"""A connection idle for so many seconds is tried before it is trusted: firewalls forget silently."""
_PERMANENT = 500
_CLOSING = 421
_OPERATORS_FAULT = frozenset({530, 534, 535, 538})
"""Login trouble: no letter is at fault, and all may go once the operator has mended the settings."""
_ENHANCED = re.compile(r"^\d\.\d{1,3}\.\d{1,3}\b")


class Mailer:
    """A few open lines to one SMTP server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lines: asyncio.LifoQueue[_Line] = asyncio.LifoQueue()
        for _ in range(LINES):
            self._lines.put_nowait(_Line(settings))

    async def send(self, message: EmailMessage, *, to: str) -> None:
        """Hand over a message for one recipient; TryAgain or GiveUp, neither with anybody's data in it."""
        recipient = on_the_wire(to)
        options = ["SMTPUTF8"] if needs_utf8(to) else []
        async with self._line() as line, _explained(line):
            smtp = await line.connected()
            sender = self._settings.mail_from
            await smtp.sendmail(sender, [recipient], message.as_bytes(), mail_options=options)
            line.used()

    async def close(self) -> None:
        """Take leave of the server."""
        while not self._lines.empty():
            await self._lines.get_nowait().hang_up()

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[_Line]:
        line = await self._lines.get()
        try:
            async with asyncio.timeout(SEND_WITHIN):
                yield line
        except TimeoutError as late:
            line.drop()
            raise TryAgain("the mail server takes too long") from late
        except asyncio.CancelledError:
            # Halfway through a message nobody knows what the server expects next.
            line.drop()
            raise
        finally:
            self._lines.put_nowait(line)


class _Line:
    """One connection, made when it is first needed and made anew when it was lost."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._smtp: aiosmtplib.SMTP | None = None
        self._used_at = 0.0

    async def connected(self) -> aiosmtplib.SMTP:
        """The client, connected and logged in; TryAgain when that fails, whatever the server says."""
        if self._smtp and self._smtp.is_connected and await self._is_alive(self._smtp):
            return self._smtp
        self.drop()
        self._smtp = _client(self._settings)
        try:
            await self._smtp.connect()
        except (aiosmtplib.SMTPException, OSError, ValueError) as trouble:
            raise TryAgain(f"no connection to the mail server ({_named(trouble)})") from trouble
        return self._smtp

    def used(self) -> None:
        """Note that the line works now."""
        self._used_at = asyncio.get_running_loop().time()

    def drop(self) -> None:
        """Forget the connection."""
        if self._smtp:
            self._smtp.close()
        self._smtp = None

    async def hang_up(self) -> None:
        """Say goodbye, if anybody is there."""
        if self._smtp and self._smtp.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError):
                await self._smtp.quit(timeout=1)
        self.drop()

    async def _is_alive(self, smtp: aiosmtplib.SMTP) -> bool:
        if asyncio.get_running_loop().time() - self._used_at < _STALE_AFTER:
            return True
        try:
            await smtp.noop(timeout=5)
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True


def _client(settings: Settings) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user or None,
        password=settings.smtp_password.get_secret_value() if settings.smtp_user else None,
        use_tls=settings.smtp_security == "tls",
        start_tls=settings.smtp_security == "starttls",
        timeout=_COMMAND_WITHIN,
    )


@asynccontextmanager
async def _explained(line: _Line) -> AsyncIterator[None]:
    """Tell apart what will pass and what will not. Servers quote addresses in their answers: only codes are kept."""
    try:
        yield
    except aiosmtplib.SMTPRecipientsRefused as refused:
        first = refused.recipients[0]
        raise _refusal("the recipient", first.code, first.message) from refused
    except aiosmtplib.SMTPSenderRefused as refused:
        raise _refusal("the sender", refused.code, refused.message) from refused
    except aiosmtplib.SMTPResponseException as refused:
        if refused.code == _CLOSING:
            line.drop()
        raise _refusal("the message", refused.code, refused.message) from refused
    except aiosmtplib.SMTPNotSupported as lacking:
        raise GiveUp("the mail server cannot write to an address with such letters") from lacking
    except (aiosmtplib.SMTPException, OSError) as trouble:
        line.drop()
        raise TryAgain(f"the connection to the mail server broke ({_named(trouble)})") from trouble
    except ValueError as wrong:
        raise GiveUp("an e-mail address on the envelope is malformed") from wrong


def _refusal(what: str, code: int, said: str) -> GiveUp | TryAgain:
    enhanced = _ENHANCED.match(said)
    text = f"the mail server refused {what} ({code}{' ' + enhanced[0] if enhanced else ''})"
    return GiveUp(text) if code >= _PERMANENT and code not in _OPERATORS_FAULT else TryAgain(text)


def _named(trouble: Exception) -> str:
    return str(trouble.code) if isinstance(trouble, aiosmtplib.SMTPResponseException) else type(trouble).__name__
