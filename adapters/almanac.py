"""The almanac: public holidays and make-up working days of a region, written down as one more text of a pack.

So they are part of the pack's version and are stored with it: a later release of the library changes no open case.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import holidays

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from complaints.policy_calendars import Almanac


def write_almanac(almanac: Almanac) -> str | None:
    """The text of a region's days off, and of the weekend days worked instead; None when the region is not known."""
    try:
        with warnings.catch_warnings():
            # The library warns of years it knows nothing of; a text without days of those years says the same.
            warnings.simplefilter("ignore")
            known = holidays.country_holidays(
                almanac.region,
                subdiv=almanac.subdivision or None,
                years=range(almanac.first, almanac.last + 1),
                language="en_US",
            )
    except NotImplementedError:
        return None
    span = range(almanac.first, almanac.last + 1)
    days_off = {day: name for day, name in known.items() if day.year in span}
    worked = {day: "worked instead" for day in known.weekend_workdays if day.year in span}
    return (
        f"# Public holidays of {almanac.region} {almanac.subdivision}".rstrip()
        + f", {almanac.first} to {almanac.last}, as the Python library holidays knows them.\n"
        + _list("holidays", days_off.items())
        + _list("working_days", worked.items())
    )


def _list(key: str, days: Iterable[tuple[date, str]]) -> str:
    rows = "".join(f'    "{day.isoformat()}", # {" ".join(name.split())}\n' for day, name in sorted(days))
    return f"{key} = [\n{rows}]\n"
