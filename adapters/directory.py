"""The staff directory: the roster in force, and every one before it. Staff are live, for open cases too."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from complaints.errors import TryAgain
from complaints.roster import Roster
from complaints.roster_file import read_stored, write_toml
from models.tables import RosterRow

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.clock import Clock
    from adapters.database import Database
    from adapters.library import PolicyLibrary

_FRESH_SECONDS = 1.0
"""How long a roster is taken for the newest without asking: another process's import is seen after as long."""


@dataclass(frozen=True)
class Stored:
    """One roster of the house's past: which, when, by whom and why."""

    number: int
    at: datetime
    by: str
    reason: str


class StaffDirectory:
    """Reads the newest roster, and adds newer ones."""

    def __init__(self, database: Database, *, library: PolicyLibrary, clock: Clock) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self._newest: Roster | None = None
        self._number = 0
        self._asked_at: float | None = None

    async def current(self) -> Roster:
        """Who works for the house now: the newest stored roster, else the sample roster of the policy in force."""
        found = await self.stored() or Roster.of_policy(await self._library.current())
        return found.at(self._clock.now())

    async def stored(self) -> Roster | None:
        """The newest stored roster, at most a second old; None while the house has none but its policy's."""
        now = monotonic()
        if self._asked_at is None or now - self._asked_at >= _FRESH_SECONDS:
            async with self._database.reading() as session:
                await self._look(session)
            self._asked_at = now
        return self._newest

    async def store(self, roster: Roster, *, by: str, reason: str) -> Roster:
        """Put a whole roster in force."""
        return await self.change(lambda _present: roster, by=by, reason=reason)

    async def change(self, edit: Callable[[Roster], Roster], *, by: str, reason: str) -> Roster:
        """Put in force what `edit` makes of the newest roster; TryAgain when somebody else stored one meanwhile."""
        sample, now = Roster.of_policy(await self._library.current()), self._clock.now()
        try:
            async with self._database.writing() as session:
                await self._look(session)
                text = write_toml(edit((self._newest or sample).at(now)))
                row = RosterRow(number=self._number + 1, stored_at=now, stored_by=by, reason=reason, text=text)
                session.add(row)
                await session.flush()
        except IntegrityError as race:
            message = "somebody else changed the staff at the same moment"
            raise TryAgain(message) from race
        async with self._database.reading() as session:
            await self._look(session)
        return await self.current()

    async def log(self) -> tuple[Stored, ...]:
        """Every roster ever stored, newest first."""
        columns = (RosterRow.number, RosterRow.stored_at, RosterRow.stored_by, RosterRow.reason)
        async with self._database.reading() as session:
            rows = (await session.execute(select(*columns).order_by(col(RosterRow.number).desc()))).all()
        return tuple(Stored(*row) for row in rows)

    async def every(self) -> tuple[tuple[datetime, Roster], ...]:
        """Every roster ever stored and since when it counted, oldest first; for whoever looks at the past."""
        timezone = (await self._library.current()).calendar.timezone
        async with self._database.reading() as session:
            rows = (await session.execute(select(RosterRow).order_by(col(RosterRow.number)))).scalars().all()
        return tuple((row.stored_at, read_stored(row.text, number=row.number, timezone=timezone)) for row in rows)

    async def _look(self, session: AsyncSession) -> None:
        """Read the newest roster unless it is known."""
        number = (await session.execute(select(func.max(col(RosterRow.number))))).scalar() or 0
        if number == self._number:
            return
        row = await session.get(RosterRow, number)
        if row is not None:
            timezone = (await self._library.current()).calendar.timezone
            self._newest = read_stored(row.text, number=number, timezone=timezone)
            self._number = number


async def newest_roster(database: Database, *, timezone: str) -> Roster | None:
    """The newest stored roster for who only reads, and stores no policy by the way; None when none was stored."""
    async with database.reading() as session:
        row = (await session.execute(select(RosterRow).order_by(col(RosterRow.number).desc()).limit(1))).scalar()
    return read_stored(row.text, number=row.number, timezone=timezone) if row else None
