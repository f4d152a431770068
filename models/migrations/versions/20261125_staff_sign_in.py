"""Staff sign in by a mailed link; their lists are found by who did what and who handles which case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_staff_sign_in"
down_revision = "20261125_rosters"


def upgrade() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("sign_ins_of_address", "sign_ins", ["address", "asked_at"], unique=False)
    op.create_index("sign_ins_of_sender", "sign_ins", ["sender", "asked_at"], unique=False)
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=80), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_staff_sessions_staff_id"), "staff_sessions", ["staff_id"], unique=False)
    # What the rules and customers did is most of every history, and nobody asks for it by actor.
    by_staff = sa.text("actor NOT IN ('system', 'customer')")
    op.create_index(
        "events_by_staff", "events", ["actor", "at"], unique=False, sqlite_where=by_staff, postgresql_where=by_staff
    )
    is_open = sa.text("stage IS NOT NULL")
    op.create_index(
        "cases_of_handler", "cases", ["handler"], unique=False, sqlite_where=is_open, postgresql_where=is_open
    )
