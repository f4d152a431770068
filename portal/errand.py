"""An errand: one command's work with the house open, and whatever is wrong with the house in one sentence."""

from __future__ import annotations

import asyncio
import getpass
import os
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from adapters.database import Database
from adapters.house import open_house
from adapters.migrations import is_current, migrate
from adapters.settings import Settings
from complaints.errors import GiveUp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from adapters.house import House

Result = TypeVar("Result")

_NOT_SET_UP = "The business database is not set up for this version: run `redress migrate` first."


def read_settings() -> Settings:
    """The settings of the environment; GiveUp names every variable that is wrong."""
    try:
        return Settings()
    except ValidationError as wrong:
        named = (f"REDRESS_{str(error['loc'][0]).upper()}: {error['msg']}" for error in wrong.errors())
        raise GiveUp("; ".join(named)) from None


def run_errand(work: Callable[[House], Awaitable[Result]]) -> Result:
    """Open the house, do the work, close the house."""

    async def whole() -> Result:
        async with _opened_house(read_settings()) as house:
            return await work(house)

    return asyncio.run(whole())


def operator() -> str:
    """Who works at this machine, for the records."""
    try:
        return f"operator {getpass.getuser()}"[:120]
    except (KeyError, OSError):
        return "operator"


def migrate_house(settings: Settings | None = None) -> str:
    """Bring the business database to the shape this version needs; the name of its newest revision."""
    settings = settings or read_settings()
    prepare_home(settings.home)

    async def whole() -> str:
        async with _opened_database(settings) as database:
            return await migrate(database)

    return asyncio.run(whole())


def prepare_home(home: Path) -> None:
    """Make the folder for all data; GiveUp when nothing can be kept there."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as refused:
        raise GiveUp(f"The data folder {home} cannot be made ({reason_of(refused)}): {_OTHER_HOME}") from refused
    if not os.access(home, os.W_OK | os.X_OK):
        raise GiveUp(f"The data folder {home} cannot be written to: {_OTHER_HOME}")


_OTHER_HOME = "allow it, or name another with REDRESS_HOME."

_LIBRARYS = re.compile(r"^\([\w.]+\) (?:<class '[\w.]+'>: )?")


@asynccontextmanager
async def _opened_house(settings: Settings) -> AsyncIterator[House]:
    prepare_home(settings.home)
    async with _opened_database(settings) as database:
        if not await is_current(database):
            raise GiveUp(_NOT_SET_UP)
    house = await open_house(settings)
    try:
        yield house
    finally:
        await house.close()


@asynccontextmanager
async def _opened_database(settings: Settings) -> AsyncIterator[Database]:
    """The business database, closed afterwards; GiveUp when its address or its server is no good."""
    try:
        database = Database(settings.business_url)
    except (ArgumentError, ImportError) as wrong:
        raise GiveUp(f"REDRESS_DATABASE_URL is no address of a database: {reason_of(wrong)}") from wrong
    try:
        yield database
    except (OSError, SQLAlchemyError) as refused:
        raise GiveUp(f"The business database refuses: {reason_of(refused)}") from refused
    finally:
        await database.close()


def reason_of(trouble: BaseException) -> str:
    """The first line of what an outside system said, without the names that libraries put before it."""
    said = trouble.strerror if isinstance(trouble, OSError) else None
    line = (said or str(trouble)).strip().partition("\n")[0]
    return _LIBRARYS.sub("", line) or type(trouble).__name__
