"""Lists and loads that do not cost more with every case that was ever closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_bounded_lists"
down_revision = "20261126_purposes"


def upgrade() -> None:
    is_open, is_closed = sa.text("status = 'open'"), sa.text("closed_at IS NOT NULL")
    open_work = ["due_at", "assignee"]
    op.create_index("manual_tasks_open", "manual_tasks", open_work, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("cases_received", "cases", ["received_at", "case_no"])
    op.create_index("cases_closed", "cases", ["closed_at"], sqlite_where=is_closed, postgresql_where=is_closed)


def downgrade() -> None:
    op.drop_index("cases_closed", "cases")
    op.drop_index("cases_received", "cases")
    op.drop_index("manual_tasks_open", "manual_tasks")
