"""Each case row says how large its incident was when the case last heard of it."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "20261126_incidents_grow"
down_revision = "20261126_retention"

_AT_ONCE = 500


def upgrade() -> None:
    op.add_column("cases", sa.Column("incident_cases", sa.Integer(), nullable=False, server_default=sa.text("0")))
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    """What the histories of cases that belong to an incident say."""
    cases = sa.table("cases", sa.column("case_no"), sa.column("incident_cases", sa.Integer()))
    joined = connection.execute(sa.text("SELECT case_no, data FROM events WHERE type = 'incident.joined' ORDER BY seq"))
    told = [{"of": case_no, "counted": _cases(data)} for case_no, data in joined]
    write = sa.update(cases).where(cases.c.case_no == sa.bindparam("of"))
    for start in range(0, len(told), _AT_ONCE):
        connection.execute(write.values(incident_cases=sa.bindparam("counted")), told[start : start + _AT_ONCE])


def _cases(data: object) -> int:
    said = data if isinstance(data, dict) else json.loads(str(data))
    return int(said["cases"])


def downgrade() -> None:
    op.drop_column("cases", "incident_cases")
