"""XES (IEEE 1849-2016): histories as an event log with the extensions concept, time, organizational and lifecycle."""

from __future__ import annotations

from datetime import datetime
from typing import IO, TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from complaints.log_lines import attributes_of, foreign_lines_of, lines_of, stage_lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from complaints.chain import Entry
    from complaints.disclosure import Mask
    from complaints.event_log import Trace
    from complaints.log_lines import LogLine

_EXTENSIONS = {
    "Concept": ("concept", "http://www.xes-standard.org/concept.xesext"),
    "Time": ("time", "http://www.xes-standard.org/time.xesext"),
    "Organizational": ("org", "http://www.xes-standard.org/org.xesext"),
    "Lifecycle": ("lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
}
_CLASSIFIERS = {
    "Activity": "concept:name",
    "Activity and transition": "concept:name lifecycle:transition",
    "Resource": "org:resource",
}
_NO_MOMENT = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_TOLD = ("type", "stage", "exit", "next", "reason", "category", "level", "trigger", "outcome")


class XesLog:
    """A trace for each case, written as it comes."""

    def __init__(self, out: IO[str], *, stages_only: bool = False) -> None:
        self._out = out
        self._stages_only = stages_only

    def begin(self) -> None:
        """Extensions, what every trace and event has, classifiers."""
        self._out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        self._out.write('<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">\n')
        for name, (prefix, uri) in _EXTENSIONS.items():
            self._out.write(f'  <extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n')
        self._globals("trace", (_attribute("concept:name", ""),))
        always = {"concept:name": "", "lifecycle:transition": "complete", "org:resource": ""}
        moment = _attribute("time:timestamp", _NO_MOMENT)
        self._globals("event", (*(_attribute(key, value) for key, value in always.items()), moment))
        for name, keys in _CLASSIFIERS.items():
            self._out.write(f'  <classifier name="{name}" keys="{keys}"/>\n')
        for attribute in (_attribute("concept:name", "Redress"), _attribute("lifecycle:model", "standard")):
            self._out.write(f"  {attribute}\n")

    def _globals(self, scope: str, attributes: Sequence[str]) -> None:
        inner = "".join(f"    {attribute}\n" for attribute in attributes)
        self._out.write(f'  <global scope="{scope}">\n{inner}  </global>\n')

    def add(self, entries: Sequence[Entry], mask: Mask) -> None:
        """One more case."""
        lines = stage_lines_of(entries) if self._stages_only else lines_of(entries, mask)
        self._write({"concept:name": entries[0].case_no, **attributes_of(entries, mask)}, lines)

    def add_trace(self, trace: Trace) -> None:
        """One more case of an imported log."""
        self._write({"concept:name": trace.case_id}, foreign_lines_of(trace))

    def _write(self, told: Mapping[str, str], lines: Iterable[LogLine]) -> None:
        self._out.write("  <trace>\n")
        for key, value in told.items():
            self._out.write(f"    {_attribute(key, value)}\n")
        for line in lines:
            inner = "".join(f"      {attribute}\n" for attribute in _event(line))
            self._out.write(f"    <event>\n{inner}    </event>\n")
        self._out.write("  </trace>\n")

    def end(self) -> None:
        """The log is over."""
        self._out.write("</log>\n")


def _event(line: LogLine) -> Iterator[str]:
    yield _attribute("concept:name", line.activity)
    if line.instance:
        yield _attribute("concept:instance", line.instance)
    yield _attribute("lifecycle:transition", line.transition)
    yield _attribute("org:resource", line.resource)
    if isinstance(department := line.details.get("department"), str):
        yield _attribute("org:group", department)
    yield _attribute("time:timestamp", line.at)
    yield _attribute("seq", line.seq)
    told = {**line.details, "type": line.type, "stage": line.stage}
    for key in _TOLD:
        value = told.get(key)
        if isinstance(value, str | int) and value != "":
            yield _attribute(key, value)


def _attribute(key: str, value: str | float | datetime) -> str:
    if isinstance(value, datetime):
        return f'<date key="{key}" value="{value.isoformat(timespec="milliseconds")}"/>'
    if isinstance(value, bool):
        return f'<boolean key="{key}" value="{str(value).lower()}"/>'
    kind = "int" if isinstance(value, int) else "float" if isinstance(value, float) else "string"
    return f'<{kind} key="{key}" value={quoteattr(str(value))}/>'
