"""Letters that rules order: which letter, to whom, about what. Who sends it and how it reads is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LetterKind(StrEnum):
    """Every letter of the house; templates/email/ has a folder for each."""

    ACKNOWLEDGEMENT = "acknowledgement"
    INFORMATION_REQUEST = "information_request"
    PROGRESS = "progress"
    DECISION = "decision"
    FINAL_DECISION = "final_decision"
    SURVEY = "survey"
    CUSTOMER_REMINDER = "customer_reminder"
    WITHDRAWAL_CONFIRMED = "withdrawal_confirmed"
    DUPLICATE_NOTICE = "duplicate_notice"
    REFERRAL_NOTICE = "referral_notice"
    CLOSING = "closing"
    TASK_ASKED = "task_asked"
    TASK_WARNING = "task_warning"
    TASK_ESCALATED = "task_escalated"
    TASK_MOVED = "task_moved"
    TASK_REMINDER = "task_reminder"
    CLOCK_MISSED = "clock_missed"
    HOLDING_RESPONSE = "holding_response"
    SUMMARY_RESOLUTION = "summary_resolution"
    CLOCK_WARNING = "clock_warning"
    EXTENSION_NOTICE = "extension_notice"
    EXTENSION_DECIDED = "extension_decided"
    QUESTION = "question"
    SIGN_IN = "sign_in"
    CASE_ESCALATED = "case_escalated"
    DIGEST = "digest"
    FINDING_ASKED = "finding_asked"
    FINDING_DUE = "finding_due"
    ERASURE_ASKED = "erasure_asked"
    ERASURE_DECIDED = "erasure_decided"


@dataclass(frozen=True)
class LetterOrder:
    """A letter to be written and sent. `key` is stable: the same order twice is one letter, and one Message-ID."""

    kind: LetterKind
    to: str
    """A staff id, or CUSTOMER."""
    key: str
    """Unique within the case, e.g. `task_asked/findings-1/lin.wei`."""
    task_id: str | None = None
    details: tuple[tuple[str, str], ...] = ()
    """Codes the letter needs beyond the case as it stands, e.g. the clock that was missed."""
