"""Security: the headers that keep every page closed, and what a POST must show before it is heard."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.datastructures import MutableHeaders

from portal.posting import NONCE
from portal.problems import WHOLE_FORM, Problem

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from adapters.cipher import Cipher
    from adapters.house import House
    from portal.posting import Posting

CONTENT_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
"""Pages need no script at all, so none may run."""

_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


class SecureHeaders:
    """Adds the headers of a closed page to every answer that does not set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_closed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_closed)


class Nonces:
    """Marks of pages that were opened: a POST without the mark of its own page is not heard."""

    def __init__(self, cipher: Cipher) -> None:
        self._signer = URLSafeSerializer(cipher.derived("page-nonce"), salt="redress-page")

    def fresh(self, about: str) -> str:
        """A new mark for one opening of the page about something: a link's token, or a form's name."""
        return str(self._signer.dumps([secrets.token_urlsafe(12), _digest(about)]))

    def read(self, nonce: str, about: str) -> str | None:
        """The chance part of a mark, which names one opening of the page; None when the mark is not of this page."""
        try:
            chance, digest = self._signer.loads(nonce)
        except (BadSignature, ValueError):
            return None
        return str(chance) if digest == _digest(about) else None


def is_same_origin(request: Request, public_url: str) -> bool:
    """Whether a POST comes from a page of this house, as far as the browser tells."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin is None or origin == "null":
        # Under `Referrer-Policy: no-referrer` browsers send `null` even to ourselves; the nonce decides alone.
        return True
    return urlsplit(origin).netloc in {request.headers.get("host"), urlsplit(public_url).netloc}


def stale_page(request: Request, house: House, posting: Posting, *, about: str) -> tuple[Problem, ...]:
    """A problem unless the POST comes from a page of ours that was opened for this."""
    is_ours = is_same_origin(request, house.settings.public_url)
    is_opened = Nonces(house.cipher).read(posting.first(NONCE), about) is not None
    return () if is_ours and is_opened else (Problem(WHOLE_FORM, "page_stale"),)


def _digest(about: str) -> str:
    return hashlib.sha256(about.encode()).hexdigest()[:32]
