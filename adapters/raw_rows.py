"""Raw rows: what lies in a table, read so that a value that no column should hold is a finding and not a crash."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, String, select, type_coerce

from models.columns import UtcTime

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Column, Select, Table

    from adapters.eventlog import Snapshot

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a moment that is none where one must be: nothing was signed then."""


async def read_raw(
    seen: Snapshot, table: Table, *names: str, only: Sequence[str] | None = None
) -> Sequence[Mapping[str, Any]]:
    """Rows of a table by its key, some columns of them or all; `only` of these cases.

    SQLite keeps whatever is put into a column. What is no moment, or no JSON, comes back as it lies there.
    """
    columns = [table.c[name] for name in names or table.c.keys()]
    query: Select[Any] = select(*(_bare(one) if seen.is_sqlite else one for one in columns))
    if only is not None:
        query = query.where(table.c.case_no.in_(only))
    rows = await seen.connection.execute(query.order_by(*table.primary_key))
    return [{one.name: _tidied(value, one) for one, value in zip(columns, row, strict=True)} for row in rows]


def moment_or_long_ago(value: object) -> datetime:
    """A moment of a raw row."""
    return value if isinstance(value, datetime) else LONG_AGO


def _bare(column: Column[Any]) -> Any:  # noqa: ANN401  a column or an expression
    return type_coerce(column, String()) if isinstance(column.type, UtcTime | JSON) else column


def _tidied(value: Any, column: Column[Any]) -> Any:  # noqa: ANN401  whatever lies there
    if not isinstance(value, str):
        return value
    try:
        if isinstance(column.type, UtcTime):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        return json.loads(value) if isinstance(column.type, JSON) else value
    except ValueError:
        return value
