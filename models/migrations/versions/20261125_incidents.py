"""A case may belong to an incident; which open cases came lately."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_incidents"
down_revision = "20261125_digests"


def upgrade() -> None:
    op.add_column("cases", sa.Column("incident", sa.String(length=44), nullable=False, server_default=sa.text("''")))
    is_open, is_one_of_many = sa.text("stage IS NOT NULL"), sa.text("incident <> ''")
    op.create_index(
        "cases_lately", "cases", ["received_at"], unique=False, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index(
        "cases_of_incident",
        "cases",
        ["incident"],
        unique=False,
        sqlite_where=is_one_of_many,
        postgresql_where=is_one_of_many,
    )
