"""What is stored. `events` is the truth; `cases` and `manual_tasks` restate it; `papers` hold all that is personal."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlmodel import Field, SQLModel

from models.columns import UtcTime, only

BY_STAFF: Final = "actor NOT IN ('system', 'customer')"
"""Whose entries `events_by_staff` holds: SQLite uses that index only for a question that repeats these words."""


class EventRow(SQLModel, table=True):
    """One entry of a case's history. Rows are only ever added: (case_no, seq) decides between two writers."""

    __tablename__ = "events"
    __table_args__ = (
        # What a member of staff did. The rules and customers did most of every history, and nobody asks for that.
        Index("events_by_staff", "actor", "at", **only(BY_STAFF)),
    )

    case_no: str = Field(sa_column=Column(String(40), primary_key=True))
    seq: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    type: str = Field(sa_column=Column(String(60), nullable=False))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    actor: str = Field(sa_column=Column(String(120), nullable=False))
    origin: str = Field(sa_column=Column(String(200), nullable=False))
    policy: str = Field(sa_column=Column(String(80), nullable=False))
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    previous: str = Field(sa_column=Column(String(64), nullable=False))
    method: str = Field(sa_column=Column(String(40), nullable=False))
    hash: str = Field(sa_column=Column(String(64), nullable=False))


class CaseRow(SQLModel, table=True):
    """A case as lists and the worker need it; every column but the worker's own can be rebuilt from events."""

    __tablename__ = "cases"
    __table_args__ = (
        # The one query of the deadline clock and of every wake-up.
        Index("cases_to_wake", "wake_at", **only("stage IS NOT NULL")),
        # Archived cases whose worker was killed before it could complete their run.
        Index("cases_carried", "stage", **only("lease_owner IS NOT NULL")),
        Index("cases_of_customer", "customer", "received_at"),
        # The lists of auditors and operators: all cases, the newest first, and those that were closed in a time.
        Index("cases_received", "received_at", "case_no"),
        Index("cases_closed", "closed_at", **only("closed_at IS NOT NULL")),
        # The few that are archived and to be erased one day.
        Index("cases_to_forget", "keep_until", **only("keep_until IS NOT NULL")),
        # With which open cases a new one is compared, newest first.
        Index("cases_lately", "received_at", **only("stage IS NOT NULL")),
        Index("cases_of_incident", "incident", **only("incident <> ''")),
        Index("cases_of_handler", "handler", **only("stage IS NOT NULL")),
    )

    case_no: str = Field(sa_column=Column(String(40), primary_key=True))
    seq: int = Field(sa_column=Column(Integer, nullable=False))
    head: str = Field(sa_column=Column(String(64), nullable=False))
    policy: str = Field(sa_column=Column(String(80), ForeignKey("policies.version"), nullable=False))
    stage: str | None = Field(default=None, sa_column=Column(String(20), index=True))
    outcome: str | None = Field(default=None, sa_column=Column(String(20)))
    category: str = Field(default="", sa_column=Column(String(80), nullable=False))
    level: str = Field(default="", sa_column=Column(String(40), nullable=False))
    channel: str = Field(sa_column=Column(String(20), nullable=False))
    language: str = Field(sa_column=Column(String(10), nullable=False))
    department: str = Field(default="", sa_column=Column(String(80), nullable=False))
    handler: str = Field(default="", sa_column=Column(String(80), nullable=False))
    round: int = Field(default=1, sa_column=Column(Integer, nullable=False))
    escalation_level: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    was_escalated: bool = Field(default=False)
    customer: str = Field(default="", sa_column=Column(String(64), nullable=False))
    incident: str = Field(default="", sa_column=Column(String(44), nullable=False, server_default=text("''")))
    incident_cases: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default=text("0")))
    """How many cases that incident had when this one last heard of it."""
    external_id: str | None = Field(default=None, sa_column=Column(String(64), unique=True))
    received_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    keep_until: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    """Until when an archived case is kept; past that its erasure is asked for."""
    wake_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    """When the case's flow must look again: now after an answer, else its next deadline."""
    rung_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    """When a worker last rang for this case, so that a lost ring is repeated and a heard one is not."""
    run_id: str | None = Field(default=None, sa_column=Column(String(36), index=True))
    run_no: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    lease_owner: str | None = Field(default=None, sa_column=Column(String(120)))
    lease_until: datetime | None = Field(default=None, sa_column=Column(UtcTime))


class CaseCounterRow(SQLModel, table=True):
    """The last case number given out on a day."""

    __tablename__ = "case_counters"

    day: str = Field(sa_column=Column(String(8), primary_key=True))
    last: int = Field(sa_column=Column(Integer, nullable=False))


class CaseKeyRow(SQLModel, table=True):
    """The key of a case, wrapped by the house's master key. Deleting this row forgets the person for ever."""

    __tablename__ = "case_keys"
    __table_args__ = (Index("case_keys_by_master", "master", "case_no"),)

    case_no: str = Field(sa_column=Column(String(40), primary_key=True))
    wrapped: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    master: str = Field(default="", sa_column=Column(String(16), nullable=False, server_default=text("''")))
    """The name of the master key that wraps it; empty for the one that the house began with."""


