"""Decided once more: an honest history comes out the same, and every decision that was changed is found and named."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, settings

from complaints.assignment_events import Candidate
from complaints.briefing import Load
from complaints.comparing import Result, Topic
from complaints.events import CaseAssigned, CaseClassified, CaseScreened, CategorySuggested, StageClosed
from complaints.recorded import Recorded
from complaints.redeciding import redecide
from complaints.roster import Roster
from complaints.words import ActKind, Channel, Exit, Stage, TaskKind
from complaints.work_events import ClassificationConfirmed, TaskAsked, TaskEscalated
from tests.builders import MONDAY_MORNING, WANG_FANG
from tests.journeys.test_any_course import AnyCourse
from tests.play import Play, changed, default_policy, replaced, told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from complaints.comparing import Redecision
    from complaints.fact import Fact


def recorded(play: Play, **changes: Any) -> Recorded:  # noqa: ANN401  any part
    """What a house would keep of a play."""
    return replace(Recorded(tuple(play.entries), {play.policy.version: play.policy}, play.papers), **changes)


def tampered(play: Play, kind: type[Fact], *, nth: int = 0, **changes: Any) -> tuple[Recorded, int]:  # noqa: ANN401  any field
    """The same with another value in one fact, and the number of its entry."""
    found = [entry for entry in play.entries if isinstance(entry.fact, kind)][nth]
    forged = replace(found, fact=found.fact.model_copy(update=changes))
    return recorded(play, entries=tuple(forged if one is found else one for one in play.entries)), found.seq


def different(decisions: Iterable[Redecision]) -> list[tuple[int, Topic]]:
    """Where and about what something comes out different."""
    return [(one.seq, one.topic) for one in decisions if one.result is Result.DIFFERENT]


@pytest.fixture(scope="module")
def whole() -> Play:
    """A complaint lived to its end."""
    play = Play()
    play.to_the_end()
    return play


def late() -> Play:
    """A complaint whose handler is silent until it has gone up twice."""
    play = Play()
    play.bring_to(TaskKind.FINDINGS)
    play.climb(2)
    play.to_the_end()
    return play


# --- an honest history -------------------------------------------------------------


def test_a_whole_complaint_comes_out_the_same_in_everything_that_was_decided(whole: Play) -> None:
    decisions = redecide(recorded(whole))
    assert different(decisions) == []
    about = {one.topic for one in decisions}
    assert about >= {Topic.COMPLETENESS, Topic.CATEGORY, Topic.LEVEL, Topic.PRIORITY, Topic.DEPARTMENT, Topic.HANDLER}
    assert about >= {Topic.DEADLINE, Topic.APPROVAL, Topic.SAMPLING, Topic.DOUBTS, Topic.MOVE}


def test_escalations_and_their_deadlines_come_out_the_same() -> None:
    decisions = redecide(recorded(late()))
    assert different(decisions) == []
    assert sum(1 for one in decisions if one.fact == "task.escalated" and one.topic is Topic.ESCALATION) == 2


def test_what_people_confirmed_asked_for_and_declined_leads_to_the_same_again() -> None:
    play = Play(record=told(WANG_FANG, detail="不知道怎么说。", channel=Channel.PHONE))
    play.submit(play.bring_to(TaskKind.CLASSIFICATION), impact=3, urgency=2)
    play.do(ActKind.DECLINE, play.bring_to(TaskKind.FINDINGS), reason_code="no_capacity")
    task = play.bring_to(TaskKind.FINDINGS)
    play.do(ActKind.REGRADE, task, category="product.quality", impact=4, urgency=4, scope="individual", reason="Fire.")
    play.to_the_end()
    decisions = redecide(recorded(play))
    assert different(decisions) == []
    assert {"case.regraded", "classification.confirmed", "handler.declined"} <= {one.fact for one in decisions}


def test_a_deadline_is_read_by_the_clock_of_its_own_entry_and_not_of_today(whole: Play) -> None:
    moved = tuple(replace(entry, at=entry.at + timedelta(hours=1)) for entry in whole.entries)
    assert {topic for _, topic in different(redecide(recorded(whole, entries=moved)))} >= {Topic.DEADLINE}


class Redecided(AnyCourse):
    """Whatever people do, what the rules made of it comes out the same, or cannot be recomputed; never different."""

    def teardown(self) -> None:
        if not hasattr(self, "play"):
            return
        self.play.to_the_end()
        assert different(redecide(recorded(self.play))) == []
        assert different(redecide(recorded(self.play, papers=None))) == []


# Without shrinking: a course of a hundred steps takes minutes to make shorter.
Redecided.TestCase.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, phases=(Phase.reuse, Phase.generate)
)
TestRedecided = Redecided.TestCase


# --- what was changed afterwards ----------------------------------------------------


def test_a_deadline_that_was_put_off_is_found_where_it_stands(whole: Play) -> None:
    task = whole.facts(TaskAsked)[0]
    forged, seq = tampered(whole, TaskAsked, due_at=task.due_at + timedelta(seconds=1))
    assert different(redecide(forged)) == [(seq, Topic.DEADLINE)]
    [found] = [one for one in redecide(forged) if one.result is Result.DIFFERENT]
    assert found.recorded["due_at"] != found.recomputed["due_at"]
    assert found.reason == "values_differ"


def test_a_level_that_was_lowered_is_found_in_the_suggestion_and_in_what_stands(whole: Play) -> None:
    lower = whole.facts(CategorySuggested)[0].suggestion.model_copy(update={"level": "1"})
    forged, seq = tampered(whole, CategorySuggested, suggestion=lower)
    assert (seq, Topic.LEVEL) in different(redecide(forged))
    forged, seq = tampered(whole, CaseClassified, classification=lower)
    assert (seq, Topic.LEVEL) in different(redecide(forged))


def test_another_department_than_the_matrix_names_is_found(whole: Play) -> None:
    forged, seq = tampered(whole, CaseAssigned, department="logistics")
    assert (seq, Topic.DEPARTMENT) in different(redecide(forged))


def test_a_handler_with_less_weight_than_another_is_found(whole: Play) -> None:
    assigned = whole.facts(CaseAssigned)[0]
    lesser = min((one for one in assigned.candidates if one.ruled_out is None), key=lambda one: one.weight)
    assert lesser.staff_id != assigned.handler
    forged, seq = tampered(whole, CaseAssigned, handler=lesser.staff_id)
    assert (seq, Topic.HANDLER) in different(redecide(forged))


def test_a_weight_that_does_not_follow_from_its_load_is_found(whole: Play) -> None:
    assigned = whole.facts(CaseAssigned)[0]
    better = tuple(
        one.model_copy(update={"weight": 9.0}) if one.staff_id == assigned.handler else one
        for one in assigned.candidates
    )
    forged, seq = tampered(whole, CaseAssigned, candidates=better)
    assert different(redecide(forged)) == [(seq, Topic.HANDLER)]


def test_a_score_a_doubt_and_a_missing_part_that_nobody_read_are_found(whole: Play) -> None:
    for changes, topic in (({"completeness": 0.1}, Topic.COMPLETENESS), ({"doubts": ("flag:legal",)}, Topic.DOUBTS)):
        forged, seq = tampered(whole, CaseScreened, **changes)
        assert (seq, topic) in different(redecide(forged))


def test_an_escalation_to_somebody_else_and_one_to_another_level_are_found() -> None:
    play = late()
    forged, seq = tampered(play, TaskEscalated, told="peter_novak")
    assert (seq, Topic.PERSON) in different(redecide(forged))
    forged, seq = tampered(play, TaskEscalated, level=3)
    assert (seq, Topic.ESCALATION) in different(redecide(forged))


def test_an_approval_asked_in_another_name_than_the_amount_needs_is_found(whole: Play) -> None:
    nth = next(n for n, fact in enumerate(whole.facts(TaskAsked)) if fact.kind is TaskKind.APPROVAL)
    asks = {**whole.facts(TaskAsked)[nth].asks, "role": "executive"}
    forged, seq = tampered(whole, TaskAsked, nth=nth, asks=asks)
    assert (seq, Topic.APPROVAL) in different(redecide(forged))


def test_an_exit_that_the_rules_would_not_have_taken_is_found(whole: Play) -> None:
    nth = next(n for n, fact in enumerate(whole.facts(StageClosed)) if fact.stage is Stage.CALLBACK)
    forged, seq = tampered(whole, StageClosed, nth=nth, exit=Exit.UNREACHABLE, reason="attempts_used")
    assert (seq, Topic.MOVE) in different(redecide(forged))


def test_factors_of_a_person_that_give_another_level_than_was_written_are_found() -> None:
    play = Play(record=told(detail="It is not what I thought it would be."))
    play.submit(play.bring_to(TaskKind.CLASSIFICATION), impact=4, urgency=4)
    forged, seq = tampered(play, ClassificationConfirmed, impact=1, urgency=1)
    assert (seq + 1, Topic.LEVEL) in different(redecide(forged))


def test_something_that_was_left_out_is_told_as_what_the_rules_would_have_written(whole: Play) -> None:
    left_out = next(entry for entry in whole.entries if entry.fact.type == "complaint.acknowledged")
    rest = tuple(entry for entry in whole.entries if entry is not left_out)
    first = next(one for one in redecide(recorded(whole, entries=rest)) if one.result is Result.DIFFERENT)
    assert (first.reason, first.fact) == ("not_written", "complaint.acknowledged")


def test_something_that_the_rules_never_said_is_told(whole: Play) -> None:
    doubled = next(entry for entry in whole.entries if entry.fact.type == "case.screened")
    more = tuple(one for entry in whole.entries for one in ((entry, entry) if entry is doubled else (entry,)))
    assert different(redecide(recorded(whole, entries=more)))


# --- what cannot be decided once more -------------------------------------------------


def reasons(decisions: Iterable[Redecision]) -> Counter[str]:
    """How often each reason is given."""
    return Counter(one.reason for one in decisions if one.reason)


def test_of_an_erased_case_times_and_moves_still_come_out_and_what_was_read_does_not(whole: Play) -> None:
    decisions = redecide(recorded(whole, papers=None))
    assert different(decisions) == []
    gone = {one.topic for one in decisions if one.reason == "papers_erased"}
    assert gone >= {Topic.COMPLETENESS, Topic.CATEGORY, Topic.LEVEL, Topic.HANDLER}
    forged, seq = tampered(whole, TaskAsked, due_at=whole.at)
    assert (seq, Topic.DEADLINE) in different(redecide(replace(forged, papers=None)))


def test_who_is_idlest_is_not_recomputable_where_several_could_be_asked_and_the_same_where_one_can() -> None:
    play = Play()
    play.to_the_end()
    persons = [one for one in redecide(recorded(play)) if one.topic is Topic.PERSON]
    assert {one.result for one in persons} <= {Result.SAME, Result.NOT_RECOMPUTABLE}
    assert any(one.result is Result.SAME for one in persons)


def among_twins(**idle: Load) -> Play:
    """A complaint for which two handlers weigh the same."""
    policy = default_policy()
    assigned = Play(policy=policy)
    assigned.bring_to(TaskKind.FINDINGS)
    first = assigned.facts(CaseAssigned)[0].handler
    twin = policy.staff[first].model_copy(update={"email": "twin@example.test", "name": "Twin"})
    loads = {first: idle["first"], "twin": idle["twin"]} if idle else {}
    play = Play(policy=policy.model_copy(update={"staff": {**policy.staff, "twin": twin}}), loads=loads)
    play.bring_to(TaskKind.FINDINGS)
    return play


def about_the_handler(history: Recorded) -> list[Redecision]:
    """What comes out of the choice of a handler."""
    return [one for one in redecide(history) if one.topic is Topic.HANDLER]


@pytest.mark.parametrize("longest", ["first", "twin"])
def test_among_equals_the_longest_idle_is_chosen_again_from_the_table(longest: str) -> None:
    since = {name: Load(1, MONDAY_MORNING - timedelta(days=9 if name == longest else 1)) for name in ("first", "twin")}
    play = among_twins(**since)
    assert [one.result for one in about_the_handler(recorded(play))] == [Result.SAME]
    chosen = play.facts(CaseAssigned)[0]
    other = next(one.staff_id for one in chosen.candidates if one.ruled_out is None and one.staff_id != chosen.handler)
    forged, seq = tampered(play, CaseAssigned, handler=other)
    (found,) = (one for one in about_the_handler(forged) if one.seq == seq)
    assert (found.result, found.recorded["handler"], found.recomputed["handler"]) == (
        Result.DIFFERENT,
        other,
        chosen.handler,
    )


def test_a_table_from_before_idleness_was_kept_cannot_say_who_of_equals_comes_first() -> None:
    play = among_twins()
    table = play.facts(CaseAssigned)[0].candidates
    before = tuple(Candidate(**one.model_dump(exclude={"last_asked_at"})) for one in table)
    old, _ = tampered(play, CaseAssigned, candidates=before)
    assert [one.reason for one in about_the_handler(old)] == ["loads_not_kept"]


def test_loads_are_read_from_the_table_of_candidates() -> None:
    play = Play(loads={staff_id: Load(open_tasks=nth) for nth, staff_id in enumerate(default_policy().staff)})
    play.to_the_end()
    table: tuple[Candidate, ...] = play.facts(CaseAssigned)[0].candidates
    assert any(one.load for one in table)
    assert different(redecide(recorded(play))) == []


def test_a_policy_version_that_is_not_stored_makes_everything_not_recomputable(whole: Play) -> None:
    decisions = redecide(recorded(whole, policies={}))
    assert {one.result for one in decisions} == {Result.NOT_RECOMPUTABLE}
    assert set(reasons(decisions)) == {"policy_not_stored"}


def test_the_roster_that_was_in_force_then_is_read_and_not_todays(whole: Play) -> None:
    handler = whole.facts(CaseAssigned)[0].handler
    later = Roster.of_policy(replaced(whole.policy, handler, present=False))
    since = whole.entries[-1].at + timedelta(days=1)
    assert different(redecide(recorded(whole, rosters=((since, replace(later, version="later")),)))) == []


def test_an_unknown_roster_is_said_to_be_missing(whole: Play) -> None:
    forged, _ = tampered(whole, CaseAssigned, roster="roster-9-gone")
    assert reasons(redecide(forged))["roster_not_stored"] == 1


def test_another_policy_of_the_same_name_would_have_decided_otherwise(whole: Play) -> None:
    other = changed(default_policy(), "limits.warning_fraction", 0.5)
    assert different(redecide(recorded(whole, policies={whole.policy.version: other}))) != []
