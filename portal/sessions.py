"""Sessions: who is signed in at a page of staff's own, and what her roles let her see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends
from starlette.requests import Request

from adapters.door import Session
from complaints.errors import NotSignedIn, NotYours
from complaints.staff import Staff
from complaints.words import Language, Role
from portal import language
from portal.pages import TheHouse
from portal.security import Nonces, stale_page

if TYPE_CHECKING:
    from fastapi import Response

    from adapters.house import House
    from portal.posting import Posting

LEADS = frozenset({Role.TEAM_LEAD, Role.DEPARTMENT_HEAD})
"""Roles that see the queue of their own department."""


@dataclass(frozen=True)
class Colleague:
    """A member of staff who is signed in."""

    id: str
    person: Staff
    session: Session
    language: Language
    protects: bool = False
    """Whether the policy of now lets her look after what is kept, held and erased."""

    def holds(self, *roles: Role) -> bool:
        """Whether she holds one of these roles now."""
        return not set(roles).isdisjoint(self.person.roles)

    @property
    def leads(self) -> bool:
        """Whether she sees a team's queue."""
        return self.sees_all or self.holds(*LEADS)

    @property
    def sees_all(self) -> bool:
        """Whether she sees the queues of all departments."""
        return self.holds(Role.COMPLAINTS_MANAGER)

    @property
    def administers(self) -> bool:
        """Whether she looks after the roster."""
        return self.holds(Role.ADMINISTRATOR)

    @property
    def oversees(self) -> bool:
        """Whether she sees how large incidents are."""
        return self.leads or self.administers

    @property
    def audits(self) -> bool:
        """Whether she may look into every case, and judge samples of them."""
        return self.holds(Role.AUDITOR)

    def about(self, page: str) -> str:
        """What the marks of a page are about: this page, in this session, and no other."""
        return f"{page} {self.session.id}"


async def signed_in(request: Request, house: TheHouse) -> Colleague:
    """Whoever is signed in; NotSignedIn when nobody is, or she has left the staff since."""
    cookie = request.cookies.get(cookie_name(house), "")
    session = await house.door.session(cookie) if cookie else None
    roster = await house.directory.current()
    if session is None or not roster.works_here(session.staff_id):
        message = "nobody is signed in"
        raise NotSignedIn(message)
    person = roster.staff[session.staff_id]
    # Whoever went to the trouble of switching stays with it on the next page.
    chosen = language.choose(request, reader=language.remembered(request) or person.language)
    protects = not set((await house.library.current()).archive.guardians).isdisjoint(person.roles)
    return Colleague(session.staff_id, person, session, chosen, protects=protects)


async def perhaps_signed_in(request: Request, house: TheHouse) -> Colleague | None:
    """Whoever is signed in, if anybody, where a page does not ask for it."""
    try:
        return await signed_in(request, house)
    except NotSignedIn:
        return None


Perhaps = Annotated[Colleague | None, Depends(perhaps_signed_in)]
"""The member of staff at a page that a link opens."""
Me = Annotated[Colleague, Depends(signed_in)]
"""The member of staff at the page."""


async def leading(me: Me) -> Colleague:
    """Whoever leads a team or all; NotYours for everybody else."""
    return _only(me, may=me.leads)


async def administering(me: Me) -> Colleague:
    """Whoever looks after the roster; NotYours for everybody else."""
    return _only(me, may=me.administers)


async def overseeing(me: Me) -> Colleague:
    """Whoever leads, and whoever looks after the roster; NotYours for everybody else."""
    return _only(me, may=me.oversees)


async def auditing(me: Me) -> Colleague:
    """Whoever audits; NotYours for everybody else."""
    return _only(me, may=me.audits)


async def protecting(me: Me) -> Colleague:
    """Whoever looks after what is kept and erased; NotYours for everybody else."""
    return _only(me, may=me.protects)


Lead = Annotated[Colleague, Depends(leading)]
Administrator = Annotated[Colleague, Depends(administering)]
Overseer = Annotated[Colleague, Depends(overseeing)]
Auditor = Annotated[Colleague, Depends(auditing)]
Protector = Annotated[Colleague, Depends(protecting)]


def _only(me: Colleague, *, may: bool) -> Colleague:
    if not may:
        message = f"{me.id} holds no role that opens this page"
        raise NotYours(message)
    return me


def is_fresh(request: Request, house: House, posting: Posting, *, me: Colleague, page: str) -> bool:
    """Whether a POST comes from this page, opened in this session, in her browser."""
    return not stale_page(request, house, posting, about=me.about(page))


def mark(house: House, me: Colleague, page: str) -> str:
    """The mark of one opening of a page in this session."""
    return Nonces(house.cipher).fresh(me.about(page))


def cookie_name(house: House) -> str:
    """The name under which browsers keep the session; `__Host-` binds it to this very host, and wants https."""
    return "__Host-redress" if is_https(house) else "redress"


def give_cookie(response: Response, house: House, cookie: str) -> None:
    """Hand the session to the browser. Lax: who comes from a mail program must find herself signed in."""
    response.set_cookie(
        cookie_name(house),
        cookie,
        max_age=house.door.session_seconds,
        path="/",
        secure=is_https(house),
        httponly=True,
        samesite="lax",
    )


def take_cookie(response: Response, house: House) -> None:
    """Have the browser forget the session."""
    response.delete_cookie(cookie_name(house), path="/", secure=is_https(house), httponly=True, samesite="lax")


def is_https(house: House) -> bool:
    """Whether browsers reach the house by https, so that its cookies must not travel otherwise."""
    return house.settings.public_url.startswith("https://")
