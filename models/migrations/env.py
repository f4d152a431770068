"""How Alembic reaches the business database: it is handed a connection and never opens one by itself."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import models.analysis
import models.confidentiality
import models.exports
import models.quality_audit
import models.sign_ins
import models.tables  # noqa: F401  fills the metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
