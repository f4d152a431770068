"""Sessions of staff say what their looks at cases are for, once that is stated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_purposes"
down_revision = "20261126_incidents_grow"


def upgrade() -> None:
    empty = sa.text("''")
    op.add_column("staff_sessions", sa.Column("purpose", sa.String(length=20), nullable=False, server_default=empty))
    op.add_column("staff_sessions", sa.Column("reference", sa.String(length=200), nullable=False, server_default=empty))


def downgrade() -> None:
    op.drop_column("staff_sessions", "reference")
    op.drop_column("staff_sessions", "purpose")
