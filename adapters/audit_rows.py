"""The auditor on projections: case row, task rows and ordered letters must restate what the history says."""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from sqlalchemy import select

from adapters.audit_letters import COLUMNS as LETTER_COLUMNS
from adapters.audit_letters import missing_letters
from adapters.casebook import projection
from adapters.chainwalk import moment_of
from adapters.ledger import task_row
from adapters.raw_rows import read_raw
from complaints.canonical import each_once
from complaints.chain import Entry
from complaints.errors import UnknownEvent
from complaints.events import read_fact
from complaints.flaws import Flaw, Report
from complaints.fold import fold
from models.tables import CASE_KEYS, CASES, EVENTS, LETTERS, MANUAL_TASKS, PAPERS, SEALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Table

    from adapters.audit_books import Named
    from adapters.chainwalk import Trail
    from adapters.eventlog import Row, Snapshot

_UNREAD = "histories of a newer version of Redress: their projections, papers and letters were not looked at"


@dataclass
class CaseShelf:
    """The rows beside the histories of some cases."""

    cases: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    tasks: dict[str, list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    letters: dict[str, list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    papers: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    wrapped: dict[str, bytes] = field(default_factory=dict)


async def read_shelf(seen: Snapshot, cases: Sequence[str]) -> CaseShelf:
    """All rows about these cases."""

    async def rows(table: Table, *columns: str) -> Sequence[Mapping[str, Any]]:
        return await read_raw(seen, table, *columns, only=cases)

    shelf = CaseShelf(cases={row["case_no"]: row for row in await rows(CASES)})
    for row in await rows(MANUAL_TASKS):
        shelf.tasks[row["case_no"]].append(row)
    for row in await rows(LETTERS, *LETTER_COLUMNS):
        shelf.letters[row["case_no"]].append(row)
    for row in await rows(PAPERS):
        shelf.papers[row["case_no"]][row["id"]] = row
    shelf.wrapped = {row["case_no"]: row["wrapped"] for row in await rows(CASE_KEYS)}
    return shelf


def check_rows(report: Report, trail: Trail, shelf: CaseShelf, *, named: Named) -> None:
    """Rows of a case that do not say what its history says."""
    case_no = trail.case_no
    report.blame(*_ambiguous(trail.rows))
    try:
        entries = [entry_of(row) for row in trail.rows]
        case = fold(entries)
    except UnknownEvent:
        report.note(_UNREAD)
        return
    except (ValidationError, KeyError, TypeError, ValueError) as wrong:
        what = "the history cannot be read as one of this house"
        report.blame(Flaw(case_no, trail.last, "case row", what, found=type(wrong).__name__))
        return
    named.note(entries)
    first = entries[0]
    times = {"received_at": first.at, "closed_at": trail.closed_at}
    told = {**projection(case), "policy": first.policy, **times}
    row = shelf.cases.get(case_no)
    report.count("case rows")
    report.blame(*_differences("case row", case_no, case.seq, told, row, name="the case"))
    rows = {row["task_id"]: row for row in shelf.tasks[case_no]}
    for task_id in case.tasks.keys() | rows.keys():
        task = case.tasks.get(task_id)
        wanted = task_row(case_no, task) if task else {}
        report.count("task rows")
        report.blame(*_differences("task row", case_no, case.seq, wanted, rows.get(task_id), name=task_id))
    report.blame(*missing_letters(entries, shelf.letters[case_no]))


def _ambiguous(rows: Sequence[Row]) -> Iterator[Flaw]:
    """Entries whose data names something twice: the hash is taken over what our readers take, the last."""
    for row in rows:
        with suppress(ValueError, TypeError):
            json.loads(row[8])
            try:
                json.loads(row[8], object_pairs_hook=each_once)
            except ValueError:
                yield Flaw(row[0], row[1], "chain", "names something twice, so that readers may differ")


def entry_of(row: Row) -> Entry:
    """A raw row as an entry."""
    case_no, seq, kind, version, at, actor, origin, policy, data, previous, method, stored = row
    fact = read_fact(kind, version, json.loads(data))
    return Entry(case_no, seq, moment_of(at), actor, origin, policy, fact, previous, method, stored)


def _differences(  # noqa: PLR0913  place, both sides, name
    where: str, case_no: str, seq: int, told: Mapping[str, Any], row: Mapping[str, Any] | None, *, name: str
) -> list[Flaw]:
    if row is None:
        return [Flaw(case_no, seq, where, f"{name} has no row")]
    if not told:
        return [Flaw(case_no, seq, where, f"{name} has a row, but no entry speaks of it")]
    return [
        Flaw(case_no, seq, where, f"{name}: {column} is not what the history says", str(value), str(row[column]))
        for column, value in told.items()
        if row[column] != value
    ]


async def check_orphans(seen: Snapshot, report: Report, *, case_no: str) -> None:
    """Rows about cases that have no history at all."""
    for table, where in ((CASES, "case row"), (MANUAL_TASKS, "task row"), (SEALS, "seal"), (PAPERS, "paper")):
        known = select(EVENTS.c.case_no).where(EVENTS.c.case_no == table.c.case_no).exists()
        query = select(table.c.case_no).where(~known).distinct().order_by(table.c.case_no)
        if case_no:
            query = query.where(table.c.case_no == case_no)
        for lost in (await seen.connection.execute(query)).scalars():
            report.blame(Flaw(lost, 1, where, "there is a row, but the history is gone"))
