"""The process as it runs: the model, where cases leave it, which ways they take, how long stages last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from adapters.translations import word
from complaints.words import Exit, Stage
from portal.audit_pages import Options, case_link, today
from portal.my_tasks import Frame, frame
from portal.pages import Page, TheHouse, show
from portal.periods import wrong_days
from portal.problems import Problem, tell
from portal.process_model import model_as_svg
from portal.sessions import Auditor, Colleague
from portal.sheets import Sheet
from portal.surveying import SurveyOrder, analysis_space, survey

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.house import House
    from complaints.survey import Departure, Report
    from complaints.throughput import Lengths, Times
    from complaints.variants import Variant
    from complaints.words import Language

router = APIRouter(include_in_schema=False)

PAGE: Final = "/audit/process"
_FIRST_DAYS: Final = 92
"""(house) How far back the page looks until the auditor asks for another period, so that opening it costs little."""
_WAYS: Final = 20
_BETWEEN: Final = "/"


@dataclass(frozen=True)
class Example:
    """A case that shows something; without a link where it is one of an imported log."""

    name: str
    link: str


@dataclass(frozen=True)
class DepartureLine:
    """A kind of deviation at one place of the model."""

    explained: str
    where: str
    times: int
    cases: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Span:
    """A middle length, and the one that nine of ten do not exceed."""

    median: timedelta
    p90: timedelta


@dataclass(frozen=True)
class TimesLine:
    """How long a stage or activity lasted; `waiting` is None where a log does not tell."""

    name: str
    visits: int
    wall: Span
    business: Span
    waiting: Span | None


@dataclass(frozen=True)
class WayLine:
    """A way through the process."""

    steps: tuple[str, ...]
    cases: int
    share: float
    share_so_far: float
    example: Example


@dataclass(frozen=True)
class ProcessPage:
    """The survey of a period, or of an imported log."""

    frame: Frame
    asked: Sheet
    logs: Options
    drawing: Markup
    report: Report | None = None
    departures: tuple[DepartureLine, ...] = ()
    times: tuple[TimesLine, ...] = ()
    ways: tuple[WayLine, ...] = ()

    @property
    def is_of_log(self) -> bool:
        """Whether an imported log is looked at, not the house's own cases."""
        return bool(self.asked.value("log"))


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def read(request: Request, me: Auditor, house: TheHouse) -> Response:
    """The cases received in a period, or a log, held against their model."""
    logs = tuple((row.name, f"{row.name} ({row.cases})") for row in await analysis_space(house).logs())
    asked = await _asked(request, house, me, logs)
    blank = ProcessPage(frame(house, me, PAGE), asked, logs, drawing=Markup(model_as_svg(me.language)))  # noqa: S704  drawn by us, no one's text
    model = blank if asked.problems else await _surveyed(house, me, blank)
    policy = await house.library.current()
    return show(request, Page("audit/process.html", me.language, policy, model, 422 if asked.problems else 200))


async def _asked(request: Request, house: House, me: Colleague, logs: Options) -> Sheet:
    """What the address asks for; the last three months where it asks for nothing."""
    told = {name: request.query_params.get(name, "").strip() for name in ("since", "until", "log")}
    if not {*told} & {*request.query_params}:
        told["since"] = (await today(house) - timedelta(days=_FIRST_DAYS)).isoformat()
    problems = [*wrong_days(told)]
    if told["log"] not in {"", *(name for name, _ in logs)}:
        problems.append(Problem("log", "unknown_choice"))
    return Sheet("", typed={name: (text,) for name, text in told.items()}, problems=tell(problems, me.language))


async def _surveyed(house: House, me: Colleague, page: ProcessPage) -> ProcessPage:
    asked = page.asked
    order = (
        SurveyOrder(log=asked.value("log"))
        if page.is_of_log
        else SurveyOrder(since=asked.value("since"), until=asked.value("until"))
    )
    report = await survey(house, order)
    link = (lambda _name: "") if page.is_of_log else partial(case_link, house, me)
    spans = (*report.times, *([report.whole] if report.whole else []))
    return replace(
        page,
        report=report,
        departures=tuple(_departure(one, me.language, link) for one in report.departures),
        times=tuple(_times(one, me.language) for one in spans),
        ways=tuple(_way(one, me.language, link) for one in report.variants[:_WAYS]),
    )


def _departure(found: Departure, language: Language, link: Callable[[str], str]) -> DepartureLine:
    return DepartureLine(
        explained=word(found.deviation.code, language, of="Deviation"),
        where=found.deviation.where,
        times=found.times,
        cases=found.cases,
        examples=tuple(Example(name, link(name)) for name in found.examples),
    )


def _way(found: Variant, language: Language, link: Callable[[str], str]) -> WayLine:
    return WayLine(
        steps=tuple(_step(step, language) for step in found.activities),
        cases=found.cases,
        share=found.share,
        share_so_far=found.share_so_far,
        example=Example(found.examples[0], link(found.examples[0])),
    )


def _times(one: Times, language: Language) -> TimesLine:
    return TimesLine(
        name=_step(one.name, language),
        visits=one.visits,
        wall=_span(one.wall),
        business=_span(one.business),
        waiting=_span(one.waiting) if one.waiting else None,
    )


def _span(found: Lengths) -> Span:
    return Span(timedelta(seconds=found.median), timedelta(seconds=found.p90))


def _step(code: str, language: Language) -> str:
    """A stage by name, with the exit by which it was left unless that is the usual one; anything else as it is."""
    stage, _, by = code.partition(_BETWEEN)
    if stage not in set(Stage):
        return code
    is_usual = by in {"", Exit.DONE}
    named = word(Stage(stage), language)
    return named if is_usual or by not in set(Exit) else f"{named} ({word(Exit(by), language)})"
