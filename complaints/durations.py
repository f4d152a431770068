"""Lengths of time as policies write them: a number and a unit, kept apart until a calendar is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer


class Unit(StrEnum):
    """The units a rule may count in; each is distinct because the law distinguishes them."""

    SECONDS = "s"
    MINUTES = "min"
    HOURS = "h"
    BUSINESS_HOURS = "bh"
    DAYS = "d"
    BUSINESS_DAYS = "bd"
    WEEKS = "w"


_ELAPSED = {
    Unit.SECONDS: timedelta(seconds=1),
    Unit.MINUTES: timedelta(minutes=1),
    Unit.HOURS: timedelta(hours=1),
}
_FORM = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h|bh|d|bd|w)")


@dataclass(frozen=True)
class Duration:
    """A length of time in one unit, e.g. 5 business days; it has no size in seconds until a calendar gives it one."""

    amount: float
    unit: Unit

    @property
    def elapsed(self) -> timedelta | None:
        """The plain length for seconds, minutes and hours; None for units that need a calendar."""
        one = _ELAPSED.get(self.unit)
        return None if one is None else one * self.amount

    def __str__(self) -> str:
        return f"{self.amount:.15g} {self.unit.value}"


def parse_duration(text: str) -> Duration:
    """Read `24 h`, `3 bd`, `10 s`; ValueError names the accepted units."""
    found = _FORM.fullmatch(text.strip())
    if not found:
        units = ", ".join(unit.value for unit in Unit)
        message = f"{text!r} is not a length of time: write a number and a unit ({units}), for example '24 h'"
        raise ValueError(message)
    return Duration(amount=float(found[1]), unit=Unit(found[2]))


def _read(value: Any) -> Any:  # noqa: ANN401  pydantic hands over whatever the file says
    return parse_duration(value) if isinstance(value, str) else value


Length = Annotated[Duration, BeforeValidator(_read), PlainSerializer(str)]