class PaperRow(SQLModel, table=True):
    """One encrypted paper."""

    __tablename__ = "papers"
    __table_args__ = (Index("papers_of_records", "id", **only("kind = 'record'")),)

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    case_no: str = Field(sa_column=Column(String(40), index=True, nullable=False))
    kind: str = Field(sa_column=Column(String(40), nullable=False))
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    digest: str = Field(sa_column=Column(String(64), nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class ManualTaskRow(SQLModel, table=True):
    """A manual task as queues and workload need it."""

    __tablename__ = "manual_tasks"
    __table_args__ = (
        Index("manual_tasks_by_assignee", "assignee", "status"),
        # Queues by urgency, and how busy everybody is: work that is done grows without end and is not looked at.
        Index("manual_tasks_open", "due_at", "assignee", **only("status = 'open'")),
    )

    case_no: str = Field(sa_column=Column(String(40), primary_key=True))
    task_id: str = Field(sa_column=Column(String(40), primary_key=True))
    kind: str = Field(sa_column=Column(String(20), nullable=False))
    stage: str = Field(sa_column=Column(String(20), nullable=False))
    assignee: str = Field(sa_column=Column(String(80), nullable=False))
    status: str = Field(sa_column=Column(String(10), nullable=False))
    level: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    asked_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    due_at: datetime = Field(sa_column=Column(UtcTime, nullable=False, index=True))
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))


class LetterRow(SQLModel, table=True):
    """The outbox: a letter ordered in the transaction of its event, and what became of it."""

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("case_no", "key", name="letters_once"),
        Index("letters_to_send", "status", "next_try_at"),
        # How many notices somebody got within the hour.
        Index("letters_to_somebody", "recipient", "sent_at"),
        Index("letters_of_digest", "digest_id"),
    )

    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    )
    case_no: str = Field(sa_column=Column(String(40), nullable=False, index=True))
    """'' for a letter to staff that is about no case."""
    seq: int = Field(sa_column=Column(Integer, nullable=False))
    """The history entry that ordered it: a letter shows the case as it was then."""
    kind: str = Field(sa_column=Column(String(40), nullable=False))
    recipient: str = Field(sa_column=Column(String(80), nullable=False))
    key: str = Field(sa_column=Column(String(200), nullable=False))
    task_id: str | None = Field(default=None, sa_column=Column(String(40)))
    details: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    status: str = Field(default="waiting", sa_column=Column(String(10), nullable=False))
    """waiting, sent or dead; a notice in a storm is held until its digest is out, then digested."""
    tries: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    next_try_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    ordered_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    sent_at: datetime | None = Field(default=None, sa_column=Column(UtcTime))
    message_id: str = Field(sa_column=Column(String(200), nullable=False))
    paper_id: str | None = Field(default=None, sa_column=Column(String(36)))
    """The letter as it was sent, encrypted with the case's key."""
    trouble: str | None = Field(default=None, sa_column=Column(Text))
    digest_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    """The letter that stands for this one."""


class PolicyRow(SQLModel, table=True):
    """A policy version as it was read, kept for ever so that every case keeps the rules it began under."""

    __tablename__ = "policies"

    version: str = Field(sa_column=Column(String(80), primary_key=True))
    name: str = Field(sa_column=Column(String(60), nullable=False))
    texts: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    stored_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))


class RosterRow(SQLModel, table=True):
    """A roster of staff as it was stored; the newest counts, and no row is ever changed."""

    __tablename__ = "rosters"

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    stored_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    stored_by: str = Field(sa_column=Column(String(120), nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))


class SealRow(SQLModel, table=True):
    """The signed head of a case, written in the transaction that archived it. Rows are only ever added."""

    __tablename__ = "seals"

    case_no: str = Field(sa_column=Column(String(40), primary_key=True))
    entries: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    head: str = Field(sa_column=Column(String(64), nullable=False))
    sealed_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    key_id: str = Field(sa_column=Column(String(16), nullable=False))
    heads: str = Field(sa_column=Column(String(64), nullable=False))
    method: str = Field(sa_column=Column(String(40), nullable=False))
    signature: str = Field(sa_column=Column(String(128), nullable=False))


class SealKeyRow(SQLModel, table=True):
    """A public key that the house signed with. Rows are only ever added; each ends the time of the one before."""

    __tablename__ = "seal_keys"

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    key_id: str = Field(sa_column=Column(String(16), unique=True, nullable=False))
    public: str = Field(sa_column=Column(String(64), nullable=False))
    valid_from: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    previous: str = Field(sa_column=Column(String(64), nullable=False))
    signature: str = Field(sa_column=Column(String(128), nullable=False))
    endorsement: str = Field(sa_column=Column(String(128), nullable=False))


class PublishedHeadsRow(SQLModel, table=True):
    """A line of the published heads, as it stands in the file; the key says which of several workers published."""

    __tablename__ = "published_heads"

    day: str = Field(sa_column=Column(String(10), primary_key=True))
    line: str = Field(sa_column=Column(Text, nullable=False))


EVENTS = SQLModel.metadata.tables["events"]
CASES = SQLModel.metadata.tables["cases"]
CASE_COUNTERS = SQLModel.metadata.tables["case_counters"]
CASE_KEYS = SQLModel.metadata.tables["case_keys"]
PAPERS = SQLModel.metadata.tables["papers"]
MANUAL_TASKS = SQLModel.metadata.tables["manual_tasks"]
LETTERS = SQLModel.metadata.tables["letters"]
POLICIES = SQLModel.metadata.tables["policies"]
ROSTERS = SQLModel.metadata.tables["rosters"]
SEALS = SQLModel.metadata.tables["seals"]
SEAL_KEYS = SQLModel.metadata.tables["seal_keys"]
PUBLISHED_HEADS = SQLModel.metadata.tables["published_heads"]
"""The bare tables: rows without objects that are counted and watched, for what every step of every case does."""

IS_OPEN = MANUAL_TASKS.c.status == literal_column("'open'")
"""A task still to be done, in the words of the index `manual_tasks_open`, which databases use only for these."""
