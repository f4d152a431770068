"""Event logs from elsewhere have a space of their own, to be analysed like the house's cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_analysis_logs"
down_revision = "20261125_staff_sign_in"


def upgrade() -> None:
    op.create_table(
        "analysis_logs",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "analysis_events",
        sa.Column("log", sa.String(length=80), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.String(length=200), nullable=False),
        sa.Column("activity", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resource", sa.String(length=40), nullable=False),
        sa.Column("lifecycle", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["log"], ["analysis_logs.name"]),
        sa.PrimaryKeyConstraint("log", "number"),
    )
    op.create_index("analysis_events_by_case", "analysis_events", ["log", "case_id", "at", "number"], unique=False)


def downgrade() -> None:
    op.drop_table("analysis_events")
    op.drop_table("analysis_logs")
