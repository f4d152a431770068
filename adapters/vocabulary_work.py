"""What people call the codes of assigning work: why somebody is ruled out, declines, or work changes hands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

WORK_TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "RuledOut": {
        "absent": "is absent",
        "language": "does not write the customer's language",
        "named_in_complaint": "is named in the complaint",
        "conflict_of_interest": "declared a conflict of interest",
        "declined": "declined this case",
        "level": "is not authorised for this level",
        "not_for_key_customers": "does not look after key customers",
        "at_capacity": "has as much open work as she may have",
        "off_duty": "is off duty at this hour",
    },
    "Reassigned": {
        "deadline": "the deadline passed",
        "handed_over": "handed over",
        "declined": "declined",
        "dispatched": "assigned by a dispatcher",
        "left": "left the house",
        "absent": "is away",
        "reassigned": "given to somebody else by a lead",
        "took_over": "taken over by whoever was asked for help",
        "escalated": "the case was escalated",
        "regraded": "another department leads under the new grade",
    },
    "DeclineReason": {
        "conflict_of_interest": "Conflict of interest",
        "no_capacity": "No time for it",
        "not_my_field": "Not my field",
        "other": "Another reason",
    },
    "AbsenceReason": {
        "holiday": "Holiday",
        "illness": "Illness",
        "training": "Training",
        "travel": "Business trip",
        "parental": "Parental leave",
        "other": "Away",
    },
}
