"""What people call the codes of auditing: deviations, scores, findings and what samples are divided by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from complaints.conformance import EXPLAINED

if TYPE_CHECKING:
    from collections.abc import Mapping

AUDIT_TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "Deviation": {
        **EXPLAINED,
        "history_changed": "The history is not as it was written: its chain does not hold, or its end is missing.",
    },
    "Stratum": {"level": "Level", "category": "Category", "department": "Department", "outcome": "Outcome"},
    "Score": {"met": "Met", "partly": "Partly met", "not_met": "Not met", "not_applicable": "Not applicable"},
    "Severity": {
        "observation": "Observation",
        "minor": "Minor nonconformity",
        "major": "Major nonconformity",
    },
    "FindingStatus": {"open": "Open", "in_work": "In work", "closed": "Closed"},
}
