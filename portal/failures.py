"""Failures: calm pages for links that lead nowhere, for a house that cannot answer now, and for our own mistakes."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException as PlainHTTPException
from starlette.requests import Request

from complaints.errors import (
    DataErased,
    LinkExpired,
    LinkForged,
    NoSuchCase,
    NotSignedIn,
    NotThere,
    NotYours,
    TryAgain,
)
from portal import language
from portal.pages import RETRY, Page, show
from portal.posting import NONCE, Posting, read_posting
from portal.wanted import note_wanted

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from adapters.house import House

log = logging.getLogger("redress.portal")

_BARE = "<!doctype html><title>Redress</title><p>We cannot show this page just now. 我们暂时无法显示此页面。</p>"
"""When not even the page that says so can be printed."""


@dataclass(frozen=True)
class FailurePage:
    """What went wrong, in one code that the template explains."""

    code: str
    reference: str = ""
    typed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What the visitor had typed, so that it can be sent again."""
    has_lost_files: bool = False


def install(app: FastAPI) -> None:
    """Have the portal answer its expected failures with pages."""
    app.add_exception_handler(NoSuchCase, _not_there)
    app.add_exception_handler(DataErased, _erased)
    app.add_exception_handler(NotThere, _not_there)
    app.add_exception_handler(LinkForged, _not_there)
    app.add_exception_handler(LinkExpired, _expired)
    app.add_exception_handler(NotSignedIn, _not_signed_in)
    app.add_exception_handler(NotYours, _not_yours)
    app.add_exception_handler(TryAgain, _try_again)
    app.add_exception_handler(PlainHTTPException, _plain)
    app.add_exception_handler(RequestValidationError, _unreadable)


async def _not_there(request: Request, _wrong: Exception) -> Response:
    """The same words whether there is no such case or it is not the asker's."""
    return await explain(request, HTTPStatus.NOT_FOUND, FailurePage("not_there"))


async def _erased(request: Request, _wrong: Exception) -> Response:
    return await explain(request, HTTPStatus.GONE, FailurePage("erased"))


async def _expired(request: Request, _wrong: Exception) -> Response:
    return await explain(request, HTTPStatus.GONE, FailurePage("link_expired"))


async def _not_signed_in(request: Request, _wrong: Exception) -> Response:
    """Whoever looks is led to the door; whoever posted gets back what she typed, since a door forgets it."""
    if request.method != "POST":
        response = RedirectResponse("/me/sign-in", status_code=303)
        note_wanted(response, request, request.app.state.house)
        return response
    posting = await _what_was_typed(request)
    typed = tuple((name, texts) for name, texts in posting.fields.items() if any(texts) and name != NONCE)
    return await explain(request, HTTPStatus.UNAUTHORIZED, FailurePage("signed_out", typed=typed))


async def _not_yours(request: Request, _wrong: Exception) -> Response:
    return await explain(request, HTTPStatus.FORBIDDEN, FailurePage("not_yours"))


async def _try_again(request: Request, wrong: Exception) -> Response:
    log.warning("page.unavailable", extra={"reason": str(wrong)})
    posting = await _what_was_typed(request)
    typed = tuple((name, texts) for name, texts in posting.fields.items() if any(texts) or name == NONCE)
    page = FailurePage("unavailable", typed=typed, has_lost_files=bool(posting.uploads))
    return await explain(request, HTTPStatus.SERVICE_UNAVAILABLE, page)


async def _what_was_typed(request: Request) -> Posting:
    """The form of a POST, read now if the failure came before anybody read it."""
    posting: Posting | None = getattr(request.state, "posting", None)
    house: House = request.app.state.house
    if posting is None and request.method == "POST" and not _is_of_a_program(request):
        try:
            return await read_posting(request, (await house.library.current()).intake)
        except (TryAgain, PlainHTTPException):
            return Posting()
    return posting or Posting()


async def _plain(request: Request, wrong: Exception) -> Response:
    status = wrong.status_code if isinstance(wrong, PlainHTTPException) else HTTPStatus.BAD_REQUEST
    codes = {404: "not_there", 405: "not_there", 413: "too_large"}
    return await explain(request, status, FailurePage(codes.get(status, "unreadable")))


async def _unreadable(request: Request, _wrong: Exception) -> Response:
    return await explain(request, HTTPStatus.UNPROCESSABLE_ENTITY, FailurePage("unreadable"))


async def explain(request: Request, status: int, page: FailurePage) -> Response:
    """A page, or for the API a few words in JSON, that says what went wrong."""
    headers = RETRY if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    if _is_of_a_program(request):
        body: dict[str, Any] = {"error": page.code}
        if page.reference:
            body["reference"] = page.reference
        return JSONResponse(body, status_code=status, headers=headers)
    house: House | None = getattr(request.app.state, "house", None)
    try:
        policy = await house.library.current() if house else None
    except TryAgain:
        policy = None
    if policy is None:
        return HTMLResponse(_BARE, status_code=status, headers=headers)
    return show(request, Page("failure.html", language.choose(request), policy, page, status, headers))


def _is_of_a_program(request: Request) -> bool:
    return request.url.path.startswith("/api/")


class CalmErrors:
    """Answers our own mistakes with a calm page and a reference, under which the log has the traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def send_noting(message: Message) -> None:
            nonlocal has_begun
            has_begun = has_begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as wrong:
            if scope["type"] != "http" or has_begun:
                raise
            # The edge of the process: whatever it is, the visitor gets a page and the log gets the rest.
            reference = secrets.token_hex(4)
            _note(wrong, reference=reference, route=_route(scope))
            answer = await _own_mistake(Request(scope, receive), reference)
            await answer(scope, receive, send)


async def _own_mistake(request: Request, reference: str) -> Response:
    try:
        return await explain(request, HTTPStatus.INTERNAL_SERVER_ERROR, FailurePage("mistake", reference=reference))
    except Exception as wrong:  # noqa: BLE001  the last resort of the process's edge: a bare page says so
        _note(wrong, reference=reference, route="failure")
        return HTMLResponse(_BARE, status_code=HTTPStatus.INTERNAL_SERVER_ERROR)


def _note(wrong: Exception, *, reference: str, route: str) -> None:
    """Log where it happened. What the error says stays out: it may quote what a customer wrote."""
    kind = RuntimeError(type(wrong).__name__)
    log.error(
        "page.failed", extra={"reference": reference, "route": route}, exc_info=(type(kind), kind, wrong.__traceback__)
    )


def _route(scope: Scope) -> str:
    """The route's pattern: the address itself holds a link's secret and is never logged."""
    return str(getattr(scope.get("route"), "path", "unknown"))
