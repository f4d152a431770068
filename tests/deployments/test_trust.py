"""Trust: Prefect's server outlives connections that went while they rested, and asks no other whether it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from adapters import database as room
from deployments.trust import TrustedPostgres

if TYPE_CHECKING:
    from tests.postgres import Postgres

HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"


async def test_a_connection_that_went_while_it_rested_is_made_anew(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = postgres.next_name()
    await postgres.execute(f"CREATE DATABASE {name}")
    engine = await TrustedPostgres(connection_url=postgres.url(name)).engine()
    try:
        async with engine.connect() as connection:
            assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
        monkeypatch.setattr(room, "_REST_SECONDS", 0.0)
        await postgres.execute(HANG_UP, name)
        async with engine.connect() as connection:
            assert (await connection.execute(text("SELECT 2"))).scalar_one() == 2
    finally:
        await engine.dispose()


async def test_a_connection_that_was_just_used_is_not_asked(postgres: Postgres) -> None:
    engine = await TrustedPostgres(connection_url=postgres.url("postgres")).engine()
    pinged: list[object] = []
    engine.sync_engine.dialect.do_ping = pinged.append  # type: ignore[method-assign, assignment]
    try:
        for _ in range(3):
            async with engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
    finally:
        await engine.dispose()
    assert not pinged
