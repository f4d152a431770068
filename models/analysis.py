"""The analysis space: event logs from elsewhere, read in to be looked at; never mixed with cases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String
from sqlmodel import Field, SQLModel

from models.columns import UtcTime

_BIG = BigInteger().with_variant(Integer, "sqlite")


class AnalysisLogRow(SQLModel, table=True):
    """One imported log: which file it was, and what came out of it."""

    __tablename__ = "analysis_logs"

    name: str = Field(sa_column=Column(String(80), primary_key=True))
    file: str = Field(sa_column=Column(String(200), nullable=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    """Of the file as it was read, so that the same one is known again."""
    events: int = Field(sa_column=Column(Integer, nullable=False))
    cases: int = Field(sa_column=Column(Integer, nullable=False))
    imported_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class AnalysisEventRow(SQLModel, table=True):
    """One event of an imported log: who did it is stored as a pseudonym, and other columns of the file not at all."""

    __tablename__ = "analysis_events"
    __table_args__ = (Index("analysis_events_by_case", "log", "case_id", "at", "number"),)

    log: str = Field(sa_column=Column(String(80), ForeignKey("analysis_logs.name"), primary_key=True))
    number: int = Field(sa_column=Column(_BIG, primary_key=True, autoincrement=False))
    """The row of the file; tells the order of events of the same moment."""
    case_id: str = Field(sa_column=Column(String(200), nullable=False))
    activity: str = Field(sa_column=Column(String(200), nullable=False))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    resource: str = Field(default="", sa_column=Column(String(40), nullable=False))
    lifecycle: str = Field(default="complete", sa_column=Column(String(40), nullable=False))


ANALYSIS_EVENTS = SQLModel.metadata.tables["analysis_events"]
