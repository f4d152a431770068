"""Signing members of staff in at the door, as their mailed links do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
from sqlmodel import col, select

from models.sign_ins import SignInRow
from portal.app import create_app
from tests.portal.visitor import Visitor

if TYPE_CHECKING:
    from adapters.house import House
    from tests.portal.visitor import Page


def newcomer(house: House, *, host: str = "") -> Visitor:
    """Somebody else at a browser of her own."""
    transport = httpx.ASGITransport(app=create_app(house), client=(host or "127.0.0.1", 123))
    return Visitor(httpx.AsyncClient(transport=transport, base_url="http://portal.test"))


async def askings(house: House) -> list[SignInRow]:
    """Every sign-in link that was asked for, oldest first."""
    async with house.database.reading() as session:
        query = select(SignInRow).order_by(col(SignInRow.asked_at))
        return list((await session.execute(query)).scalars())


async def ask_for_link(visitor: Visitor, house: House, staff_id: str) -> str:
    """Ask for a link as this person; the path that her letter carries."""
    known = {row.id for row in await askings(house)}
    address = (await house.directory.current()).staff[staff_id].email
    page = await visitor.open("/me/sign-in")
    await visitor.send(page, {"email": address})
    row = next(row for row in await askings(house) if row.id not in known)
    return f"/me/sign-in/{house.door.token(row.id, staff_id)}"


async def sign_in(visitor: Visitor, house: House, staff_id: str) -> Page:
    """Go through the door as this person; her own page."""
    arrival = await visitor.open(await ask_for_link(visitor, house, staff_id))
    return await visitor.send(arrival, {})


async def signed_in(house: House, staff_id: str) -> Visitor:
    """A visitor of her own who is signed in as this person."""
    visitor = newcomer(house)
    page = await sign_in(visitor, house, staff_id)
    assert page.status == 200, page.text
    return visitor
