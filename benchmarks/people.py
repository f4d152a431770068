"""People: a process of its own that receives the mail over SMTP, follows each link at once, and files complaints.

It is told what to do by lines of JSON on standard input and answers each with a line of JSON on standard output.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import httpx
from aiosmtpd.smtp import SMTP

from benchmarks.answers import complaint, fill
from complaints.errors import GiveUp
from deployments.demo.pages import visit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from email.message import Message

    from aiosmtpd.smtp import Envelope, Session

    from deployments.demo.pages import Page

_LINK = re.compile(r"https?://[^\s<>\"')\]]+/task/[^\s<>\"')\]]+")
_AT_THE_COUNTER = 8
"""Complaints that are being handed in at the same time."""
_TRIES = 60
_MARK = "nonce"
"""The field that only the form of a task has."""


@dataclass
class Diary:
    """What happened to the people so far."""

    mails: int = 0
    repeated_mails: int = 0
    answered: int = 0
    filed: int = 0
    trouble: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)


class People:
    """Everybody who writes to the house or hears from it."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(timeout=120, limits=httpx.Limits(max_connections=100))
        self._numbers = count(1)
        self._seen: set[str] = set()
        self._held: list[str] = []
        self._busy: set[asyncio.Task[None]] = set()
        self._are_silent = False
        self._think_seconds = 0.0
        self._portal = ""
        self._diary = Diary()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Take a mail; whoever got a link acts on it after the SMTP dialogue, not in it."""
        content = envelope.content or b""
        self._receive(message_from_bytes(content if isinstance(content, bytes) else content.encode()))
        return "250 2.0.0 received"

    def _receive(self, mail: Message) -> None:
        self._diary.mails += 1
        self._diary.kinds[str(mail["X-Redress-Letter"])] += 1
        if mail["Message-ID"] in self._seen:
            self._diary.repeated_mails += 1
            return
        self._seen.add(mail["Message-ID"])
        link = _LINK.search(_text_of(mail))
        if link and self._are_silent:
            self._held.append(link.group())
        elif link:
            self._soon(self._answer(link.group()))

    def _soon(self, work: Any) -> None:  # noqa: ANN401  any coroutine
        task = asyncio.create_task(work)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    async def _answer(self, link: str) -> None:
        if self._think_seconds:
            await asyncio.sleep(self._think_seconds)
        for _ in range(_TRIES):
            try:
                if await self._try_to_answer(link):
                    return
            except httpx.HTTPError as trouble:
                self._diary.trouble[type(trouble).__name__] += 1
            await asyncio.sleep(0.5)

    async def _try_to_answer(self, link: str) -> bool:
        """Read the page and send its form; whether there is nothing more to do about this link."""
        page = await visit(self._client, link)
        form = next((form for form in page.forms if form.has(_MARK)), None)
        if form is None:
            self._diary.trouble[f"no form ({page.status})"] += 1
            return page.status < httpx.codes.INTERNAL_SERVER_ERROR
        answer = await self._client.post(
            _target(page, form.action),
            data=fill(form),
            files=dict.fromkeys(form.file_fields, ("", b"", "application/octet-stream")) or None,
        )
        # The house thanks by leading to another page; no need to go there.
        is_thanked = answer.status_code == httpx.codes.SEE_OTHER
        self._diary.answered += is_thanked
        if not is_thanked:
            self._diary.trouble[f"answer refused ({answer.status_code})"] += 1
        return answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR

    async def meet(self, *, portal: str) -> dict[str, Any]:
        """Learn where the house is."""
        self._portal = portal
        return {}

    async def behave(self, *, silent: bool = False, think_seconds: float = 0.0) -> dict[str, Any]:
        """From now on: leave links alone, or think so long before each answer."""
        self._are_silent, self._think_seconds = silent, think_seconds
        return {}

    async def release(self, *, most: int = 1_000_000) -> dict[str, Any]:
        """Answer what was left alone, the oldest first."""
        held, self._held = self._held[:most], self._held[most:]
        for link in held:
            self._soon(self._answer(link))
        return {"released": len(held)}

    async def file(self, *, cases: int) -> dict[str, Any]:
        """Hand in so many complaints, a few at a time; their case numbers."""
        counter = asyncio.Semaphore(_AT_THE_COUNTER)
        return {"case_nos": list(await asyncio.gather(*(self._file(counter) for _ in range(cases))))}

    async def _file(self, counter: asyncio.Semaphore) -> str:
        told = complaint(f"c{next(self._numbers)}")
        # A house that is away for a moment gets the same complaint again, and takes it once.
        headers = {"Idempotency-Key": told["order_no"]}
        async with counter:
            answer = await self._try_to_file(told, headers)
        self._diary.filed += 1
        return str(answer.json()["case_no"])

    async def _try_to_file(self, told: dict[str, Any], headers: dict[str, str]) -> httpx.Response:
        for patience in reversed(range(_TRIES)):
            try:
                answer = await self._client.post(f"{self._portal}/api/complaints", json=told, headers=headers)
                return answer.raise_for_status()
            except httpx.HTTPError as trouble:
                self._diary.trouble[f"not filed ({type(trouble).__name__})"] += 1
                if not patience:
                    raise
            await asyncio.sleep(0.5)
        raise GiveUp("The people of the benchmark have no patience at all")

    async def tell(self) -> dict[str, Any]:
        """The diary, and how many links lie unanswered."""
        return {**vars(self._diary), "held": len(self._held), "busy": len(self._busy)}

    def orders(self) -> dict[str, Callable[..., Awaitable[dict[str, Any]]]]:
        """What the people can be told."""
        return {order.__name__: order for order in (self.meet, self.behave, self.release, self.file, self.tell)}


def _target(page: Page, action: str) -> str:
    return urljoin(page.url, action or page.url)


def _text_of(mail: Message) -> str:
    plain = next((part for part in mail.walk() if part.get_content_type() == "text/plain"), None)
    content = plain.get_payload(decode=True) if plain else b""
    return content.decode(errors="replace") if isinstance(content, bytes) else ""


async def _listen(people: People) -> None:
    """Do what standard input says until it ends."""
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader(limit=2**20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    server = await loop.create_server(
        lambda: SMTP(people, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0, backlog=1024
    )
    _say({"smtp_port": server.sockets[0].getsockname()[1]})
    orders = people.orders()
    async for line in reader:
        order = json.loads(line)
        _say(await partial(orders[order.pop("do")], **order)())


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_listen(People()))
