"""Archived cases are sealed with signed heads, and all heads are published day by day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_seals"
down_revision = "20261125_analysis_logs"


def upgrade() -> None:
    op.create_table(
        "seals",
        sa.Column("case_no", sa.String(length=40), nullable=False),
        sa.Column("entries", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("heads", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("case_no", "entries"),
    )
    op.create_table(
        "seal_keys",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("public", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("endorsement", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("key_id"),
    )
    op.create_table(
        "published_heads",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )


def downgrade() -> None:
    op.drop_table("published_heads")
    op.drop_table("seal_keys")
    op.drop_table("seals")
