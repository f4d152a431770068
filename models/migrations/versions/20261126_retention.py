"""Each case row says until when the case is kept, so that those past their date are found."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "20261126_retention"
down_revision = "20261126_quality_audit"

_AT_ONCE = 500


def upgrade() -> None:
    op.add_column("cases", sa.Column("keep_until", sa.DateTime(timezone=True), nullable=True))
    kept = sa.text("keep_until IS NOT NULL")
    op.create_index("cases_to_forget", "cases", ["keep_until"], unique=False, sqlite_where=kept, postgresql_where=kept)
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    """What the histories of archived cases say."""
    cases = sa.table("cases", sa.column("case_no"), sa.column("keep_until", sa.DateTime(timezone=True)))
    sealed = connection.execute(sa.text("SELECT case_no, data FROM events WHERE type = 'case.archived' ORDER BY seq"))
    told = [{"of": case_no, "until": _moment(data)} for case_no, data in sealed]
    write = sa.update(cases).where(cases.c.case_no == sa.bindparam("of")).values(keep_until=sa.bindparam("until"))
    for start in range(0, len(told), _AT_ONCE):
        connection.execute(write, told[start : start + _AT_ONCE])


def _moment(data: object) -> datetime:
    said = data if isinstance(data, dict) else json.loads(str(data))
    return datetime.fromisoformat(said["keep_until"]).astimezone(UTC)


def downgrade() -> None:
    op.drop_index("cases_to_forget", "cases")
    op.drop_column("cases", "keep_until")
