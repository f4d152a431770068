"""Incidents: the number of customers that makes one, whose name it bears, what its cases are graded as."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from complaints.briefing import Verdict
from complaints.comparing import Result
from complaints.errors import HistoryMoved
from complaints.escalation_events import CaseEscalated, IncidentGrew, IncidentJoined
from complaints.events import CaseRegraded
from complaints.incidents import Incident, SimilarCase, gather, number_of, scope_of
from complaints.receiving import receive
from complaints.recorded import Recorded
from complaints.redeciding import redecide
from complaints.tidings import Tiding
from complaints.words import SYSTEM, ActKind, Scope, TaskKind
from tests.builders import MONDAY_MORNING
from tests.play import Play, default_policy

COUNT = default_policy().intake.mass_event.count


def similar(nth: int, **changes: str) -> SimilarCase:
    """The nth earlier case, of a customer of its own."""
    told = {"case_no": f"TC20261122-{nth:04d}", "customer": f"digest-{nth}", **changes}
    at = MONDAY_MORNING - timedelta(hours=24) + timedelta(minutes=nth)
    return SimilarCase(received_at=at, similarity=0.9, **told)


def screened_with(*others: SimilarCase) -> Verdict:
    """What a case that is screened among these says."""
    return gather(replace(Play().briefing, similar=others))


def test_one_customer_short_of_the_number_is_no_incident() -> None:
    assert not screened_with(*(similar(nth) for nth in range(1, COUNT - 1)))


def test_the_number_declares_one_that_is_named_for_its_first_case_and_told_to_all_others() -> None:
    verdict = screened_with(*(similar(nth) for nth in reversed(range(1, COUNT))))
    (fact,) = verdict.facts
    assert isinstance(fact, IncidentJoined)
    assert (fact.incident, fact.cases) == ("IN-TC20261122-0001", COUNT)
    assert len(fact.alike) == COUNT - 1
    assert [tiding.case_no for tiding in verdict.tidings] == [f"TC20261122-{nth:04d}" for nth in range(1, COUNT)]
    assert [tiding.must_arrive for tiding in verdict.tidings] == [True] + [False] * (COUNT - 2)


def test_one_customer_who_complains_often_is_no_incident() -> None:
    assert not screened_with(*(similar(nth, customer="digest-1") for nth in range(1, 2 * COUNT)))


def test_who_has_no_contact_counts_as_one_each() -> None:
    assert screened_with(*(similar(nth, customer="") for nth in range(1, COUNT)))


def test_a_later_case_joins_the_incident_it_meets_and_brings_along_who_had_missed_it() -> None:
    verdict = screened_with(similar(1, incident="IN-TC20261101-0007"), similar(2))
    (fact,) = verdict.facts
    assert isinstance(fact, IncidentJoined)
    assert (fact.incident, fact.cases) == ("IN-TC20261101-0007", 3)
    assert [(tiding.case_no, tiding.must_arrive) for tiding in verdict.tidings] == [("TC20261122-0002", False)]


@pytest.mark.parametrize(("cases", "scope"), [(49, Scope.GROUP), (50, Scope.WIDE)])
def test_from_so_many_cases_on_an_incident_concerns_the_public(cases: int, scope: Scope) -> None:
    joined = IncidentJoined(incident="IN-1", cases=cases)
    case = Play().briefing.after(Verdict(facts=(joined,))).case
    assert scope_of(case, default_policy()) is scope
    assert scope_of(Play().case, default_policy()) is Scope.INDIVIDUAL


def test_a_case_that_joins_before_it_is_graded_is_graded_for_many() -> None:
    play = Play()
    play._write(Verdict(facts=(IncidentJoined(incident="IN-1", cases=COUNT),)), by=SYSTEM)  # noqa: SLF001  as another case tells it
    play.bring_to(TaskKind.FINDINGS)
    assert play.case.classification is not None
    assert (play.case.classification.scope, play.case.level) == (Scope.GROUP, "4")


def test_a_case_that_hears_of_it_later_is_graded_anew_and_tells_nobody_unless_it_was_the_first() -> None:
    play = Play()
    play.bring_to(TaskKind.FINDINGS)
    joined = IncidentJoined(incident="IN-TC20261101-0001", cases=COUNT)
    verdict = receive(play.briefing, Tiding(play.case_no, joined))
    assert [type(fact) for fact in verdict.facts] == [IncidentJoined, CaseRegraded]
    play._write(verdict, by=SYSTEM)  # noqa: SLF001  as the casebook does
    play.carry_on()
    assert play.case.level == "4"
    assert play.facts(CaseEscalated) == []
    assert not receive(play.briefing, Tiding(play.case_no, joined)), "heard once is enough"


def test_the_first_case_tells_the_emergency_team_once() -> None:
    play = Play()
    play.bring_to(TaskKind.FINDINGS)
    joined = IncidentJoined(incident=number_of(play.case_no), cases=COUNT)
    play._write(receive(play.briefing, Tiding(play.case_no, joined)), by=SYSTEM)  # noqa: SLF001  as the casebook does
    play.carry_on()
    play.carry_on()
    (fact,) = play.facts(CaseEscalated)
    assert (fact.trigger, fact.about, fact.level) == ("mass_event", f"IN-{play.case_no}", 3)
    assert len(fact.also_told) == 1


def test_a_case_that_has_ended_hears_nothing_and_what_must_arrive_is_decided_again() -> None:
    play = Play()
    play.to_the_end()
    joined = IncidentJoined(incident=number_of(play.case_no), cases=COUNT)
    assert not receive(play.briefing, Tiding(play.case_no, joined))
    with pytest.raises(HistoryMoved):
        receive(play.briefing, Tiding(play.case_no, joined, must_arrive=True))


WIDE = default_policy().intake.mass_event.wide_from


def grown(play: Play, *, cases: int, incident: str = "IN-1") -> Verdict:
    """What a case makes of the news that its incident has so many cases by now."""
    return receive(play.briefing, Tiding(play.case_no, IncidentGrew(incident=incident, cases=cases)))


def member(*, cases: int = COUNT) -> Play:
    """A case that belongs to an incident, and is looked into."""
    play = Play()
    play._write(Verdict(facts=(IncidentJoined(incident="IN-1", cases=cases),)), by=SYSTEM)  # noqa: SLF001  as another case tells it
    play.bring_to(TaskKind.FINDINGS)
    return play


@pytest.mark.parametrize("before", [WIDE - 2, WIDE - 1])
def test_who_makes_an_incident_wide_tells_those_that_do_not_know(before: int) -> None:
    others = tuple(similar(nth, incident="IN-1") for nth in range(1, 4))
    known = Incident(cases=before, unaware=("TC20261120-0001", others[0].case_no))
    verdict = gather(replace(Play().briefing, similar=others, incident=known))
    (joined,) = verdict.facts
    assert isinstance(joined, IncidentJoined)
    assert joined.cases == before + 1, "those count too that came before the window"
    told = [(tiding.case_no, tiding.fact) for tiding in verdict.tidings]
    grew = IncidentGrew(incident="IN-1", cases=WIDE)
    assert told == ([] if before + 1 < WIDE else [(case_no, grew) for case_no in known.unaware])


def test_a_member_is_graded_anew_by_rule_when_its_incident_has_become_wide() -> None:
    play = member()
    assert play.case.level == "4"
    verdict = grown(play, cases=WIDE)
    assert [type(fact) for fact in verdict.facts] == [IncidentGrew, CaseRegraded]
    regraded = verdict.facts[1]
    assert isinstance(regraded, CaseRegraded)
    assert (regraded.by, regraded.reason_code) == (SYSTEM, "incident_grew")
    assert (regraded.classification.scope, regraded.classification.level) == (Scope.WIDE, "5")
    assert {clock.name for clock in regraded.clocks} >= {"resolve"}, "the clocks follow the policy's rule"
    play._write(verdict, by=SYSTEM)  # noqa: SLF001  as the casebook does
    play.carry_on()
    (raised,) = play.facts(CaseEscalated)
    assert raised.trigger == "level_reached"
    history = Recorded(tuple(play.entries), {play.policy.version: play.policy}, play.papers)
    assert all(one.result is not Result.DIFFERENT for one in redecide(history))


def test_it_is_graded_anew_once_and_what_a_person_said_afterwards_stands() -> None:
    play = member()
    play._write(grown(play, cases=WIDE), by=SYSTEM)  # noqa: SLF001  as the casebook does
    task = play.bring_to(TaskKind.FINDINGS)
    play.do(ActKind.REGRADE, task, category="product.quality", impact=2, urgency=2, scope="group", reason="Not here.")
    assert play.case.level == "2"
    assert not grown(play, cases=WIDE + 1)
    assert not grown(play, cases=2 * WIDE)


def test_a_person_who_graded_it_graver_is_not_overruled() -> None:
    play = member()
    task = play.bring_to(TaskKind.FINDINGS)
    play.do(ActKind.REGRADE, task, category="product.quality", impact=5, urgency=5, scope="group", reason="A burn.")
    (grew, regraded) = grown(play, cases=WIDE).facts
    assert isinstance(grew, IncidentGrew)
    assert isinstance(regraded, CaseRegraded)
    assert (regraded.classification.level, regraded.classification.scope) == ("5", Scope.WIDE)
    assert (regraded.classification.factors["impact"], regraded.classification.factors["urgency"]) == (5, 5)


def test_news_of_another_incident_or_of_one_that_is_small_still_says_nothing() -> None:
    play = member()
    assert not grown(play, cases=WIDE - 1)
    assert not grown(play, cases=WIDE, incident="IN-2")
    assert not grown(member(cases=WIDE), cases=WIDE + 1)


def test_a_member_that_is_not_graded_yet_is_graded_for_everybody() -> None:
    play = Play()
    play._write(Verdict(facts=(IncidentJoined(incident="IN-1", cases=COUNT),)), by=SYSTEM)  # noqa: SLF001  as another case tells it
    play._write(grown(play, cases=WIDE), by=SYSTEM)  # noqa: SLF001  as the casebook does
    play.bring_to(TaskKind.CLASSIFICATION)
    assert play.case.suggestion is not None
    suggested = play.case.suggestion.suggestion
    assert (suggested.scope, suggested.level) == (Scope.WIDE, "5"), "so a person confirms it, as always the worst"
    assert play.facts(CaseRegraded) == []
