"""Problems: what is wrong with each field of a form, as short codes that pages translate."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError


def problems_of(wrong: ValidationError) -> dict[str, str]:
    """Field to code: pydantic's error type, or our own word where a rule of the form failed."""
    problems: dict[str, str] = {}
    for error in wrong.errors(include_url=False, include_input=False):
        field = str(error["loc"][0]) if error["loc"] else "form"
        # Only our own rules raise ValueError; what pydantic adds to its errors is English prose, no code.
        ours = error["ctx"]["error"] if error["type"] == "value_error" else None
        problems.setdefault(field, str(ours or error["type"]))
    return problems
