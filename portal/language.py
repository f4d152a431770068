"""Language: which one a page is shown in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from complaints.words import Language

if TYPE_CHECKING:
    from fastapi import Response
    from starlette.requests import Request

COOKIE: Final = "language"
_ONE_YEAR = 365 * 24 * 3600


def choose(request: Request, *, reader: Language | None = None) -> Language:
    """What the address asks for, else the reader's own language, else what her browser was told or prefers."""
    asked = _known(request.query_params.get("lang", ""))
    return asked or reader or remembered(request) or _preferred(request)


def remembered(request: Request) -> Language | None:
    """What the visitor once asked for in this browser; None when she never did."""
    return _known(request.cookies.get(COOKIE, ""))


def remember(response: Response, request: Request) -> None:
    """Keep the language that the address asked for, for the visitor's next page."""
    asked = _known(request.query_params.get("lang", ""))
    if asked:
        response.set_cookie(COOKIE, asked.value, max_age=_ONE_YEAR, httponly=True, samesite="lax")


def _preferred(request: Request) -> Language:
    """The first language of Accept-Language, by weight, that pages exist in."""
    weighed = [_weighed(part) for part in request.headers.get("accept-language", "").split(",") if part.strip()]
    for _, tag in sorted(weighed, key=lambda pair: -pair[0]):
        if found := _known(tag):
            return found
    return Language.EN


def _weighed(part: str) -> tuple[float, str]:
    tag, _, weight = part.partition(";q=")
    try:
        return float(weight or 1), tag.strip()
    except ValueError:
        return 0.0, tag.strip()


def _known(tag: str) -> Language | None:
    """Any Chinese is read as the one we have, any English likewise."""
    root = tag.lower().partition("-")[0]
    return {"zh": Language.ZH_CN, "en": Language.EN}.get(root)
