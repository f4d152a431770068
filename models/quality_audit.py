"""The internal quality audit: samples of closed cases, scores and findings. Rows are only added."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlmodel import Field, SQLModel

from models.columns import UtcTime


class AuditSampleRow(SQLModel, table=True):
    """A sample: everything that is needed to draw it again, and to know that it was drawn so."""

    __tablename__ = "audit_samples"

    id: str = Field(sa_column=Column(String(32), primary_key=True))
    drawn_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    drawn_by: str = Field(sa_column=Column(String(80), nullable=False))
    seed: str = Field(sa_column=Column(String(80), nullable=False))
    size: int = Field(sa_column=Column(Integer, nullable=False))
    """As it was asked for; a smaller population gives all it has."""
    stratum: str = Field(default="", sa_column=Column(String(20), nullable=False))
    """By what the population was divided; '' for not at all."""
    scope: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    """Which cases were the population, by days of closing."""
    algorithm: str = Field(sa_column=Column(String(40), nullable=False))
    population: int = Field(sa_column=Column(Integer, nullable=False))
    population_digest: str = Field(sa_column=Column(String(64), nullable=False))
    form: str = Field(sa_column=Column(Text, nullable=False))
    """The text of the form with which the sample is scored, whatever the house asks of later ones."""
    form_version: str = Field(sa_column=Column(String(64), nullable=False))


class AuditSampledCaseRow(SQLModel, table=True):
    """A case of a sample, as it was when it was drawn."""

    __tablename__ = "audit_sampled_cases"

    sample: str = Field(sa_column=Column(String(32), ForeignKey("audit_samples.id"), primary_key=True))
    case_no: str = Field(sa_column=Column(String(40), primary_key=True))
    place: int = Field(sa_column=Column(Integer, nullable=False))
    stratum: str = Field(default="", sa_column=Column(String(80), nullable=False))
    department: str = Field(default="", sa_column=Column(String(80), nullable=False))


class AuditScoreRow(SQLModel, table=True):
    """One version of one auditor's score of one question; a changed score is a further row."""

    __tablename__ = "audit_scores"

    sample: str = Field(sa_column=Column(String(32), ForeignKey("audit_samples.id"), primary_key=True))
    case_no: str = Field(sa_column=Column(String(40), primary_key=True))
    question: str = Field(sa_column=Column(String(80), primary_key=True))
    by: str = Field(sa_column=Column("scored_by", String(80), primary_key=True))
    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    score: str = Field(sa_column=Column(String(20), nullable=False))
    note: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    """Sealed with the case's key; gone with it."""
    at: datetime = Field(sa_column=Column("scored_at", UtcTime, nullable=False))


class AuditFindingRow(SQLModel, table=True):
    """A finding as it was raised; how it goes on stands in its steps."""

    __tablename__ = "audit_findings"
    __table_args__ = (Index("audit_findings_of_sample", "sample"), Index("audit_findings_of_case", "case_no"))

    id: str = Field(sa_column=Column(String(32), primary_key=True))
    sample: str = Field(default="", sa_column=Column(String(32), nullable=False))
    case_no: str = Field(default="", sa_column=Column(String(40), nullable=False))
    question: str = Field(default="", sa_column=Column(String(80), nullable=False))
    """All three '' for a finding that is about none."""
    severity: str = Field(sa_column=Column(String(20), nullable=False))
    raised_by: str = Field(sa_column=Column(String(80), nullable=False))
    raised_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    text: bytes = Field(sa_column=Column("sealed", LargeBinary, nullable=False))
    """Sealed with the case's key, or with a key of the house where it is about no case."""


class AuditFindingStepRow(SQLModel, table=True):
    """How a finding stood from a moment on; the newest counts, and the first is written with the finding."""

    __tablename__ = "audit_finding_steps"
    __table_args__ = (Index("audit_finding_steps_of_owner", "owner"),)

    finding: str = Field(sa_column=Column(String(32), ForeignKey("audit_findings.id"), primary_key=True))
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_column=Column("taken_at", UtcTime, nullable=False))
    by: str = Field(sa_column=Column("taken_by", String(80), nullable=False))
    status: str = Field(sa_column=Column(String(20), nullable=False))
    owner: str = Field(sa_column=Column(String(80), nullable=False))
    due_on: date = Field(sa_column=Column(Date, nullable=False))
    text: bytes | None = Field(default=None, sa_column=Column("sealed", LargeBinary))


AUDIT_SAMPLES = SQLModel.metadata.tables["audit_samples"]
AUDIT_SAMPLED_CASES = SQLModel.metadata.tables["audit_sampled_cases"]
AUDIT_SCORES = SQLModel.metadata.tables["audit_scores"]
AUDIT_FINDINGS = SQLModel.metadata.tables["audit_findings"]
AUDIT_FINDING_STEPS = SQLModel.metadata.tables["audit_finding_steps"]
