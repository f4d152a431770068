"""Event-log files: a CSV table of events, whatever its columns are called, as events that can be stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from adapters.csvfile import CsvFile, Row
from complaints.errors import GiveUp
from complaints.event_log import COMPLETE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CASE, ACTIVITY, TIME, RESOURCE, LIFECYCLE = "case", "activity", "timestamp", "resource", "lifecycle"
_NEEDED = (CASE, ACTIVITY, TIME)
_CALLED: Mapping[str, tuple[str, ...]] = {
    CASE: ("case_id", "case:concept:name", "case id", "caseid", "case", "case no", "case_no", "trace", "ticket"),
    ACTIVITY: ("activity", "concept:name", "activity name", "event", "task", "step"),
    TIME: ("timestamp", "time:timestamp", "complete timestamp", "completed_at", "end timestamp", "time", "date"),
    RESOURCE: ("resource", "org:resource", "user", "performer", "agent", "actor"),
    LIFECYCLE: ("lifecycle:transition", "lifecycle", "transition"),
}
"""What logs call their columns, the likeliest first; XES' own names are among them."""
_FORMS = ("%Y/%m/%d %H:%M:%S.%f", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d")
"""Besides ISO 8601. Days before months, or months before days, cannot be told apart: those need --time-format."""
_LONGEST = 200


@dataclass(frozen=True)
class LoggedEvent:
    """One row of a log. `number` is that of the row in the file."""

    number: int
    case_id: str
    activity: str
    at: datetime
    resource: str
    lifecycle: str


@dataclass(frozen=True)
class Reading:
    """How a file is read: which column is what, how moments are written, in which zone those without one are."""

    columns: Mapping[str, int]
    zone: str
    time_format: str = ""
    named: Mapping[str, str] = field(default_factory=dict)
    """The columns by name, to be told."""


def reading_of(file: CsvFile, *, maps: Mapping[str, str], zone: str, time_format: str = "") -> Reading:
    """The columns that were named, and for the others those that logs usually call so; GiveUp when one is missing."""
    unknown = sorted(maps.keys() - _CALLED.keys())
    if unknown:
        raise GiveUp(f"{unknown[0]!r} is nothing that an event has; it has {', '.join(_CALLED)}.")
    found = {what: file.place_of(maps[what]) if what in maps else _guess(file, what) for what in _CALLED}
    columns = {what: place for what, place in found.items() if place is not None}
    missing = [what for what in _NEEDED if what not in columns]
    if missing:
        raise GiveUp(
            f"{file.path.name} has no column that looks like the {' or the '.join(missing)}: "
            f"say --map {missing[0]}=COLUMN; the columns are {file.listed}."
        )
    return Reading(columns, zone, time_format, {what: file.columns[place] for what, place in columns.items()})


def _guess(file: CsvFile, what: str) -> int | None:
    """By the usual names; as they are written first, since `activity` and `Activity` may both be there."""
    folded = [column.casefold() for column in file.columns]
    for called in _CALLED[what]:
        if file.columns.count(called) == 1:
            return file.columns.index(called)
    for called in _CALLED[what]:
        if folded.count(called) == 1:
            return folded.index(called)
    return None


def events_of(file: CsvFile, reading: Reading) -> Iterator[LoggedEvent]:
    """Every event; GiveUp names the first row that is none: a log with holes would tell of another process."""
    for row in file.rows():
        if not row.is_blank:
            yield _event(row, file, reading)


def _event(row: Row, file: CsvFile, reading: Reading) -> LoggedEvent:
    if row.problem:
        raise GiveUp(f"Row {row.number} of {file.path.name} cannot be used: {row.problem}.")
    told = {what: row.cells[place].strip() for what, place in reading.columns.items()}
    for what in _NEEDED:
        if not told[what]:
            raise GiveUp(f"Row {row.number} of {file.path.name} has no {what}.")
    for what in (CASE, ACTIVITY):
        if len(told[what]) > _LONGEST:
            raise GiveUp(f"Row {row.number} of {file.path.name}: its {what} is longer than {_LONGEST} characters.")
    return LoggedEvent(
        number=row.number,
        case_id=told[CASE],
        activity=told[ACTIVITY],
        at=_moment(told[TIME], row, file, reading),
        resource=told.get(RESOURCE, ""),
        lifecycle=(told.get(LIFECYCLE) or COMPLETE).casefold()[:40],
    )


def _moment(text: str, row: Row, file: CsvFile, reading: Reading) -> datetime:
    read = _read_moment(text, reading.time_format)
    if read is None:
        raise GiveUp(
            f"Row {row.number} of {file.path.name}: {text!r} is no moment that can be told for sure; "
            "say how they are written, like --time-format '%d/%m/%Y %H:%M'."
        )
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(reading.zone))


def _read_moment(text: str, form: str) -> datetime | None:
    if form:
        return _by_form(text, form)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return next((read for form in _FORMS if (read := _by_form(text, form))), None)


def _by_form(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007  the zone is added by the caller
    except ValueError:
        return None
