"""Access: which look at a case is written down, and why somebody may have looked (PROCESS.md section 10)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from complaints.errors import AnswerWrong

LONGEST_STATEMENT = 200
"""Characters (house): a purpose is stated in a sentence."""


class Purpose(StrEnum):
    """Why somebody looked at a case."""

    TASK = "task"
    """A task about it was asked of her."""
    NOTICE = "notice"
    """A letter told her about it: an escalation, a reminder, a copy."""
    OWN_WORK = "own_work"
    """It is work of hers, or of those whom she leads."""
    AUDIT = "audit"
    """An auditor's, who stated nothing."""
    QUALITY_AUDIT = "quality_audit"
    """The internal audit of closed cases."""
    HANDLING = "handling"
    """Somebody complains of how a complaint was handled."""
    REGULATOR = "regulator"
    """An authority, an ombudsman or a court asks."""
    SUBJECT_REQUEST = "subject_request"
    """The customer asked what is held about her."""
    OTHER = "other"
    """What she says in words."""
    RETENTION = "retention"
    """She decides whether it is kept, held or erased."""
    OPERATOR = "operator"
    """At the command line, by whoever runs the house."""


@dataclass(frozen=True)
class Access:
    """One look at one case."""

    case_no: str
    by: str
    """A staff id, or `operator` with the account of the machine."""
    page: str
    """What was shown, in a code: `task`, `view`, `evidence:E1`, `export:xes`, `show`."""
    purpose: Purpose
    stated: str = ""
    """What she says it was for, in her own words; blanked when the case is erased."""

    def __post_init__(self) -> None:
        if len(self.stated) > LONGEST_STATEMENT:
            told = f"has {len(self.stated)} characters, {LONGEST_STATEMENT} at most"
            raise AnswerWrong({"--purpose": told})


STATED: Final = (
    Purpose.QUALITY_AUDIT,
    Purpose.HANDLING,
    Purpose.REGULATOR,
    Purpose.SUBJECT_REQUEST,
    Purpose.OTHER,
)
"""What may be stated for a whole session; all others the house knows by itself, by the page that is opened."""


class PurposeForm(BaseModel):
    """What somebody's looks are for until she says otherwise; without a purpose, whatever each page is for."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    purpose: (
        Literal[Purpose.QUALITY_AUDIT, Purpose.HANDLING, Purpose.REGULATOR, Purpose.SUBJECT_REQUEST, Purpose.OTHER]
        | None
    ) = None
    reference: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_STATEMENT)] = ""


def check_purpose(form: PurposeForm) -> None:
    """AnswerWrong where nobody could tell later what was meant: another purpose wants words, words a purpose."""
    if form.purpose is Purpose.OTHER and not form.reference:
        raise AnswerWrong({"reference": "purpose_needs_words"})
    if form.reference and form.purpose is None:
        raise AnswerWrong({"purpose": "missing"})
