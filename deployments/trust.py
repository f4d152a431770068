"""Prefect's server asks a PostgreSQL connection whether it still stands only when it rested for a while.

Its own way asks at every checkout, which with asyncpg is a transaction of three messages: a third of all that it says
to its database. The seam is `set_database_config`, as in deployments/turns.py.
"""

from prefect.server.database.configurations import AsyncPostgresConfiguration
from prefect.server.database.dependencies import set_database_config
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.database import ping_after_a_rest


class TrustedPostgres(AsyncPostgresConfiguration):
    """PostgreSQL whose connections are asked after a rest."""

    async def engine(self) -> AsyncEngine:
        engine = await super().engine()
        pool = engine.sync_engine.pool
        # Also the mark that this engine, which Prefect keeps, was seen to.
        if getattr(pool, "_pre_ping", False):
            pool._pre_ping = False  # noqa: SLF001  no setting of Prefect's says it
            ping_after_a_rest(engine)
        return engine


def trust_what_was_just_used(url: str) -> None:
    """From now on this process's server uses `url` so."""
    set_database_config(TrustedPostgres(connection_url=url))
