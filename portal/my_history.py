"""My history: what a member of staff did, newest first, in codes and case numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from adapters.deeds import Deed, deeds_of
from portal.my_tasks import Frame, frame, view_link
from portal.names import names_of
from portal.pages import Page, TheHouse, show
from portal.sessions import Me

if TYPE_CHECKING:
    from portal.names import Names

router = APIRouter(include_in_schema=False)

_SHOWN: Final = 50
_LAST_PAGE: Final = 10_000


@dataclass(frozen=True)
class Line:
    """Something she did, and a link to the case it was done to."""

    deed: Deed
    link: str

    @property
    def fact(self) -> object:
        """Under the name that the sentences of a history know it by."""
        return self.deed.fact


@dataclass(frozen=True)
class HistoryPage:
    """One page of what she did."""

    frame: Frame
    lines: tuple[Line, ...]
    names: Names
    number: int
    has_more: bool


@router.api_route("/me/history", methods=["GET", "HEAD"])
async def read(
    request: Request, me: Me, house: TheHouse, page: Annotated[int, Query(ge=1, le=_LAST_PAGE)] = 1
) -> Response:
    """What she did."""
    names = await names_of(house, me.language)
    found = await deeds_of(house.database, me.id, skip=(page - 1) * _SHOWN, most=_SHOWN + 1)
    model = HistoryPage(
        frame=frame(house, me, "/me/history"),
        lines=tuple(Line(deed, view_link(house, me, deed.case_no)) for deed in found[:_SHOWN]),
        names=names,
        number=page,
        has_more=len(found) > _SHOWN,
    )
    return show(request, Page("me/history.html", me.language, names.policy, model))
