"""A notice may be covered by a digest: which one, and how many notices somebody got within the hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_digests"
down_revision = "20261125_exports"


def upgrade() -> None:
    op.add_column("letters", sa.Column("digest_id", sa.BigInteger(), nullable=True))
    op.create_index("letters_to_somebody", "letters", ["recipient", "sent_at"], unique=False)
    op.create_index("letters_of_digest", "letters", ["digest_id"], unique=False)
