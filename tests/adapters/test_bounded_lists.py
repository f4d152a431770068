"""Lists and loads: no page and no step of a case costs more with every case that was ever closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from adapters import audit_search, case_list, census, letter_list, outbox, queues, storm
from adapters.ledger import read_loads

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from sqlalchemy.ext.asyncio import AsyncSession

    from adapters.house import House

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
A_WEEK_AGO = NOW - timedelta(days=7)


async def in_session(house: House, ask: Callable[[AsyncSession], Awaitable[object]]) -> None:
    async with house.database.reading() as session:
        await ask(session)


QUESTIONS: dict[str, Callable[[House], Awaitable[object]]] = {
    "own queue": lambda house: queues.open_tasks(house.database, ("ann",), most=50),
    "queue of a team": lambda house: queues.open_tasks(house.database, ("ann", "bo"), most=50),
    "cases of a handler": lambda house: queues.cases_handled_by(house.database, "ann", most=50),
    "how busy the team is": lambda house: queues.busyness(house.database, now=NOW),
    "how busy everybody is": lambda house: in_session(house, read_loads),
    "all cases": lambda house: case_list.list_cases(house.database, case_list.Wanted(), now=NOW),
    "overdue cases": lambda house: case_list.list_cases(house.database, case_list.Wanted(is_overdue=True), now=NOW),
    "cases closed in a week": lambda house: audit_search.members(
        house.database, audit_search.Sought(closed_since=A_WEEK_AGO, closed_before=NOW)
    ),
    "figures": lambda house: census.take_census(house.database, now=NOW),
    "unsent letters": lambda house: letter_list.list_unsent(house.database, most=50),
    "letters due": lambda house: in_session(house, lambda session: outbox.is_any_due(session, now=NOW)),
    "notices due": lambda house: in_session(house, lambda session: storm.is_any_notice_due(session, now=NOW)),
    "somebody's looks": lambda house: house.accesses.by("ann", most=50),
}


@pytest.fixture
def said(house: House) -> Iterator[list[tuple[str, Any]]]:
    """What reaches the database, with its parameters."""
    statements: list[tuple[str, Any]] = []
    engine = house.database.readers.sync_engine

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("question", QUESTIONS)
async def test_no_table_is_read_from_end_to_end(house: House, said: list[tuple[str, Any]], question: str) -> None:
    await QUESTIONS[question](house)
    asked = [one for one in said if one[0].startswith("SELECT")]
    assert asked
    async with house.database.reading() as session:
        connection = await session.connection()
        for statement, parameters in asked:
            plan = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)).all()
            whole = [row[3] for row in plan if row[3].startswith("SCAN") and " USING " not in row[3]]
            assert not whole, (statement, plan)


async def test_a_plan_that_reads_a_whole_table_would_be_seen(house: House) -> None:
    async with house.database.reading() as session:
        connection = await session.connection()
        plan = (await connection.exec_driver_sql("EXPLAIN QUERY PLAN SELECT * FROM cases WHERE level = 'x'")).all()
    assert [row[3] for row in plan] == ["SCAN cases"]
