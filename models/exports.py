"""What left the house: every export, who asked for it, and what the file was."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Column, Integer, String
from sqlmodel import Field, SQLModel

from models.columns import UtcTime


class ExportRow(SQLModel, table=True):
    """One export. Rows are only ever added."""

    __tablename__ = "exports"

    id: str = Field(sa_column=Column(String(32), primary_key=True))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    by: str = Field(sa_column=Column(String(120), nullable=False))
    """A staff id, or `operator` with the account of the machine."""
    what: str = Field(sa_column=Column(String(20), nullable=False))
    """events or dossier."""
    form: str = Field(sa_column=Column(String(20), nullable=False))
    scope: str = Field(sa_column=Column(String(400), nullable=False))
    """Case numbers and days, as they were asked for."""
    is_named: bool = Field(sa_column=Column(Boolean(), nullable=False))
    """Whether persons left under their own names."""
    cases: int = Field(sa_column=Column(Integer, nullable=False))
    entries: int = Field(sa_column=Column(Integer, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    """Of the file, so that one that turns up can be told to be that one."""
