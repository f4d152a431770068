"""Probes: ask each outside system whether it is there and well, changing nothing and sending no mail."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
from aiosmtplib import SMTP, SMTPException
from sqlalchemy import func
from sqlmodel import col, select

from adapters.cipher import Cipher
from complaints.errors import GiveUp, TryAgain
from models.tables import CaseKeyRow, CaseRow, LetterRow

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from adapters.database import Database
    from adapters.keyring import Keyring
    from adapters.settings import Settings

_PATIENCE = 5.0
"""Seconds; what answers later is as good as away."""


@dataclass(frozen=True)
class Engine:
    """What a Prefect server says of itself."""

    version: str
    has_ui: bool


@dataclass(frozen=True)
class Books:
    """What stands in the business database."""

    cases: int
    waiting: int
    """Cases whose time has come and that no worker has looked at."""
    dead_letters: int


async def answers(host: str, port: int) -> bool:
    """Whether anything listens on a port."""
    try:
        async with asyncio.timeout(_PATIENCE):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


async def ask_mail_server(settings: Settings) -> str:
    """What a mail server says to a greeting; TryAgain or GiveUp when it does not want us."""
    security = settings.smtp_security
    server = SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        use_tls=security == "tls",
        start_tls=security == "starttls",
        username=settings.smtp_user or None,
        password=settings.smtp_password.get_secret_value() or None,
        timeout=_PATIENCE,
    )
    try:
        async with server:
            answer = await server.noop()
    except OSError as away:
        # Lost connections and timeouts of this library are both.
        raise TryAgain(str(away).partition("\n")[0]) from away
    except SMTPException as refused:
        raise GiveUp(str(refused).partition("\n")[0]) from refused
    return answer.message


async def ask_engine(settings: Settings) -> Engine:
    """Version of a Prefect server and whether it shows its UI; TryAgain when it is away, GiveUp when it is another."""
    address = settings.engine_url.rstrip("/")
    async with _browser() as browser:
        health = await browser.get(f"{address}/health")
        version = await browser.get(f"{address}/admin/version")
        page = await browser.get(address.removesuffix("/api") + "/", follow_redirects=True)
    if health.status_code != httpx.codes.OK or version.status_code != httpx.codes.OK:
        raise GiveUp(f"it answers {health.status_code} to {address}/health")
    has_ui = page.status_code == httpx.codes.OK and "html" in page.headers.get("content-type", "")
    return Engine(version=version.text.strip().strip('"'), has_ui=has_ui)


async def ask_portal(settings: Settings) -> bool:
    """Whether our portal answers at its port; False when another program does."""
    async with _browser() as browser:
        page = await browser.get(f"http://{settings.portal_host}:{settings.portal_port}/healthz")
    return page.status_code == httpx.codes.OK and page.headers.get("referrer-policy") == "no-referrer"


async def ask_books(database: Database, *, overdue_since: datetime) -> Books:
    """Counts that say whether work goes on."""
    waiting = select(func.count()).where(col(CaseRow.stage).is_not(None), col(CaseRow.wake_at) < overdue_since)
    dead = select(func.count()).where(col(LetterRow.status) == "dead")
    async with database.reading() as session:
        return Books(
            cases=(await session.execute(select(func.count()).select_from(CaseRow))).scalar_one(),
            waiting=(await session.execute(waiting)).scalar_one(),
            dead_letters=(await session.execute(dead)).scalar_one(),
        )


async def fits(masters: Keyring | None, database: Database) -> bool:
    """Whether the master keys open what this database holds: a case of each master."""
    one_each = select(func.min(CaseKeyRow.case_no)).group_by(col(CaseKeyRow.master))
    async with database.reading() as session:
        rows = (await session.execute(select(CaseKeyRow).where(col(CaseKeyRow.case_no).in_(one_each)))).scalars().all()
    if not rows or masters is None:
        return not rows
    try:
        return all(Cipher(masters).unwrap(row.case_no, row.wrapped) for row in rows)
    except GiveUp:
        return False


@asynccontextmanager
async def _browser() -> AsyncIterator[httpx.AsyncClient]:
    """A client that knows the credential of Prefect's server, where one is set."""
    user, _, word = os.environ.get("PREFECT_API_AUTH_STRING", "").partition(":")
    try:
        async with httpx.AsyncClient(timeout=_PATIENCE, auth=(user, word) if user else None) as client:
            yield client
    except httpx.HTTPError as away:
        raise TryAgain(str(away) or type(away).__name__) from away
    except (httpx.InvalidURL, ValueError) as wrong:
        raise GiveUp(str(wrong)) from wrong
