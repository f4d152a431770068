"""Cases are found by every contact of their records; the index is filled by whoever asks first (people_index.py)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_contacts"
down_revision = "20261126_bounded_lists"


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("paper_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("case_no", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", "digest"),
    )
    op.create_index("contacts_by_digest", "contacts", ["digest", "case_no"])
    op.create_index("contacts_of_case", "contacts", ["case_no"])
    is_record = sa.text("kind = 'record'")
    op.create_index("papers_of_records", "papers", ["id"], sqlite_where=is_record, postgresql_where=is_record)


def downgrade() -> None:
    op.drop_index("papers_of_records", "papers")
    op.drop_table("contacts")
