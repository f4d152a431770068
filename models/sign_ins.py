"""Who came to the staff's door: sign-in links that were asked for, and sessions; digests and staff ids only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, String, text
from sqlmodel import Field, SQLModel

from models.columns import UtcTime


class SignInRow(SQLModel, table=True):
    """A sign-in link that was asked for, whether the house knows the address or not."""

    __tablename__ = "sign_ins"
    __table_args__ = (
        Index("sign_ins_of_address", "address", "asked_at"),
        Index("sign_ins_of_sender", "sender", "asked_at"),
    )

    id: str = Field(sa_column=Column(String(32), primary_key=True))
    address: str = Field(sa_column=Column(String(64), nullable=False))
    """A keyed digest of the e-mail address, as it was typed."""
    sender: str = Field(sa_column=Column(String(64), nullable=False))
    """A keyed digest of the machine that asked."""
    staff_id: str = Field(default="", sa_column=Column(String(80), nullable=False))
    """Whose address it is; '' when it is nobody's, and then no letter was ordered."""
    asked_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    spent_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))


class StaffSessionRow(SQLModel, table=True):
    """A session that a link began. Ending it here ends it, whoever holds the cookie."""

    __tablename__ = "staff_sessions"

    id: str = Field(sa_column=Column(String(64), primary_key=True))
    """A digest of the secret in the cookie."""
    staff_id: str = Field(sa_column=Column(String(80), nullable=False, index=True))
    begun_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    ends_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    purpose: str = Field(default="", sa_column=Column(String(20), nullable=False, server_default=text("''")))
    """What its looks at cases are for, in a code; '' where nothing was stated."""
    reference: str = Field(default="", sa_column=Column(String(200), nullable=False, server_default=text("''")))
    """The same in a few words: the number of an audit, of a letter."""


SIGN_INS = SQLModel.metadata.tables["sign_ins"]
STAFF_SESSIONS = SQLModel.metadata.tables["staff_sessions"]
