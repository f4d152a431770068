"""Pages: prints a template in the reader's language and answers with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from adapters.house import House
from adapters.pressroom import environment
from complaints.words import Language
from portal.language import remember

if TYPE_CHECKING:
    from collections.abc import Mapping

    from complaints.policy import Policy


@dataclass(frozen=True)
class Page:
    """A page to print: its template, for whom, and the one thing that the template sees."""

    template: str
    language: Language
    policy: Policy
    model: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


async def house_of(request: Request) -> House:
    """The house that this portal belongs to. Async, or FastAPI would ask a thread for it at every request."""
    return _house_of(request)


def _house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


RETRY = {"Retry-After": "30"}
"""When to come back, in seconds, on every answer that says the house cannot do it just now."""

TheHouse = Annotated[House, Depends(house_of)]


def show(request: Request, page: Page) -> HTMLResponse:
    """The page as an answer. HEAD gets the same headers; the server drops the body."""
    retry = RETRY if page.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    response = HTMLResponse(_print(page, request), status_code=page.status, headers={**page.headers, **retry})
    remember(response, request)
    return response


def _print(page: Page, request: Request) -> str:
    template = environment(page.language, page.policy.calendar.timezone).get_template(f"pages/{page.template}")
    return template.render(
        page=page.model,
        house=page.policy.house,
        currency=page.policy.review.currency,
        languages=tuple(Language),
        now=_house_of(request).clock.now(),
        query=_without_language(request.url.query),
        # A page that answers a POST cannot be opened again by a link, in whichever language.
        is_posted=request.method == "POST",
    )


def _without_language(query: str) -> str:
    """The rest of a query, for the links that switch the language."""
    return "&".join(part for part in query.split("&") if part and not part.startswith("lang="))
