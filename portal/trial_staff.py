"""The staff of a dry run: who works for the house now, or the policy's sample where there is no house yet."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from adapters.database import Database
from adapters.directory import newest_roster
from complaints.errors import TryAgain
from complaints.roster import Roster
from portal.errand import reason_of
from portal.trial import Weighed

if TYPE_CHECKING:
    from adapters.settings import Settings
    from complaints.policy import Policy


def staff_of(settings: Settings, policy: Policy) -> Weighed:
    """The newest roster of the house's database, which is only read; else the sample staff, and why."""
    if not _is_there(settings):
        return _sample(policy, "this house has no database yet")
    try:
        stored = asyncio.run(_stored(settings, policy))
    except (ImportError, OSError, SQLAlchemyError, TryAgain) as refused:
        return _sample(policy, f"the database could not be read ({reason_of(refused)})")
    if stored is None:
        return _sample(policy, "this house has imported no staff of its own")
    return Weighed(stored, is_own=True, why=f"Weighed with the staff of this house, {stored.version}.")


def _sample(policy: Policy, why: str) -> Weighed:
    told = f"Weighed with the sample staff of the policy {policy.version}: {why}."
    return Weighed(Roster.of_policy(policy), is_own=False, why=told)


def _is_there(settings: Settings) -> bool:
    """Whether there is a database to look into: a server is asked, a file that is not there would only be made."""
    try:
        url = make_url(settings.business_url)
    except ArgumentError:
        return True
    return url.get_backend_name() != "sqlite" or (url.database is not None and Path(url.database).exists())


async def _stored(settings: Settings, policy: Policy) -> Roster | None:
    database = Database(settings.business_url)
    try:
        return await newest_roster(database, timezone=policy.calendar.timezone)
    finally:
        await database.close()
