"""The door: lets members of staff in by a mailed link, once, and keeps their sessions until they end."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, func, insert, or_, select, update
from sqlmodel import col

from adapters.house_letters import order_house_letter
from complaints.errors import LinkExpired, LinkForged
from complaints.letters import LetterKind, LetterOrder
from models.sign_ins import SIGN_INS, STAFF_SESSIONS, SignInRow, StaffSessionRow

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.cipher import Cipher
    from adapters.clock import Clock
    from adapters.database import Database
    from adapters.settings import Settings

_WINDOW: Final = timedelta(minutes=15)
_MOST_FOR_AN_ADDRESS: Final = 5
"""Letters to one address within the window: enough for whoever looks in the wrong folder, too few to bury her."""
_MOST_FROM_A_SENDER: Final = 60
"""From one machine within the window: a whole office may stand behind one address on a Monday morning."""
_KEPT: Final = timedelta(days=1)
"""How long what is over stays in the tables: none of it is history."""


@dataclass(frozen=True)
class Invitation:
    """What a sign-in link says: which asking it answers, and whom it lets in."""

    sign_in: str
    staff_id: str


@dataclass(frozen=True)
class Session:
    """Somebody who is signed in."""

    id: str
    staff_id: str
    begun_at: datetime
    ends_at: datetime
    purpose: str = ""
    """What its looks at cases are for; '' where nothing was stated."""
    reference: str = ""


class Door:
    """The staff's door of this house."""

    def __init__(self, database: Database, *, cipher: Cipher, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._public_url = settings.public_url
        self._good_for = timedelta(minutes=settings.sign_in_minutes)
        self._session_lasts = timedelta(hours=settings.session_hours)
        self._links = URLSafeSerializer(cipher.derived("staff-sign-in"), salt="redress-sign-in")
        self._cookies = URLSafeSerializer(cipher.derived("staff-session"), salt="redress-session")
        self._digest = cipher.lookup

    async def ask(self, address: str, *, sender: str, staff_id: str) -> bool:
        """Order a sign-in letter to whoever has this address ('' for nobody); False when the sender asks too often.

        Askings of known and unknown addresses are noted alike. Too many for one address are passed over without a word.
        """
        now, about = self._clock.now(), self._digest(f"sign-in address:{address}")
        asker = self._digest(f"sign-in sender:{sender}")
        async with self._database.writing() as session:
            await session.execute(delete(SIGN_INS).where(col(SignInRow.asked_at) < now - _KEPT))
            if await _count(session, col(SignInRow.sender) == asker, since=now - _WINDOW) >= _MOST_FROM_A_SENDER:
                return False
            if await _count(session, col(SignInRow.address) == about, since=now - _WINDOW) >= _MOST_FOR_AN_ADDRESS:
                return True
            number = secrets.token_hex(16)
            row = {"id": number, "address": about, "sender": asker, "staff_id": staff_id, "asked_at": now}
            await session.execute(insert(SIGN_INS), [row])
            if staff_id:
                order = LetterOrder(LetterKind.SIGN_IN, staff_id, f"sign_in/{number}", details=(("sign_in", number),))
                await order_house_letter(session, order, at=now)
        return True

    def address(self, sign_in: str, staff_id: str) -> str:
        """The whole link for a letter; its time runs from now."""
        return f"{self._public_url}/me/sign-in/{self.token(sign_in, staff_id)}"

    def token(self, sign_in: str, staff_id: str) -> str:
        """The signed part of a link."""
        return str(self._links.dumps([sign_in, staff_id, int(self._clock.now().timestamp())]))

    async def invitation(self, token: str) -> Invitation:
        """What a link says, as long as it is good; LinkForged or LinkExpired. Looking at it does not spend it."""
        try:
            sign_in, staff_id, made_at = self._links.loads(token)
        except (BadSignature, ValueError) as forged:
            raise LinkForged("this link was not made by this house") from forged
        if self._clock.now().timestamp() - made_at > self._good_for.total_seconds():
            raise LinkExpired("this link has expired")
        async with self._database.reading() as session:
            row = await session.get(SignInRow, sign_in)
        if row is None or row.spent_at is not None or row.staff_id != staff_id:
            raise LinkExpired("this link was used already")
        return Invitation(sign_in, staff_id)

    async def admit(self, invitation: Invitation) -> str:
        """Spend the link and begin a session: what to put into the cookie. LinkExpired when somebody was faster.

        All other links that the same person has asked for are spent with it.
        """
        now, secret = self._clock.now(), secrets.token_urlsafe(32)
        is_unspent = col(SignInRow.spent_at).is_(None)
        async with self._database.writing() as session:
            spent = await session.execute(
                update(SIGN_INS).where(col(SignInRow.id) == invitation.sign_in, is_unspent).values(spent_at=now)
            )
            if getattr(spent, "rowcount", 0) != 1:
                raise LinkExpired("this link was used already")
            hers = col(SignInRow.staff_id) == invitation.staff_id
            await session.execute(update(SIGN_INS).where(hers, is_unspent).values(spent_at=now))
            await session.execute(delete(STAFF_SESSIONS).where(_is_long_over(now)))
            row = {"id": _id(secret), "staff_id": invitation.staff_id, "begun_at": now}
            await session.execute(insert(STAFF_SESSIONS), [{**row, "ends_at": now + self._session_lasts}])
        return str(self._cookies.dumps(secret))

    async def session(self, cookie: str) -> Session | None:
        """The session of a cookie; None when it is forged, over or ended."""
        try:
            secret: Any = self._cookies.loads(cookie)
        except (BadSignature, ValueError):
            return None
        async with self._database.reading() as session:
            row = await session.get(StaffSessionRow, _id(str(secret)))
        if row is None or row.ended_at is not None or row.ends_at <= self._clock.now():
            return None
        return Session(row.id, row.staff_id, row.begun_at, row.ends_at, row.purpose, row.reference)

    async def state(self, one: Session, *, purpose: str, reference: str) -> None:
        """Keep what the looks of a session are for, from now on."""
        async with self._database.writing() as session:
            told = {"purpose": purpose, "reference": reference}
            await session.execute(update(STAFF_SESSIONS).where(col(StaffSessionRow.id) == one.id).values(told))

    async def end(self, one: Session, *, everywhere: bool = False) -> None:
        """End a session, or all that its holder has on any machine."""
        which = col(StaffSessionRow.staff_id) == one.staff_id if everywhere else col(StaffSessionRow.id) == one.id
        is_running = col(StaffSessionRow.ended_at).is_(None)
        async with self._database.writing() as session:
            await session.execute(update(STAFF_SESSIONS).where(which, is_running).values(ended_at=self._clock.now()))

    @property
    def session_seconds(self) -> int:
        """How long a cookie is kept."""
        return int(self._session_lasts.total_seconds())


async def _count(session: AsyncSession, which: ColumnElement[bool], *, since: datetime) -> int:
    query = select(func.count()).select_from(SIGN_INS).where(which, col(SignInRow.asked_at) > since)
    return (await session.execute(query)).scalar_one()


def _is_long_over(now: datetime) -> ColumnElement[bool]:
    return or_(col(StaffSessionRow.ended_at) < now - _KEPT, col(StaffSessionRow.ends_at) < now - _KEPT)


def _id(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
