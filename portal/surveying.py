"""Surveying: cases and imported logs held against their model, as an operator or a page asks for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from adapters.analysis import AnalysisSpace
from adapters.csvfile import open_csv
from adapters.histories import read_histories
from adapters.logfile import events_of, reading_of
from adapters.pseudonyms import Pseudonyms
from complaints.conformance import Followers, given
from complaints.errors import AnswerWrong, GiveUp
from complaints.survey import CaseSurvey, LogSurvey, Report
from portal.periods import scope_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from adapters.analysis import Imported
    from adapters.house import House

LEAST_SHARE = 0.01
"""(house) Of a log's cases, below which a discovered model leaves a step out."""


@dataclass(frozen=True)
class SurveyOrder:
    """What to survey: the house's cases of a period, or an imported log and against which model."""

    since: str = ""
    until: str = ""
    log: str = ""
    model: Path | None = None
    least_share: float = LEAST_SHARE


async def survey(house: House, order: SurveyOrder) -> Report:
    """The survey that was ordered; AnswerWrong where the parts of the order do not go together."""
    if order.log and (order.since or order.until):
        raise AnswerWrong({"--log": "a log is looked at whole: leave --from and --to out"})
    if order.log:
        return await survey_log(house, order.log, model=order.model, least_share=order.least_share)
    if order.model:
        raise AnswerWrong({"--model": "the house's own cases are held against the table of moves"})
    return await survey_cases(house, since=order.since, until=order.until)


async def survey_cases(house: House, *, since: str = "", until: str = "") -> Report:
    """The house's own cases held against the table of moves."""
    calendar = (await house.library.current()).calendar
    survey = CaseSurvey(calendar)
    scope = scope_of(cases=(), since=since, until=until, zone=calendar.timezone)
    async for entries in read_histories(house.database, scope):
        survey.add(entries)
    return survey.report()


async def survey_log(house: House, name: str, *, model: Path | None = None, least_share: float = LEAST_SHARE) -> Report:
    """An imported log held against a table of followers: the one in a file, or the one that it shows itself."""
    known = read_followers(model) if model else None
    survey = await _surveyed(house, name)
    return survey.report(known or survey.discovered(least_share))


async def discovered_from(house: House, name: str, *, least_share: float = LEAST_SHARE) -> Followers:
    """The table of followers that an imported log shows."""
    return (await _surveyed(house, name)).discovered(least_share)


async def _surveyed(house: House, name: str) -> LogSurvey:
    space = analysis_space(house)
    await space.log(name)
    survey = LogSurvey(name, (await house.library.current()).calendar)
    async for trace in space.traces(name):
        survey.add(trace)
    return survey


def analysis_space(house: House) -> AnalysisSpace:
    """Where imported logs are."""
    return AnalysisSpace(house.database, Pseudonyms(house.cipher))


def read_followers(path: Path) -> Followers:
    """A table of followers from a CSV file of two columns, `from` and `to`; an empty cell begins or ends a case."""
    file = open_csv(path)
    before, after = file.place_of("from"), file.place_of("to")
    arcs = [(row.cells[before].strip(), row.cells[after].strip()) for row in file.rows() if row.cells]
    if not arcs:
        raise GiveUp(f"{path.name} names no step.")
    return given(arcs, source=path.name)


@dataclass(frozen=True)
class LogOrder:
    """A log to read in, and how."""

    file: Path
    name: str = ""
    maps: tuple[str, ...] = ()
    time_format: str = ""
    encoding: str = ""
    delimiter: str = ""

    @property
    def called(self) -> str:
        """The log's name: as it was given, else the file's without its endings."""
        return self.name.strip() or self.file.name.partition(".")[0]

    @property
    def mapped(self) -> Mapping[str, str]:
        """What of an event stands in which column; AnswerWrong when it is not written so."""
        pairs = [text.partition("=") for text in self.maps]
        wrong = [what for what, sign, column in pairs if not (sign and column)]
        if wrong:
            raise AnswerWrong({"--map": f"{wrong[0]!r} is not written like case=COLUMN"})
        return {what.strip(): column.strip() for what, _, column in pairs}


async def import_log(house: House, order: LogOrder) -> tuple[Imported, Mapping[str, str]]:
    """Read a log into the analysis space; what came of it, and which column was read as what."""
    maps = order.mapped
    file = open_csv(order.file, encoding=order.encoding, delimiter=order.delimiter)
    zone = (await house.library.current()).calendar.timezone
    reading = reading_of(file, maps=maps, zone=zone, time_format=order.time_format)
    space, now = analysis_space(house), house.clock.now()
    stored = await space.store(order.called, file=order.file, events=events_of(file, reading), now=now)
    return stored, reading.named


def report_as_data(report: Report) -> dict[str, Any]:
    """A survey for programs; lengths of time in seconds."""
    return {
        **asdict(report),
        "share_conforming": report.share_conforming,
        "departures": [
            {
                "code": departure.deviation.code,
                "where": departure.deviation.where,
                "explained": departure.explained,
                "times": departure.times,
                "cases": departure.cases,
                "examples": list(departure.examples),
            }
            for departure in report.departures
        ],
    }
