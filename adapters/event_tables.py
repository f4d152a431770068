"""Event tables: histories as JSON Lines, which carry their proof, and as CSV, which every program reads."""

from __future__ import annotations

import csv
import json
from typing import IO, TYPE_CHECKING, Any, Protocol

from complaints.canonical import each_once
from complaints.disclosure import disclosed
from complaints.entry_lines import PSEUDONYMISED, line_of
from complaints.errors import HistoryBroken
from complaints.log_lines import foreign_lines_of, lines_of, stage_lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from complaints.chain import Entry
    from complaints.disclosure import Mask
    from complaints.event_log import Trace
    from complaints.log_lines import LogLine


class EventWriter(Protocol):
    """Writes histories one after the other; memory holds one of them."""

    def begin(self) -> None:
        """Whatever stands before the first case."""

    def add(self, entries: Sequence[Entry], mask: Mask) -> None:
        """One more case, its persons as `mask` calls them."""

    def end(self) -> None:
        """Whatever stands after the last case."""


class JsonLines:
    """A line of JSON for each entry."""

    def __init__(self, out: IO[str], *, is_named: bool) -> None:
        """Only named entries are whole and can be verified by whoever has the file."""
        self._out = out
        self._is_named = is_named

    def begin(self) -> None:
        """Nothing: lines need no head."""

    def add(self, entries: Sequence[Entry], mask: Mask) -> None:
        """One more case."""
        for entry in entries:
            line = line_of(entry) if self._is_named else masked_line(entry, mask)
            self._out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")

    def end(self) -> None:
        """Nothing."""


def masked_line(entry: Entry, mask: Mask) -> dict[str, Any]:
    """An entry as it may leave: its place in the chain is true, its content was changed and says so."""
    changed = {"actor": mask(entry.actor), "origin": "", "data": disclosed(entry.fact, mask)}
    proofs = {"previous": mask.proof(entry.previous), "hash": mask.proof(entry.hash)}
    return {**line_of(entry), **changed, **proofs, PSEUDONYMISED: True}


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of an exported file; HistoryBroken names the first that is no line of JSON."""
    with path.open(encoding="utf-8") as lines:
        for number, text in enumerate(lines, start=1):
            if not text.strip():
                continue
            try:
                # Twice the same name: readers differ in which of the two they take.
                line = json.loads(text, object_pairs_hook=each_once)
            except ValueError:
                line = None
            if not isinstance(line, dict):
                message = f"line {number} of {path.name} is no entry"
                raise HistoryBroken(message)
            yield line


_COLUMNS = (
    *("case_id", "seq", "timestamp", "activity", "lifecycle", "resource", "stage", "task", "task_kind", "type"),
    *("exit", "next", "reason", "category", "level", "trigger", "department", "outcome", "late", "policy", "hash"),
)


class CsvTable:
    """A row for each entry (or each beginning and end of a stage), the columns of all event-log tools first."""

    def __init__(self, out: IO[str], *, stages_only: bool = False) -> None:
        self._rows = csv.DictWriter(out, _COLUMNS, restval="", extrasaction="ignore", lineterminator="\r\n")
        self._stages_only = stages_only

    def begin(self) -> None:
        """The names of the columns."""
        self._rows.writeheader()

    def add(self, entries: Sequence[Entry], mask: Mask) -> None:
        """One more case."""
        lines = stage_lines_of(entries) if self._stages_only else lines_of(entries, mask)
        for line in lines:
            self._rows.writerow(_row(line))

    def add_trace(self, trace: Trace) -> None:
        """One more case of an imported log."""
        for line in foreign_lines_of(trace):
            self._rows.writerow(_row(line))

    def end(self) -> None:
        """Nothing."""


def _row(line: LogLine) -> dict[str, Any]:
    nested = line.details.get("classification") or line.details.get("suggestion") or {}
    flat = {**nested, **line.details}
    whole = {
        **{name: value for name, value in flat.items() if isinstance(value, str | int | float)},
        "case_id": line.case_no,
        "seq": line.seq,
        "timestamp": line.at.isoformat(),
        "activity": line.activity,
        "lifecycle": line.transition,
        "resource": line.resource,
        "stage": line.stage,
        "task": line.instance,
        "task_kind": flat.get("kind", ""),
        "type": line.type,
        "policy": line.policy,
        "hash": line.hash,
    }
    return {name: _as_text(value) if isinstance(value, str) else value for name, value in whole.items()}


def _as_text(value: str) -> str:
    """A cell that no spreadsheet takes for a formula: names of a log from elsewhere are anybody's words (OWASP)."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
