"""Migrations: brings the business database to the shape this version needs. History is never rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from adapters.settings import ROOT

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from adapters.database import Database

_ADVISORY_LOCK = 7_733_770
"""Any number that all processes of this house share: two that start at once migrate one after the other."""


async def migrate(database: Database) -> str:
    """Upgrade to the newest revision and return its name."""
    async with database.writing() as session:
        connection = await session.connection()
        return await connection.run_sync(_upgrade)


async def is_current(database: Database) -> bool:
    """Whether the database has the shape this version needs."""
    async with database.reading() as session:
        connection = await session.connection()
        there = await connection.run_sync(lambda plain: MigrationContext.configure(plain).get_current_revision())
    return there == _script().get_current_head()


def _upgrade(connection: Connection) -> str:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL lock_timeout = '30s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return str(_script().get_current_head())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "models" / "migrations"))
    return config


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
