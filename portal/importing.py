"""Importing: every row of a table becomes a case, is known already, or is rejected with the reason; none is lost."""

from __future__ import annotations

import asyncio
import csv
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from complaints.errors import AnswerWrong, GiveUp, NoSuchCase, TryAgain
from portal.recording import write_record
from portal.submitting import register_typed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from adapters.casebook import Registered
    from adapters.csvfile import CsvFile, Row
    from adapters.house import House
    from complaints.record import Complaint
    from portal.recipe import Recipe
    from portal.recording import Bounds

_ORIGIN = "redress import"
_PATIENCE = (1.0, 5.0, 20.0)
"""Seconds to wait, one after the other, for a database that does not answer."""
_TAKEN = "was given before, with another text, to case"
_OTHER_SOURCE = "where two sources number alike, name each with --source"


@dataclass(frozen=True)
class Rejection:
    """A row that made no case, and why, field by field."""

    row: Row
    problems: dict[str, str]


@dataclass(frozen=True)
class Accepted:
    """A row whose record is complete enough to be registered."""

    row: Row
    record: Complaint
    external_id: str


@dataclass
class Report:
    """What became of the rows."""

    new: list[str] = field(default_factory=list)
    known: int = 0
    blank: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    stopped: str = ""
    """Why the import ended before the table did; run again, it goes on from there."""

    @property
    def rows(self) -> int:
        """How many rows were looked at."""
        return len(self.new) + self.known + self.blank + len(self.rejected)


def read_rows(
    file: CsvFile, recipe: Recipe, bounds: Bounds, *, limit: int | None = None
) -> Iterator[Accepted | Rejection | None]:
    """Each row as a record or as a rejection; None where nothing is written."""
    for row in islice(file.rows(), limit):
        if row.is_blank:
            yield None
        elif row.problem:
            yield Rejection(row, {"row": row.problem})
        else:
            yield _read_row(row, recipe, bounds)


def _read_row(row: Row, recipe: Recipe, bounds: Bounds) -> Accepted | Rejection:
    external_id = recipe.external_id(row)
    try:
        record = write_record(recipe.typed(row), bounds)
    except AnswerWrong as wrong:
        return Rejection(row, wrong.problems)
    return Accepted(row, record, external_id)


async def import_rows(
    house: House, rows: Iterator[Accepted | Rejection | None], *, tick: Callable[[], None] = lambda: None
) -> Report:
    """Register every row; `tick` is called after each. A row that fails stands in the report and stops no other."""
    report = Report()
    for found in rows:
        try:
            await _take(house, found, report)
        except TryAgain as away:
            report.stopped = str(away)
            break
        tick()
    return report


async def _take(house: House, found: Accepted | Rejection | None, report: Report) -> None:
    if found is None:
        report.blank += 1
    elif isinstance(found, Rejection):
        report.rejected.append(found)
    else:
        try:
            await _register(house, found, report)
        except GiveUp as wrong:
            report.rejected.append(Rejection(found.row, {"row": str(wrong)}))


async def _register(house: House, row: Accepted, report: Report) -> None:
    registered = await _patiently(house, row)
    if registered.is_new:
        report.new.append(registered.case_no)
    elif await _is_other(house, registered.case_no, row.record):
        report.rejected.append(Rejection(row.row, {"id": f"{_TAKEN} {registered.case_no}: {_OTHER_SOURCE}"}))
    else:
        report.known += 1


async def _patiently(house: House, row: Accepted) -> Registered:
    """Register one row, and wait a little for a database that is away."""
    for pause in _PATIENCE:
        try:
            return await register_typed(house, row.record, external_id=row.external_id, origin=_ORIGIN)
        except TryAgain:
            await asyncio.sleep(pause)
    return await register_typed(house, row.record, external_id=row.external_id, origin=_ORIGIN)


async def _is_other(house: House, case_no: str, record: Complaint) -> bool:
    """Whether the case of a known id was opened for another text: two sources may number alike."""
    try:
        papers = await house.casebook.papers(case_no)
    except NoSuchCase:
        # Erased after its retention: nothing is left to compare with.
        return False
    texts = [paper.content.get("detail") for paper in papers.values() if paper.kind == "record"]
    return bool(texts) and record.detail not in texts


def write_rejects(path: Path, file: CsvFile, rejected: Sequence[Rejection]) -> None:
    """The rejected rows as a CSV file of their own, to be mended and imported; UTF-8 with the mark that Excel needs."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as lines:
            table = csv.writer(lines)
            table.writerow(["row", "field", "why", *file.columns])
            for found in rejected:
                why = "; ".join(found.problems.values())
                table.writerow([found.row.number, " ".join(found.problems), why, *found.row.cells])
    except OSError as trouble:
        raise GiveUp(f"{path} cannot be written: {(trouble.strerror or str(trouble)).lower()}.") from trouble
