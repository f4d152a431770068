"""The desk of a peer: its case row, its audit rows, its rendered mails and its pages, the same under every engine."""

from __future__ import annotations

import asyncio
import os
from email.message import EmailMessage
from itertools import count
from typing import TYPE_CHECKING, Any

import aiosmtplib
import asyncpg
import jinja2
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from adapters.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

STAGES = ("classification", "assignment", "investigation", "review", "response", "callback")
"""Those in which a person answers; intake comes before them and archiving behind."""
PATIENCE_SECONDS = 86_400

TABLES = (
    "CREATE TABLE cases (case_no text PRIMARY KEY, told text NOT NULL, stage text, outcome text)",
    """CREATE TABLE events (case_no text NOT NULL, seq bigserial PRIMARY KEY, type text NOT NULL, origin text NOT NULL,
       at timestamptz NOT NULL)""",
    "CREATE INDEX events_of_case ON events (case_no)",
)

_LETTER = jinja2.Environment(autoescape=True).from_string(
    "<h1>{{ case_no }}: {{ kind }}</h1><p>Dear {{ reader }},</p><p>the complaint has reached {{ kind }}.</p>"
    "<table>{% for name, told in facts.items() %}<tr><th>{{ name }}</th><td>{{ told }}</td></tr>{% endfor %}</table>"
    '{% if link %}<p><a href="{{ link }}">Answer</a></p>{% endif %}<p>Northlight</p>'
)
_FACTS = {f"fact {nth}": f"told in <{nth}> words" for nth in range(12)}
_FORM = (
    '<form method="post"><input type="hidden" name="nonce" value="1">'
    '<textarea name="findings"></textarea><button>Send</button></form>'
)


class Desk:
    """What a peer's steps do beside their engine; addresses come from the environment."""

    @property
    def url(self) -> str:
        """Where the pages are."""
        return os.environ["PEER_URL"]

    async def receive(self, case_no: str) -> None:
        """Open the case and acknowledge it."""
        told = "The kettle broke after two days. " * 12
        await self._write(
            case_no, "received", "INSERT INTO cases VALUES ($1, $2, 'intake') ON CONFLICT DO NOTHING", told
        )
        await self._send(case_no, "acknowledgement")

    async def ask(self, case_no: str, stage: str) -> None:
        """Note that somebody is asked, and write to her."""
        await self._write(case_no, "asked", "UPDATE cases SET stage = $2 WHERE case_no = $1", stage)
        await self._send(case_no, stage, link=f"{self.url}/task/{case_no}~{stage}")

    async def note_answer(self, case_no: str, stage: str) -> None:
        """The first line after a wait."""
        await self._write(case_no, "answered", "UPDATE cases SET outcome = $2 WHERE case_no = $1", stage)

    async def archive(self, case_no: str) -> None:
        """Close the case."""
        await self._write(case_no, "archived", "UPDATE cases SET stage = NULL, outcome = $2 WHERE case_no = $1", "done")

    async def note_post(self, case_no: str) -> None:
        """That an answer came: the one row more than other desks have, from which wakes are told."""
        pool = await _pool()
        await pool.execute(_ENTRY, case_no, "posted", "portal", Clock().now())

    async def _write(self, case_no: str, kind: str, change: str, value: str) -> None:
        at, pool = Clock().now(), await _pool()
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(change, case_no, value)
            await connection.execute(_ENTRY, case_no, kind, "flow", at)

    async def _send(self, case_no: str, kind: str, link: str = "") -> None:
        mail = EmailMessage()
        mail["From"], mail["To"] = "complaints@peer.example", f"{kind}@peer.example"
        mail["Subject"], mail["Message-ID"] = f"{case_no} {kind}", f"<{case_no}.{kind}@peer.example>"
        mail["X-Redress-Case"], mail["X-Redress-Letter"] = case_no, kind
        mail.set_content(f"{case_no} {kind}\n\n{link}\n")
        told = {"case_no": case_no, "kind": kind, "reader": "colleague", "facts": _FACTS, "link": link}
        mail.add_alternative(_LETTER.render(told), subtype="html")
        await aiosmtplib.send(mail, hostname="127.0.0.1", port=int(os.environ["PEER_SMTP_PORT"]), timeout=120)


_ENTRY = "INSERT INTO events (case_no, type, origin, at) VALUES ($1, $2, $3, $4)"
_pools: dict[int, Any] = {}


async def _pool() -> Any:  # noqa: ANN401  asyncpg ships no types
    """A pool for each event loop, since engines use several."""
    key = id(asyncio.get_running_loop())
    if key not in _pools:
        _pools[key] = await asyncpg.create_pool(os.environ["PEER_DATABASE_URL"], min_size=1, max_size=8)
    return _pools[key]


async def _read(_: Request) -> Response:
    return HTMLResponse(_FORM)


async def _healthz(_: Request) -> Response:
    return Response()


def site(
    desk: Desk, *, start: Callable[[str], Awaitable[None]], answer: Callable[[str, str], Awaitable[bool]]
) -> Starlette:
    """The pages: file a complaint, open a task, answer it. `answer` says whether the engine could take it yet."""
    numbers = count(1)

    async def file(_: Request) -> Response:
        case_no = f"P-{next(numbers):06d}"
        await start(case_no)
        return JSONResponse({"case_no": case_no}, status_code=201)

    async def post(request: Request) -> Response:
        await request.form()
        case_no, _, stage = str(request.path_params["token"]).partition("~")
        await desk.note_post(case_no)
        if not await answer(case_no, stage):
            return Response(status_code=503)
        return RedirectResponse(f"{desk.url}/done", status_code=303)

    return Starlette(
        routes=[
            Route("/api/complaints", file, methods=["POST"]),
            Route("/task/{token}", _read, methods=["GET"]),
            Route("/task/{token}", post, methods=["POST"]),
            Route("/healthz", _healthz),
        ]
    )
