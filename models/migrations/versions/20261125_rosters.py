"""Staff are managed in rosters of their own, stored one after the other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_rosters"
down_revision = "20261122_cases_carried"


def upgrade() -> None:
    op.create_table(
        "rosters",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def downgrade() -> None:
    op.drop_table("rosters")
