"""Exporting: event logs of the house's cases as an operator or a page asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import IO, TYPE_CHECKING

from adapters.departures import Departure, leaving_text, note_departure
from adapters.event_tables import CsvTable, JsonLines, read_lines
from adapters.histories import read_histories, read_letters
from adapters.ocel import OcelLog
from adapters.pseudonyms import Pseudonyms, mask_of
from adapters.xes import XesLog
from complaints.access import Access, Purpose
from complaints.entry_lines import Checked, check_lines
from complaints.errors import AnswerWrong, GiveUp
from portal.periods import scope_of
from portal.surveying import analysis_space

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.event_tables import EventWriter
    from adapters.house import House


class Form(StrEnum):
    """The forms of an event log; each is also its files' ending."""

    JSONL = "jsonl"
    CSV = "csv"
    XES = "xes"
    OCEL = "ocel"


_ENDINGS = {"jsonl": Form.JSONL, "csv": Form.CSV, "xes": Form.XES, "jsonocel": Form.OCEL, "json": Form.OCEL}


@dataclass(frozen=True)
class ExportOrder:
    """What is exported, as what, and whether persons keep their names."""

    file: Path
    form: str = ""
    cases: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    is_named: bool = False
    stages_only: bool = False
    log: str = ""
    """An imported log instead of the house's own cases."""

    @property
    def as_form(self) -> Form:
        """The form that was named, else that of the file's ending; AnswerWrong when neither tells."""
        ending = self.file.suffix.lstrip(".").lower()
        named = self.form.lower() or _ENDINGS.get(ending, "")
        if named not in set(Form):
            raise AnswerWrong({"--format": f"{self.form or ending!r} is none of {', '.join(Form)}"})
        return Form(named)

    @property
    def scope(self) -> str:
        """What was asked for, to be noted."""
        if self.log:
            return f"the log {self.log}"
        days = f"{self.since or '...'} to {self.until or '...'}" if self.since or self.until else ""
        return ", ".join([*self.cases, *([days] if days else [])]) or "all cases"


@dataclass(frozen=True)
class Exported:
    """What came out."""

    cases: int
    entries: int
    sha256: str


async def export_events(house: House, order: ExportOrder, *, by: str) -> Exported:
    """Write an event log, and note that it left; who may have persons named is for the caller to know."""
    form = order.as_form
    if (order.stages_only or order.log) and form in {Form.JSONL, Form.OCEL}:
        raise AnswerWrong({"--format": f"{form} tells the entries of histories: for this use csv or xes"})
    with leaving_text(order.file) as out:
        writer = _writer(form, out, order)
        writer.begin()
        cases, entries = await (_write_log(house, order, writer) if order.log else _write(house, order, writer, by=by))
        writer.end()
    left = Departure("events", form.value, by, order.scope, order.is_named, cases, entries)
    digest = await note_departure(house.database, left, file=order.file, now=house.clock.now())
    return Exported(cases, entries, digest)


async def _write(house: House, order: ExportOrder, writer: EventWriter | OcelLog, *, by: str) -> tuple[int, int]:
    """The house's own cases; how many, and how many entries they have."""
    zone = (await house.library.current()).calendar.timezone
    scope = scope_of(cases=order.cases, since=order.since, until=order.until, zone=zone)
    pseudonyms, looks, entries = Pseudonyms(house.cipher), [], 0
    async for history in read_histories(house.database, scope):
        mask = mask_of(pseudonyms, history, is_named=order.is_named)
        if isinstance(writer, OcelLog):
            writer.add(history, mask, await read_letters(house.database, history[0].case_no))
        else:
            writer.add(history, mask)
        looks.append(Access(history[0].case_no, by, f"export:{order.as_form}", Purpose.OPERATOR))
        entries += len(history)
    # Before the file is there under its name.
    await house.accesses.note(*looks)
    return len(looks), entries


async def _write_log(house: House, order: ExportOrder, writer: EventWriter | OcelLog) -> tuple[int, int]:
    """The cases of an imported log, whose persons are pseudonyms since it was read in."""
    if order.cases or order.since or order.until or not isinstance(writer, CsvTable | XesLog):
        raise AnswerWrong({"--log": "a log is exported whole"})
    space, cases, events = analysis_space(house), 0, 0
    await space.log(order.log)
    async for trace in space.traces(order.log):
        writer.add_trace(trace)
        cases, events = cases + 1, events + len(trace.steps)
    return cases, events


def _writer(form: Form, out: IO[str], order: ExportOrder) -> EventWriter | OcelLog:
    match form:
        case Form.JSONL:
            return JsonLines(out, is_named=order.is_named)
        case Form.CSV:
            return CsvTable(out, stages_only=order.stages_only)
        case Form.XES:
            return XesLog(out, stages_only=order.stages_only)
        case Form.OCEL:
            return OcelLog(out)


def verify_file(path: Path) -> Checked:
    """Check the chains of an exported file, without the house; HistoryBroken names the first line that does not fit."""
    try:
        return check_lines(read_lines(path))
    except OSError as refused:
        raise GiveUp(f"{path} cannot be read: {(refused.strerror or str(refused)).lower()}.") from refused
    except UnicodeDecodeError:
        raise GiveUp(f"{path.name} is not UTF-8 text.") from None
