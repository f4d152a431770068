"""Find the few cases that a worker carries without reading all that were ever archived."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_cases_carried"
down_revision = "20261122_first_tables"


def upgrade() -> None:
    op.create_index(
        "cases_carried",
        "cases",
        ["stage"],
        unique=False,
        sqlite_where=sa.text("lease_owner IS NOT NULL"),
        postgresql_where=sa.text("lease_owner IS NOT NULL"),
    )
