"""Warnings before a case's own promises: at the policy's fraction, by day, to whoever has the case, once per thing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from adapters.policies import load_policy, policy_path
from complaints.clock_events import ClockWarned
from complaints.comparing import Result
from complaints.durations import parse_duration
from complaints.letters import LetterKind
from complaints.recorded import Recorded
from complaints.redeciding import redecide
from complaints.words import TaskKind
from tests.play import Play, changed, default_policy, told, without

if TYPE_CHECKING:
    from datetime import datetime


def warnings(play: Play) -> list[tuple[str, str]]:
    """Who was warned of which clock, in order."""
    return [(order.to, dict(order.details)["clock"]) for order in play.letters_of(LetterKind.CLOCK_WARNING)]


def warn_at(play: Play, name: str) -> datetime:
    moment = play.case.clocks[name].clock.warn_at
    assert moment is not None
    return moment


def in_hand(*, respond_within: str, resolve: str = "48 h") -> Play:
    """A case that its handler looks into, for as long as its department may take."""
    policy, length = default_policy(), parse_duration(respond_within)
    rows = {code: row.model_copy(update={"respond_within": length}) for code, row in policy.assignment.matrix.items()}
    policy = changed(changed(policy, "assignment.matrix", rows), "limits.tasks.findings", length)
    play = Play(policy=changed(policy, "limits.by_level.2.resolve", parse_duration(resolve)))
    play.bring_to(TaskKind.FINDINGS)
    return play


@pytest.mark.parametrize(("seconds", "warned"), [(-60, []), (0, [("peter_novak", "resolve")])])
def test_the_handler_is_warned_of_the_promise_to_resolve_and_not_a_minute_before(
    seconds: int, warned: list[tuple[str, str]]
) -> None:
    play = Play()
    play.bring_to(TaskKind.DECISION)
    # Four fifths of 48 hours from Monday 10:00 are Wednesday 00:24, when the house sleeps until nine.
    assert warn_at(play, "resolve").astimezone(ZoneInfo("Asia/Shanghai")).strftime("%a %H:%M") == "Wed 09:00"
    play.at = warn_at(play, "resolve") + timedelta(seconds=seconds)
    play.carry_on()
    assert warnings(play) == warned


def test_before_there_is_a_handler_whoever_holds_the_work_is_warned_of_the_first_response() -> None:
    play = Play(policy=without(default_policy(), "zhao_lei", "peter_novak", "huang_min", "zhou_qiang"))
    task = play.bring_to(TaskKind.DISPATCH)
    play.at = warn_at(play, "first_response")
    play.carry_on()
    # The dispatcher was warned of her own two hours, and now that the customer waits for her four.
    assert (play.case.tasks[task.id].assignee, "first_response") in warnings(play)


def test_who_was_warned_of_her_own_work_just_now_is_not_told_the_same_of_the_case() -> None:
    play = in_hand(respond_within="48 h")
    assert play.the_task(TaskKind.FINDINGS).warn_at == warn_at(play, "resolve")
    play.at = warn_at(play, "resolve")
    play.carry_on()
    assert len(play.letters_of(LetterKind.TASK_WARNING)) == 1
    assert warnings(play) == []
    assert [fact.name for fact in play.facts(ClockWarned)] == ["resolve"], "it is noted, and asked of nobody again"
    play.wait(minutes=30)
    assert warnings(play) == []


@pytest.mark.parametrize(("seconds", "warned"), [(103575, []), (103500, [("peter_novak", "resolve")])])
def test_who_was_warned_of_her_own_work_an_hour_ago_hears_of_the_promise_too_but_not_a_minute_sooner(
    seconds: int, warned: list[tuple[str, str]]
) -> None:
    # The promise is warned of on Tuesday at 10:00; her own work, four fifths of so many seconds, at 09:01 or at 09:00.
    play = in_hand(respond_within=f"{seconds} s", resolve="30 h")
    play.at = play.the_task(TaskKind.FINDINGS).warn_at
    play.carry_on()
    assert len(play.letters_of(LetterKind.TASK_WARNING)) == 1
    play.at = warn_at(play, "resolve")
    play.carry_on()
    assert warnings(play) == warned
    assert len(play.facts(ClockWarned)) == 1, "it is noted either way, and once"


def test_a_promise_that_stood_still_before_it_was_known_is_warned_of_by_the_time_that_ran() -> None:
    play = Play(record=told(name="", phone="", item="", order_no="", occurred_at=None, expected_remedy=""))
    play.carry_on()
    play.wait(hours=30)
    play.submit(play.the_task(TaskKind.COMPLETION))
    assert play.case.assignment is not None
    assert play.facts(ClockWarned) == [], "the customer's thirty hours are no reason to hurry anybody"
    resolve = play.case.clocks["resolve"].clock
    assert resolve.due_at - resolve.started_at == timedelta(hours=48 + 30)
    # Four fifths of 48 hours and the pause: Thursday 06:24, so at nine.
    assert warn_at(play, "resolve").astimezone(ZoneInfo("Asia/Shanghai")).strftime("%a %H:%M") == "Thu 09:00"


def test_warnings_come_out_the_same_when_they_are_decided_once_more() -> None:
    for play in (in_hand(respond_within="48 h"), in_hand(respond_within="103500 s", resolve="30 h")):
        play.at = warn_at(play, "resolve")
        play.carry_on()
        decisions = redecide(Recorded(tuple(play.entries), {play.policy.version: play.policy}, play.papers))
        assert [one for one in decisions if one.result is Result.DIFFERENT] == []
        assert len(play.facts(ClockWarned)) == 1


@pytest.mark.parametrize(
    "pack", ["default", "uk-fca-disp", "us-cfpb", "cn-bank-insurance", "au-rg271", "eu-psd2", "iso-10002"]
)
def test_every_pack_warns_of_whatever_somebody_can_still_do_something_about(pack: str) -> None:
    policy = load_policy(policy_path(pack))
    silent = {name for name, rule in policy.clocks.items() if rule.warn is None and rule.kind != "window"}
    assert {policy.clocks[name].stops for name in silent} <= {"acknowledged"}
