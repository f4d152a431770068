"""Counting: how many requests each page of the web site gets, how they end, and how long they take."""

from __future__ import annotations

from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from adapters.house import House

_METHODS: Final = frozenset({"GET", "HEAD", "POST"})


class Counted:
    """Times every request under the pattern of its path: what stands in a link is nobody's to read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = perf_counter(), HTTPStatus.INTERNAL_SERVER_ERROR.value

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        finally:
            house: House = scope["app"].state.house
            labels = (_method(scope), getattr(scope.get("route"), "path", "other"), str(status))
            house.meters.requests.labels(*labels).observe(perf_counter() - began)


def _method(scope: Scope) -> str:
    """Anybody may send any word as a method; each would be a series of its own."""
    return scope["method"] if scope["method"] in _METHODS else "other"
