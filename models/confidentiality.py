"""Who looked at which case, and which master keys the house had."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String
from sqlmodel import Field, SQLModel

from models.columns import UtcTime


class AccessRow(SQLModel, table=True):
    """One look at a case. Rows are only ever added; erasing a case blanks what was stated, and nothing else."""

    __tablename__ = "accesses"
    __table_args__ = (Index("accesses_of_case", "case_no", "id"), Index("accesses_by", "by", "id"))

    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    )
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    by: str = Field(sa_column=Column(String(120), nullable=False))
    case_no: str = Field(sa_column=Column(String(40), nullable=False))
    page: str = Field(sa_column=Column(String(60), nullable=False))
    purpose: str = Field(sa_column=Column(String(20), nullable=False))
    stated: str = Field(default="", sa_column=Column(String(200), nullable=False))


class ContactRow(SQLModel, table=True):
    """By what a record's case is found: keyed digests of its contacts, or '' for one that has none.

    Derived from papers: rows that are missing are made anew by whoever looks for a person.
    """

    __tablename__ = "contacts"
    __table_args__ = (Index("contacts_by_digest", "digest", "case_no"), Index("contacts_of_case", "case_no"))

    paper_id: str = Field(sa_column=Column(String(36), primary_key=True))
    digest: str = Field(sa_column=Column(String(64), primary_key=True))
    case_no: str = Field(sa_column=Column(String(40), nullable=False))


class MasterRow(SQLModel, table=True):
    """A master key of the house, by its name. Without any row the house still has the key that it began with."""

    __tablename__ = "masters"

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    key_id: str = Field(sa_column=Column(String(16), unique=True, nullable=False))
    root: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """The stable secret that links, lookups, marks and pseudonyms are derived from, wrapped by this master."""
    made_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    retired_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))


ACCESSES = SQLModel.metadata.tables["accesses"]
MASTERS = SQLModel.metadata.tables["masters"]
CONTACTS = SQLModel.metadata.tables["contacts"]
