"""The internal quality audit has tables of its own: samples, scores and findings, to which rows are only added."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_quality_audit"
down_revision = "20261126_confidentiality"


def upgrade() -> None:
    op.create_table(
        "audit_samples",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.String(length=80), nullable=False),
        sa.Column("seed", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(length=20), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("algorithm", sa.String(length=40), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("population_digest", sa.String(length=64), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("form_version", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "audit_sampled_cases",
        sa.Column("sample", sa.String(length=32), nullable=False),
        sa.Column("case_no", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(length=80), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["sample"], ["audit_samples.id"]),
        sa.PrimaryKeyConstraint("sample", "case_no"),
    )
    op.create_table(
        "audit_scores",
        sa.Column("sample", sa.String(length=32), nullable=False),
        sa.Column("case_no", sa.String(length=40), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("scored_by", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("score", sa.String(length=20), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sample"], ["audit_samples.id"]),
        sa.PrimaryKeyConstraint("sample", "case_no", "question", "scored_by", "version"),
    )
    op.create_table(
        "audit_findings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sample", sa.String(length=32), nullable=False),
        sa.Column("case_no", sa.String(length=40), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=False),
        sa.Column("raised_by", sa.String(length=80), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("audit_findings_of_sample", "audit_findings", ["sample"], unique=False)
    op.create_index("audit_findings_of_case", "audit_findings", ["case_no"], unique=False)
    op.create_table(
        "audit_finding_steps",
        sa.Column("finding", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["finding"], ["audit_findings.id"]),
        sa.PrimaryKeyConstraint("finding", "number"),
    )
    op.create_index("audit_finding_steps_of_owner", "audit_finding_steps", ["owner"], unique=False)


def downgrade() -> None:
    op.drop_table("audit_finding_steps")
    op.drop_table("audit_findings")
    op.drop_table("audit_scores")
    op.drop_table("audit_sampled_cases")
    op.drop_table("audit_samples")
