"""Access: which look at a case is written down, and why somebody may have looked (PROCESS.md section 10)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
    SUBJECT_REQUEST = "subject_request"
    """The customer asked what is held about her."""
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
