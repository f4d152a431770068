"""Answers: what a posted task form says, and what can be told wrong with it before the rules read it."""

from __future__ import annotations

import re
import unicodedata
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, get_origin

from adapters.linking import find
from complaints.answering import FORMS
from complaints.words import TaskKind
from portal import uploads
from portal.particulars import Checked, Measure
from portal.particulars import check as check_particulars
from portal.problems import WHOLE_FORM, Problem

if TYPE_CHECKING:
    from pydantic import BaseModel

    from adapters.house import House
    from complaints.briefing import Briefing
    from portal.posting import Posting

TAKES_FILES: Final = frozenset({TaskKind.COMPLETION, TaskKind.FINDINGS, TaskKind.REMEDY})
"""Tasks whose form has a field for evidence."""

_THOUSANDS = re.compile(r"[,\s'](?=\d{3}(\D|$))")
_AROUND = re.compile(r"^[^\d+.-]+|[^\d.]+$")


def fields_of(kind: TaskKind, posting: Posting) -> dict[str, Any]:
    """The fields of this kind's form that were filled in."""
    return filled_in(FORMS[kind], posting)


def filled_in(form: type[BaseModel], posting: Posting) -> dict[str, Any]:
    """The fields of a form that were filled in; blank ones count as not sent."""
    fields: dict[str, Any] = {}
    for name, info in form.model_fields.items():
        told = posting.all(name)
        if told:
            fields[name] = told if get_origin(info.annotation) is tuple else told[0]
    sums = {name: plain_number(text) for name, text in fields.items() if name.startswith("amount")}
    return {**fields, **sums}


def plain_number(text: str) -> str:
    """A sum as people write it (`¥1,200.50`, full-width digits) as a plain number; anything else as it is."""
    plain = _THOUSANDS.sub("", unicodedata.normalize("NFKC", text).strip())
    return _AROUND.sub("", plain) or text


def is_number(text: str) -> bool:
    """Whether a text is a finite sum."""
    try:
        return isfinite(float(text))
    except ValueError:
        return False


async def check(house: House, briefing: Briefing, kind: TaskKind, posting: Posting) -> Checked:
    """The fields as the rules take them, and what the portal itself finds wrong before it asks the rules.

    It judges files, contact details and dates, and knows which case numbers exist.
    """
    fields = fields_of(kind, posting)
    found = uploads.check(posting.uploads, briefing.policy.intake) if kind in TAKES_FILES else ()
    match kind:
        case TaskKind.COMPLETION:
            checked = check_particulars(fields, Measure.of(house, briefing.policy))
            is_empty = not fields and not posting.uploads
            empty = (Problem(WHOLE_FORM, "nothing_filled"),) if is_empty else ()
            return Checked(checked.values, (*empty, *checked.problems, *found))
        case TaskKind.SCREENING:
            return Checked(fields, await _check_screening(house, briefing, posting))
        case _:
            return Checked(fields, found)


async def _check_screening(house: House, briefing: Briefing, posting: Posting) -> tuple[Problem, ...]:
    """A duplicate names a case of ours; that it names one at all is the form's own rule."""
    original = posting.first("original").strip()
    if posting.first("decision") != "duplicate" or not original:
        return ()
    is_ours = original != briefing.case.case_no and await find(house.casebook, original) is not None
    return () if is_ours else (Problem("original", "no_such_case"),)
