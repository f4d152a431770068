"""Wanted: the page before which somebody met the door, so that signing in leads there; mails link to such pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from portal.sessions import is_https

if TYPE_CHECKING:
    from fastapi import Request
    from fastapi.responses import Response

    from adapters.house import House

_COOKIE: Final = "redress_wanted"
_DOOR: Final = "/me/sign-in"
"""Browsers send the cookie to the door only."""
_STAFFS_PAGE: Final = re.compile(r"/(?:me|team|audit|privacy|admin)(?:/[\w./-]*)?(?:\?[\w.=&%+:-]*)?", re.ASCII)
"""Where it may lead: never out of the house, whatever a cookie says."""
_LONGEST: Final = 400


def note_wanted(response: Response, request: Request, house: House) -> None:
    """Have the browser remember the page that was asked for, as long as a sign-in link is good."""
    page = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if len(page) <= _LONGEST and _STAFFS_PAGE.fullmatch(page):
        response.set_cookie(
            _COOKIE,
            page,
            max_age=60 * house.settings.sign_in_minutes,
            path=_DOOR,
            secure=is_https(house),
            httponly=True,
            samesite="lax",
        )


def wanted(request: Request) -> str:
    """Where whoever signs in wanted to go; her own page when nowhere in particular."""
    page = request.cookies.get(_COOKIE, "")
    return page if _STAFFS_PAGE.fullmatch(page) else "/me"


def forget_wanted(response: Response) -> None:
    """She is there."""
    response.delete_cookie(_COOKIE, path=_DOOR)
