"""The survey: many cases in one report, whose numbers fit each other."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from complaints.event_log import Step, Trace
from complaints.events import StageClosed
from complaints.survey import CaseSurvey, LogSurvey
from complaints.words import Exit, TaskKind
from tests.builders import MONDAY_MORNING
from tests.play import Play, default_policy

CALENDAR = default_policy().calendar


def test_a_survey_of_cases_tells_open_ones_apart_and_names_where_they_departed() -> None:
    survey = CaseSurvey(CALENDAR)
    straight, waiting = Play(), Play(case_no="TC20261123-0002")
    straight.to_the_end()
    waiting.bring_to(TaskKind.FINDINGS)
    survey.add(straight.entries)
    survey.add(waiting.entries)
    forged = [
        replace(entry, case_no="TC20261123-0003", fact=entry.fact.model_copy(update={"exit": Exit.DUPLICATE}))
        if isinstance(entry.fact, StageClosed) and entry.fact.stage == "review"
        else replace(entry, case_no="TC20261123-0003")
        for entry in straight.entries
    ]
    survey.add(forged)
    report = survey.report()
    assert (report.cases, report.open_cases, report.conforming) == (3, 1, 2)
    assert [(one.deviation.where, one.examples) for one in report.departures] == [
        ("review duplicate", ("TC20261123-0003",))
    ]
    assert [times.name for times in report.times][:3] == ["intake", "classification", "assignment"]
    assert [variant.cases for variant in report.variants] == [1, 1]
    assert report.whole is not None
    assert report.whole.visits == 2
    assert "moves.py" in report.model


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=5), min_size=1, max_size=8))
def test_the_numbers_of_a_report_fit_each_other(ways: list[list[str]]) -> None:
    survey = LogSurvey("made", CALENDAR)
    for number, way in enumerate(ways):
        survey.add(Trace(str(number), tuple(Step(activity, MONDAY_MORNING) for activity in way)))
    report = survey.report(survey.discovered(0.5))
    assert report.cases == len(ways) == sum(variant.cases for variant in report.variants)
    assert report.events == sum(map(len, ways)) == sum(times.visits for times in report.times)
    assert report.conforming == report.cases or report.departures
    assert all(len(one.examples) <= one.cases <= one.times for one in report.departures)
