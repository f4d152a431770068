"""The clocks of a case: rows of the policy, started and met by what happens, by the calendar that each names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from complaints.clocks_of_case import applies
from complaints.limits import limits_of
from complaints.policy_clocks import Applies, ClockRule
from complaints.policy_file import find_problems, parse_policy
from complaints.words import Channel, CustomerType, TaskKind
from tests.builders import MONDAY_MORNING
from tests.complaints.test_policy_file import extending
from tests.play import Play, changed, default_policy, told

if TYPE_CHECKING:
    from complaints.policy import Policy

LAW = """
[calendars.london]
timezone = "Europe/London"
region = ""

[calendars.london.hours]
mon = [["09:00", "17:00"]]
tue = [["09:00", "17:00"]]
wed = [["09:00", "17:00"]]
thu = [["09:00", "17:00"]]
fri = [["09:00", "17:00"]]

[clocks.law]
name = { en = "The law", zh = "法定时限" }
kind = "regulatory"
source = "The rule, section 1"
limit = "3 bd"
calendar = "london"
"""


def house(pack: str) -> Policy:
    """The default policy and what a pack changes in it."""
    return parse_policy("house", extending(pack))


def wrongs(pack: str) -> list[str]:
    """What is wrong with such a pack, by key and message."""
    return [f"{problem.key}: {problem.message}" for problem in find_problems("house", extending(pack))]


def with_law(**row: Any) -> Policy:  # noqa: ANN401  any key of a clock
    """The default policy with one more clock."""
    base = {"name": {"en": "The law", "zh": "法定时限"}, "kind": "regulatory", "limit": "8 w", "stops": "decided"}
    policy = default_policy()
    return changed(policy, "clocks", {**policy.clocks, "law": ClockRule.model_validate({**base, **row})})  # type: ignore[no-any-return]


# --- start and stop -----------------------------------------------------------


def test_a_clock_of_known_length_runs_from_receipt_on_by_its_own_calendar() -> None:
    play = Play(policy=house(LAW + 'stops = "decided"\n'))
    clock = play.case.clocks["law"].clock
    # Monday 10:00 in Shanghai is Monday 02:00 in London: three business days later it is Thursday there, 17:00.
    assert clock.due_at == datetime(2026, 11, 26, 17, tzinfo=UTC)
    assert (clock.limit, clock.kind, clock.started_at) == ("3 bd", "regulatory", MONDAY_MORNING)


@pytest.mark.parametrize(("starts", "begins"), [("received", 0), ("classified", 1), ("assigned", 1)])
def test_a_clock_starts_when_the_policy_says(starts: str, begins: int) -> None:
    play = Play(policy=with_law(starts=starts, limit="1 h"))
    assert ("law" in play.case.clocks) == (starts == "received")
    play.at += timedelta(hours=1)
    play.carry_on()
    assert play.case.clocks["law"].clock.started_at == MONDAY_MORNING + timedelta(hours=begins)


@pytest.mark.parametrize(
    ("stops", "before", "after"),
    [
        ("acknowledged", None, "complaint.acknowledged"),
        ("first_response", None, "case.assigned"),
        ("decided", TaskKind.LETTER, "letter.approved"),
        ("resolved", TaskKind.REMEDY, "remedy.executed"),
    ],
)
def test_a_clock_is_met_by_what_the_policy_says(stops: str, before: TaskKind | None, after: str) -> None:
    play = Play(policy=with_law(stops=stops))
    if before:
        task = play.bring_to(before)
        assert not play.case.clocks["law"].met
        play.submit(task)
    else:
        play.carry_on()
    assert play.case.clocks["law"].met
    met = next(nth for nth, entry in enumerate(play.entries) if getattr(entry.fact, "name", "") == "law")
    assert after in play.kinds[:met]


def test_a_clock_that_runs_until_the_case_is_sealed_is_met_then() -> None:
    play = Play(policy=with_law(stops="closed"))
    play.to_the_end()
    assert play.case.clocks["law"].met
    assert play.kinds[-3:] == ["clock.met", "case.archived", "stage.closed"]


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (1, True)])
def test_a_decision_at_the_last_minute_is_in_time_and_a_minute_later_is_not(minutes: int, late: bool) -> None:
    play = Play(policy=with_law(limit="10 d"))
    task = play.bring_to(TaskKind.LETTER)
    play.at = MONDAY_MORNING + timedelta(days=10, minutes=minutes)
    play.submit(task)
    running = play.case.clocks["law"]
    assert (running.met, running.late) == (True, late)


# --- which cases --------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "runs"),
    [
        ({}, True),
        ({"categories": ["product"]}, True),
        ({"categories": ["product.quality", "price"]}, True),
        ({"categories": ["price"]}, False),
        ({"except_categories": ["product"]}, False),
        ({"except_categories": ["price"]}, True),
        ({"levels": ["2"]}, True),
        ({"levels": ["5"]}, False),
        ({"severities": ["simple"]}, True),
        ({"complexity": ["low"]}, True),
        ({"complexity": ["medium", "high"]}, False),
        ({"channels": ["web"], "customer_types": ["ordinary"]}, True),
        ({"channels": ["regulator"]}, False),
        ({"customer_types": ["key"]}, False),
    ],
)
def test_a_clock_runs_for_the_cases_it_applies_to(asked: dict[str, list[str]], runs: bool) -> None:
    play = Play(policy=with_law(applies=asked))
    play.carry_on()
    assert ("law" in play.case.clocks) == runs


def test_before_classification_only_channel_and_customer_can_tell() -> None:
    play = Play()
    case = play.case
    assert applies(Applies(channels=(Channel.WEB,)), case)
    assert not applies(Applies(customer_types=(CustomerType.KEY,)), case)
    assert not applies(Applies(levels=("1", "2", "3", "4", "5")), case)


# --- tables of limits ---------------------------------------------------------

G3 = """
[grading]
scheme = "g3"
[grading.level_names]
1 = { en = "urgent", zh = "特急" }
[response.short_path]
best_levels = ["4"]
[limits]
table = "maximum_response"
"""
G4 = """
[grading]
scheme = "g4"
[limits]
table = "by_severity"
[response.short_path]
best_levels = []
"""
G1 = G4.replace("g4", "g1")


@pytest.mark.parametrize(("level", "length"), [("1", "2 h"), ("2", "8 h"), ("3", "24 h"), ("4", "48 h")])
def test_the_maximum_response_of_g3_is_the_first_response(level: str, length: str) -> None:
    limits = limits_of(level, house(G3))
    assert (str(limits.first_response), str(limits.resolve), str(limits.callback)) == (length, "48 h", "5 d")


@pytest.mark.parametrize(
    ("level", "length"),
    [("urgent-wide", "1 d"), ("urgent-individual", "2 d"), ("normal-wide", "3 d"), ("normal-individual", "5 d")],
)
def test_the_severity_word_of_a_level_sets_its_resolution(level: str, length: str) -> None:
    limits = limits_of(level, house(G4))
    assert (str(limits.first_response), str(limits.resolve)) == ("4 h", length)


@pytest.mark.parametrize("pack", [G1, G3, G4])
def test_a_whole_case_runs_by_any_scheme_with_a_table_that_has_its_levels(pack: str) -> None:
    policy = house(pack)
    play = Play(policy=policy)
    play.to_the_end()
    grade = play.case.classification
    assert grade is not None
    assert grade.scheme == policy.grading.scheme
    assert play.case.clocks["resolve"].clock.limit == str(limits_of(grade.level, policy).resolve)


def test_only_the_table_in_use_is_asked_for_every_level() -> None:
    assert wrongs(G3.replace("maximum_response", "by_severity")) == []
    said = wrongs(
        '[grading]\nscheme = "g4"\n[limits]\ntable = "maximum_response"\n[response.short_path]\nbest_levels = []\n'
    )
    assert "limits.maximum_response: has nothing for level 'normal-individual' of scheme 'g4': add it" in said
    assert any(
        wrong.startswith("limits.by_level: has nothing for level 'low'") for wrong in wrongs('[grading]\nscheme = "g1"')
    )


# --- what is wrong with a row -------------------------------------------------


@pytest.mark.parametrize(
    ("pack", "said"),
    [
        (LAW, "clocks.law.stops: is missing"),
        (LAW + 'stops = "decided"\nlimit_of = "resolve"\n', "clocks.law: needs one length"),
        (LAW + 'stops = "decide"\n', "did you mean 'decided'?"),
        (
            LAW.replace('"london"', '"londn"') + 'stops = "decided"\n',
            "unknown calendar 'londn'; did you mean 'london'?",
        ),
        (LAW + 'stops = "decided"\npauses = ["holiday"]\n', "clocks.law.pauses[0]: unknown pause 'holiday'"),
        (LAW + 'stops = "decided"\napplies.levels = ["6"]\n', "clocks.law.applies.levels[0]: unknown level '6'"),
        (LAW + 'stops = "decided"\napplies.categories = ["prise"]\n', "did you mean 'price'?"),
        (LAW.replace("Europe/London", "Europe/Londn") + 'stops = "decided"\n', "calendars.london.timezone: unknown"),
        ('[calendars.house]\ntimezone = "UTC"\nalways = true\n', "is the name of [calendar] itself"),
        ('[calendars.empty]\ntimezone = "UTC"\n', "business time would never pass"),
        ('[calendars.x]\ntimezone = "UTC"\nalways = true\nsubdivision = "SCT"\n', "a part of no country"),
        ('[calendars.x]\ntimezone = "UTC"\nalways = true\nyears = [2030, 2029]\n', "must not lie after the last"),
        ('[clocks.resolve.extension]\nby = "3 bd"\n[clocks.resolve]\nlimit = "3 d"\n', "needs one length"),
        (
            LAW + 'stops = "decided"\n[clocks.law.extension]\nby = "20 d"\napprover = "executive"\n'
            'decide_within = "4 bh"\nreasons.x = { en = "x", zh = "y" }\n',
            "business days are extended by business days",
        ),
    ],
)
def test_a_fault_in_a_clock_or_calendar_is_told_at_its_key(pack: str, said: str) -> None:
    assert any(said in wrong for wrong in wrongs(pack)), wrongs(pack)


def test_a_pack_stored_before_clocks_were_rows_still_has_the_three() -> None:
    text = extending("")["default.toml"]
    start, end = text.index("# --- Clocks"), text.index("# --- Escalation")
    old = {**extending(""), "default.toml": text[:start] + text[end:]}
    policy = parse_policy("default", old)
    assert list(policy.clocks) == ["acknowledge", "first_response", "resolve"]
    play = Play(policy=policy, record=told())
    play.to_the_end()
    assert all(running.met for running in play.case.clocks.values())
