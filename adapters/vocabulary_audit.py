"""What people call the codes of auditing: deviations, scores, findings and what samples are divided by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from complaints.comparing import REASONS
from complaints.conformance import EXPLAINED

if TYPE_CHECKING:
    from collections.abc import Mapping

AUDIT_TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "Deviation": {
        **EXPLAINED,
        "history_changed": "The history is not as it was written: its chain does not hold, or its end is missing.",
    },
    "Reason": REASONS,
    "Result": {"same": "the same", "different": "different", "not_recomputable": "cannot be recomputed"},
    "Topic": {
        "completeness": "Completeness",
        "doubts": "Doubts",
        "category": "Category",
        "level": "Level",
        "priority": "Priority",
        "department": "Department",
        "handler": "Handler",
        "person": "Who was asked or told",
        "deadline": "Deadline",
        "escalation": "Escalation",
        "approval": "Approval",
        "sampling": "Callback asked or not",
        "incident": "Incident",
        "move": "Move to another stage",
        "step": "Next step",
    },
    "Mark": {"escalation": "Escalations", "letter": "Letters sent", "view": "Looks at the case"},
    "Stratum": {"level": "Level", "category": "Category", "department": "Department", "outcome": "Outcome"},
    "Score": {"met": "Met", "partly": "Partly met", "not_met": "Not met", "not_applicable": "Not applicable"},
    "Severity": {
        "observation": "Observation",
        "minor": "Minor nonconformity",
        "major": "Major nonconformity",
    },
    "Purpose": {
        "task": "A task of hers",
        "notice": "A letter told her",
        "own_work": "Work of hers",
        "audit": "Audit",
        "quality_audit": "Internal quality audit",
        "handling": "Complaint about how it was handled",
        "regulator": "Question of an authority, ombudsman or court",
        "subject_request": "The customer asks what is held about her",
        "other": "Another purpose",
        "retention": "Keeping and erasing",
        "operator": "At the command line",
    },
    "FindingStatus": {"open": "Open", "in_work": "In work", "closed": "Closed"},
}
