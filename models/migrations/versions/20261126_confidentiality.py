"""Looks at cases are written down; master keys have names, and each case key says which of them wraps it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_confidentiality"
down_revision = "20261125_incidents"


def upgrade() -> None:
    op.create_table(
        "accesses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("case_no", sa.String(length=40), nullable=False),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("stated", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("accesses_of_case", "accesses", ["case_no", "id"], unique=False)
    op.create_index("accesses_by", "accesses", ["by", "id"], unique=False)
    op.create_table(
        "masters",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("key_id"),
    )
    # Empty: wrapped by the key that the house began with.
    op.add_column("case_keys", sa.Column("master", sa.String(length=16), nullable=False, server_default=sa.text("''")))
    op.create_index("case_keys_by_master", "case_keys", ["master", "case_no"], unique=False)


def downgrade() -> None:
    op.drop_index("case_keys_by_master", "case_keys")
    op.drop_column("case_keys", "master")
    op.drop_table("masters")
    op.drop_table("accesses")
