"""Mail: the page that shows what the local catcher caught, so that anybody can play staff and customers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from adapters.catcher import CaughtMail, message, messages
from complaints.errors import NoSuchCase
from portal import language
from portal.pages import Page, TheHouse, show

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.house import House

router = APIRouter(include_in_schema=False)

_SHOWN: Final = 100
_NEW_WINDOW: Final = '<base target="_blank">'
_MAIL_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""A mail styles itself inline and may open its links, and nothing else."""


@dataclass(frozen=True)
class MailList:
    """The newest mails first, and for which case if only for one."""

    mails: tuple[CaughtMail, ...]
    case_no: str
    shown: int = _SHOWN


@dataclass(frozen=True)
class MailPage:
    """One mail."""

    mail: CaughtMail


@router.api_route("/mail", methods=["GET", "HEAD"])
async def listed(request: Request, house: TheHouse, case: str = "") -> Response:
    """What was caught lately."""
    folder = _folder(house)
    newest = None if case else _SHOWN
    found = await asyncio.to_thread(messages, folder, newest=newest)
    mails = tuple(mail for mail in reversed(found) if not case or mail.case_no == case)[:_SHOWN]
    policy = await house.library.current()
    return show(request, Page("mails.html", language.choose(request), policy, MailList(mails, case)))


@router.api_route("/mail/{mail_id}", methods=["GET", "HEAD"])
async def read(request: Request, mail_id: str, house: TheHouse) -> Response:
    """One mail: how it looks, how it reads in plain text, and its links."""
    mail = await _find(house, mail_id)
    policy = await house.library.current()
    return show(request, Page("mail.html", language.choose(request), policy, MailPage(mail)))


@router.api_route("/mail/{mail_id}/body", methods=["GET", "HEAD"])
async def body(mail_id: str, house: TheHouse) -> Response:
    """The mail's own HTML, for the frame in its page."""
    mail = await _find(house, mail_id)
    return HTMLResponse(_NEW_WINDOW + mail.html, headers={"Content-Security-Policy": _MAIL_POLICY})


async def _find(house: House, mail_id: str) -> CaughtMail:
    mail = await asyncio.to_thread(message, _folder(house), mail_id)
    if mail is None:
        raise NoSuchCase("there is no such mail")
    return mail


def _folder(house: House) -> Path:
    """Where the catcher keeps its mails; a house with a real mail server shows none."""
    if not house.settings.catch_mail:
        raise NoSuchCase("mail is not caught here")
    return house.settings.home / "mail"
