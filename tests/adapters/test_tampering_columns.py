"""Every column of every table about cases is either one whose change an audit finds, or one that is said to be none."""
# ruff: noqa: S608  the names of tables and columns come from the schema

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.audited import OPEN, audit, send_letters

if TYPE_CHECKING:
    from adapters.house import House

NOT_PROMISED = {
    # What a worker needs to carry a case, and by which an import knows its own: no history speaks of it.
    "cases": {"external_id", "wake_at", "rung_at", "run_id", "run_no", "lease_owner", "lease_until"},
    # Which master key wraps it: a wrong name hinders rotation, and shows in `redress keys list`.
    "case_keys": {"master"},
    "papers": {"created_at"},
    "policies": {"stored_at"},
    # The outbox is the post room's own book, but for what was kept with each letter when it left.
    "letters": {
        *("id", "seq", "details", "tries", "next_try_at", "ordered_at", "trouble", "digest_id"),
    },
}
"""docs/audit.md says the same in words."""


@pytest.fixture
async def house(copied_house: House) -> House:
    """A copy of the house with a past whose letters are out, on Wednesday."""
    await send_letters(copied_house)
    return copied_house


def other_than(value: Any, kind: str) -> Any:  # noqa: ANN401  any column's
    """Something else that the column may hold."""
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    if kind == "DATETIME":
        return "2026-11-22 01:00:00.000000"
    if isinstance(value, int) or kind in {"INTEGER", "BIGINT"}:
        return (value or 0) + 1000
    return "{}" if kind == "JSON" else f"{value or ''}x"


@pytest.mark.parametrize("copied", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "table",
    ["events", "cases", "manual_tasks", "papers", "case_keys", "seals", "seal_keys", "published_heads", "policies"],
)
async def test_a_change_to_any_column_is_found_unless_it_is_said_not_to_be(house: House, table: str) -> None:
    assert await unseen_columns(house, table, where="1 = 1") == NOT_PROMISED.get(table, set())


@pytest.mark.parametrize("copied", ["sqlite"], indirect=True)
async def test_a_change_to_a_letter_that_is_owed_is_found_as_far_as_is_said(house: House) -> None:
    where = f"case_no = '{OPEN}' AND task_id IS NOT NULL"
    assert await unseen_columns(house, "letters", where=where) == NOT_PROMISED["letters"]


NEVER_WRITTEN = {
    ("events", "data"): "neither this nor that",
    ("events", "at"): "some day",
    ("cases", "received_at"): "some day",
    ("manual_tasks", "due_at"): "some day",
    ("letters", "sent_at"): "some day",
    ("policies", "texts"): "neither this nor that",
    ("seals", "sealed_at"): "some day",
    ("seal_keys", "valid_from"): "some day",
    ("case_counters", "last"): "many",
}
"""SQLite keeps whatever is put into a column."""


@pytest.mark.parametrize("copied", ["sqlite"], indirect=True)
async def test_what_a_column_should_never_hold_is_a_flaw_and_no_crash(house: House) -> None:
    blind = []
    with closing(sqlite3.connect(house.settings.home / "redress.db", isolation_level=None)) as past:
        for (table, name), value in NEVER_WRITTEN.items():
            ((row, was),) = ask(past, f"SELECT rowid, {name} FROM {table} ORDER BY rowid DESC LIMIT 1")
            ask(past, f"UPDATE {table} SET {name} = ? WHERE rowid = ?", value, row)
            if (await audit(house)).is_sound:
                blind.append((table, name))
            ask(past, f"UPDATE {table} SET {name} = ? WHERE rowid = ?", was, row)
    assert blind == []
    assert (await audit(house)).is_sound


async def unseen_columns(house: House, table: str, *, where: str) -> set[str]:
    """The columns of a row whose change an audit does not find."""
    unseen = set[str]()
    # Past the keys that tie tables together, as whoever opens the file may.
    with closing(sqlite3.connect(house.settings.home / "redress.db", isolation_level=None)) as past:
        columns = ask(past, f"SELECT name, type FROM pragma_table_info('{table}')")
        ((row,),) = ask(past, f"SELECT rowid FROM {table} WHERE {where} ORDER BY rowid DESC LIMIT 1")
        for name, kind in columns:
            ((value,),) = ask(past, f"SELECT {name} FROM {table} WHERE rowid = ?", row)
            ask(past, f"UPDATE {table} SET {name} = ? WHERE rowid = ?", other_than(value, kind), row)
            # A number that is the row's own makes it another row.
            is_here = ask(past, f"SELECT 1 FROM {table} WHERE rowid = ?", row)
            if (await audit(house)).is_sound:
                unseen.add(name)
            ask(past, f"UPDATE {table} SET {name} = ? WHERE rowid = ?", value, row if is_here else row + 1000)
    assert (await audit(house)).is_sound
    return unseen


def ask(past: sqlite3.Connection, statement: str, *values: Any) -> list[Any]:  # noqa: ANN401  any column's
    """Rows of a table, or a change to them."""
    return past.execute(statement, values).fetchall()
