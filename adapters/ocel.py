"""OCEL 2.0: histories as an object-centric event log in JSON: cases, tasks, persons, letters and what befell them."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from complaints import events as _all_facts  # noqa: F401  registers every fact, so that each is a type of event
from complaints.disclosure import disclosed, persons_of
from complaints.events import CaseArchived, CaseClassified, ComplaintReceived
from complaints.fact import REGISTRY
from complaints.fold import fold
from complaints.words import CUSTOMER, SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from complaints.case import Case
    from complaints.chain import Entry
    from complaints.disclosure import Mask

SENT = "letter.sent"
"""The one event that no history tells: the outbox knows when a letter left."""
_OBJECTS: Mapping[str, Mapping[str, str]] = {
    "case": dict.fromkeys(
        ("channel", "language", "customer_type", "category", "scheme", "level", "priority", "outcome"), "string"
    ),
    "task": {**dict.fromkeys(("kind", "stage", "department", "status"), "string"), "due_at": "time"},
    "person": {"part": "string"},
    "letter": {"kind": "string", "status": "string"},
}
_TYPES = ((bool, "boolean"), (int, "integer"), (float, "float"))


@dataclass(frozen=True)
class LetterLine:
    """A letter of the outbox as it may leave: no address, no text."""

    id: int
    seq: int
    """The entry that ordered it."""
    kind: str
    recipient: str
    status: str
    task_id: str | None
    ordered_at: datetime
    sent_at: datetime | None


class OcelLog:
    """Objects go straight to the file, events to a scratch file that follows them: memory holds one case.

    Which persons are written already is asked of a scratch database on disk, since customers are as many as cases.
    """

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._events = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  closed by `end`
        self._persons = sqlite3.connect("")
        self._persons.execute("CREATE TABLE written (id TEXT PRIMARY KEY)")
        self._is_first = {"objects": True, "events": True}

    def begin(self) -> None:
        """The types of objects and of events, known before the first case."""
        told = {"objectTypes": list(_object_types()), "eventTypes": list(_event_types())}
        self._out.write(json.dumps(told, ensure_ascii=False)[:-1] + ', "objects": [\n')

    def add(self, entries: Sequence[Entry], mask: Mask, letters: Sequence[LetterLine] = ()) -> None:
        """One more case with its letters."""
        case = fold(entries)
        self._write(self._out, "objects", _case_objects(case, entries, mask, letters))
        self._write(self._out, "objects", self._new_persons(_persons(entries, mask, letters)))
        self._write(self._events, "events", _events(entries, mask, letters))

    def end(self) -> None:
        """The events, and the end."""
        self._out.write('\n], "events": [\n')
        self._events.seek(0)
        while chunk := self._events.read(1 << 20):
            self._out.write(chunk)
        self._out.write("\n]}\n")
        self._events.close()
        self._persons.close()

    def _write(self, out: IO[str], part: str, things: Iterable[dict[str, Any]]) -> None:
        for thing in things:
            out.write("" if self._is_first[part] else ",\n")
            out.write(json.dumps(thing, ensure_ascii=False, separators=(",", ":")))
            self._is_first[part] = False

    def _new_persons(self, persons: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        for person, part in persons.items():
            added = self._persons.execute("INSERT OR IGNORE INTO written VALUES (?)", (person,))
            if added.rowcount:
                told = [{"name": "part", "value": part, "time": "1970-01-01T00:00:00Z"}]
                yield {"id": person, "type": "person", "attributes": told}


def _object_types() -> Iterator[dict[str, Any]]:
    for name, attributes in _OBJECTS.items():
        yield {"name": name, "attributes": [{"name": one, "type": kind} for one, kind in attributes.items()]}


def _event_types() -> Iterator[dict[str, Any]]:
    """Every fact this version knows. Values are told as text unless they are plainly a number or a claim."""
    for name, fact in sorted(REGISTRY.items()):
        told = [{"name": field, "type": _type(info.annotation)} for field, info in fact.model_fields.items()]
        yield {"name": name, "attributes": [*told, {"name": "seq", "type": "integer"}, *_HASH]}
    yield {"name": SENT, "attributes": []}


_HASH = ({"name": "hash", "type": "string"},)


def _type(annotation: Any) -> str:  # noqa: ANN401  whatever a field is declared as
    return next((name for kind, name in _TYPES if annotation is kind), "string")


def _case_objects(
    case: Case, entries: Sequence[Entry], mask: Mask, letters: Sequence[LetterLine]
) -> Iterator[dict[str, Any]]:
    of_case = {"objectId": case.case_no, "qualifier": "of"}
    customer = {"objectId": mask(CUSTOMER), "qualifier": "customer"}
    yield _object(case.case_no, "case", _case_attributes(entries, mask), [customer])
    for task in case.tasks.values():
        told = [("kind", task.kind.value), ("stage", task.stage.value), ("department", task.department or "")]
        at_first = [(name, value, task.asked_at) for name, value in told]
        ended = [("status", task.status, task.closed_at)] if task.closed_at else []
        dated = [("status", "open", task.asked_at), ("due_at", task.due_at.isoformat(), task.asked_at), *ended]
        yield _object(_task_id(case.case_no, task.id), "task", [*at_first, *dated], [of_case])
    for letter in letters:
        dated = [("status", letter.status, letter.sent_at or letter.ordered_at)]
        to = {"objectId": mask(letter.recipient), "qualifier": "to"}
        yield _object(f"L-{letter.id}", "letter", [("kind", letter.kind, letter.ordered_at), *dated], [of_case, to])


def _case_attributes(entries: Sequence[Entry], mask: Mask) -> list[tuple[str, str, datetime]]:
    """What is true of the case, from when on."""
    told = []
    for entry in entries:
        if isinstance(entry.fact, ComplaintReceived | CaseClassified | CaseArchived):
            shown = disclosed(entry.fact, mask)
            flat = {**shown, **shown.get("classification", {})}
            told += [(name, str(flat[name]), entry.at) for name in _OBJECTS["case"] if name in flat]
    return told


def _object(
    name: str, kind: str, attributes: Iterable[tuple[str, str, datetime]], relations: list[dict[str, str]]
) -> dict[str, Any]:
    told = [{"name": key, "value": value, "time": at.isoformat()} for key, value, at in attributes if value]
    return {"id": name, "type": kind, "attributes": told, "relationships": relations}


def _task_id(case_no: str, task_id: str) -> str:
    return f"{case_no}/{task_id}"


def _persons(entries: Sequence[Entry], mask: Mask, letters: Sequence[LetterLine]) -> dict[str, str]:
    found = [CUSTOMER, *(entry.actor for entry in entries), *(letter.recipient for letter in letters)]
    found += [person for entry in entries for _, person in persons_of(entry.fact)]
    return {mask(person): _part(person) for person in found if person}


def _part(person: str) -> str:
    return person if person in {CUSTOMER, SYSTEM} else "staff"


def _events(entries: Sequence[Entry], mask: Mask, letters: Sequence[LetterLine]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        yield {
            "id": f"{entry.case_no}/{entry.seq}",
            "type": entry.fact.type,
            "time": entry.at.isoformat(),
            "attributes": list(_attributes(entry, mask)),
            "relationships": list(_relations(entry, mask, letters)),
        }
    for letter in letters:
        if letter.sent_at:
            yield _sent(letter, entries[0].case_no, mask)


def _sent(letter: LetterLine, case_no: str, mask: Mask) -> dict[str, Any]:
    about = {"of": case_no, "sent": f"L-{letter.id}", "to": mask(letter.recipient)}
    relations = [{"objectId": name, "qualifier": as_what} for as_what, name in about.items()]
    moment = letter.sent_at.isoformat() if letter.sent_at else ""
    return {"id": f"{SENT}/{letter.id}", "type": SENT, "time": moment, "attributes": [], "relationships": relations}


def _attributes(entry: Entry, mask: Mask) -> Iterator[dict[str, Any]]:
    fields = type(entry.fact).model_fields
    for name, value in disclosed(entry.fact, mask).items():
        is_number = _type(fields[name].annotation) != "string"
        yield {"name": name, "value": value if is_number else _text(value)}
    yield {"name": "seq", "value": entry.seq}
    yield {"name": "hash", "value": mask.proof(entry.hash)}


def _text(value: Any) -> str:  # noqa: ANN401  whatever may leave
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _relations(entry: Entry, mask: Mask, letters: Sequence[LetterLine]) -> Iterator[dict[str, str]]:
    """The case, the work, who did it and who else appears, and the letters that it ordered; each pair once."""
    found = [(entry.case_no, "of"), (mask(entry.actor), "done by")]
    if task_id := getattr(entry.fact, "task_id", None):
        found.append((_task_id(entry.case_no, task_id), "about"))
    found += [(mask(person), name) for name, person in persons_of(entry.fact)]
    found += [(f"L-{letter.id}", "ordered") for letter in letters if letter.seq == entry.seq]
    for object_id, qualifier in dict.fromkeys(found):
        yield {"objectId": object_id, "qualifier": qualifier}
