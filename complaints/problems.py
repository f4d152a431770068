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
        context = error.get("ctx", {}).get("error")
        problems.setdefault(field, str(context) if context else error["type"])
    return problems
