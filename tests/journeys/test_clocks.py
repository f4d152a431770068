"""Whole complaints whose time stands still, is stretched, or is counted by another calendar or policy."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from adapters.policies import policies_folder
from complaints.words import ActKind, Outcome, TaskKind
from tests.builders import WANG_FANG, build_house
from tests.journeys.journey import (
    ARCHIVED,
    ASSIGNED,
    CLASSIFIED,
    FINDINGS_ASKED,
    GREETED,
    LEFT,
    RECEIVED,
    TO_HANDLER,
    Journey,
)

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.house import House
    from tests.builders import Hands

REST = (TaskKind.OPINION, TaskKind.OPINION, TaskKind.APPROVAL, TaskKind.LETTER, TaskKind.DECISION, TaskKind.REMEDY)
LAW = """
extends = "default.toml"

[calendars.london]
timezone = "Europe/London"
region = "GB"
subdivision = "ENG"
hours = {hours}

[clocks.final_response]
name = {{ en = "Final response", zh = "最终答复" }}
kind = "regulatory"
source = "An invented rule, section 1"
limit = "{limit}"
calendar = "london"
stops = "decided"
warn = 0.8
pauses = {pauses}

[clocks.final_response.extension]
by = "20 bd"
approver = "complaints_manager"
decide_within = "4 bh"
reasons.beyond_control = {{ en = "For reasons beyond our control.", zh = "因非我方可控的原因。" }}
"""
OFFICE = "{ " + ", ".join(f'{day} = [["09:00", "17:00"]]' for day in ("mon", "tue", "wed", "thu", "fri")) + " }"


def write_pack(folder: Path, name: str, text: str) -> Path:
    """A pack beside a copy of the default one."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "default.toml").write_bytes((policies_folder() / "default.toml").read_bytes())
    pack = folder / f"{name}.toml"
    pack.write_text(text, "utf-8")
    return pack


def law(folder: Path, *, limit: str = "15 bd", pauses: str = "[]") -> Path:
    return write_pack(folder, "law", LAW.format(hours=OFFICE, limit=limit, pauses=pauses))


async def due(journey: Journey, clock: str, zone: str = "Asia/Shanghai") -> str:
    """The local time at which a clock runs out."""
    moment = (await journey.case()).clocks[clock].clock.due_at
    return moment.astimezone(ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M")


@pytest.mark.covers("investigation done", "callback done", "archiving done")
async def test_the_clock_stops_for_an_experts_report_and_goes_on_after_the_weekend(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    assert await due(journey, "resolve") == "Wed 2026-11-25 10:00"
    await journey.wait(hours=2)
    await journey.do(ActKind.PAUSE, TaskKind.FINDINGS, reason="expert_report", note="The seal is examined.")
    before = await journey.letters()
    assert await journey.state() == "Awaiting investigation"
    await journey.wait(days=7)
    await journey.check()
    # Nobody is pressed meanwhile; the customer hears that her case is not forgotten.
    assert before == [*GREETED, *FINDINGS_ASKED]
    assert await journey.letters() == [*before, "progress customer"]
    await journey.do(ActKind.RESUME, TaskKind.FINDINGS)
    assert await due(journey, "resolve") == "Wed 2026-12-02 10:00"
    # Four and a half business hours were left of the task at Monday noon: one shift after lunch, one hour of Tuesday.
    assert await journey.due(TaskKind.FINDINGS) == "Tue 2026-12-01 10:00"
    await journey.answer(TaskKind.FINDINGS, *REST)
    history = await journey.history()
    assert history[: len(TO_HANDLER) + 5] == [
        *TO_HANDLER,
        *["task.asked", "clocks.paused", "progress.told", "clocks.resumed", "findings.submitted"],
    ]
    assert not (await journey.case()).clocks["resolve"].late
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(Outcome.SATISFIED)


@pytest.mark.covers("intake done")
async def test_while_the_customer_completes_her_record_the_clocks_stand_still(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands, name="", item="", order_no="", occurred_at=None, expected_remedy="")
    assert (await journey.history())[-2:] == ["task.asked", "clocks.paused"]
    await journey.wait(hours=30)
    await journey.answer(TaskKind.COMPLETION)
    asked = ["case.screened", "complaint.acknowledged", "clock.met", "task.asked", "clocks.paused"]
    assert (await journey.history())[:-1] == [
        *[*RECEIVED, *asked, "record.completed", "clocks.resumed", *LEFT],
        *[*CLASSIFIED, *ASSIGNED],
    ]
    assert await due(journey, "resolve") == "Thu 2026-11-26 16:00"
    await journey.check()


@pytest.mark.covers("trigger:deadline_passed")
async def test_a_pause_that_nobody_ends_is_over_after_its_longest_time_and_then_deadlines_count_again(
    house: House, hands: Hands
) -> None:
    journey = await Journey.begin(house, hands)
    await journey.do(ActKind.PAUSE, TaskKind.FINDINGS, reason="expert_report")
    while (await journey.case()).standstill:
        await journey.lapse()
    assert "clocks.resumed" in (await journey.history())[-2:]
    assert await due(journey, "resolve") == "Wed 2026-12-09 10:00"
    while not (await journey.case()).escalation_level:
        await journey.lapse()
    assert "task_escalated huang_min" in await journey.letters()
    await journey.check()


async def test_more_time_is_asked_granted_by_other_eyes_and_told_to_the_customer(house: House, hands: Hands) -> None:
    journey = await Journey.begin(house, hands)
    await journey.do(
        ActKind.EXTEND, TaskKind.FINDINGS, clock="resolve", reason="complex", note="Two laboratories look at it."
    )
    approval = await journey.task(TaskKind.EXTENSION)
    assert (approval.assignee, await journey.due(TaskKind.EXTENSION)) == ("zhou_qiang", "Mon 2026-11-23 15:30")
    await journey.answer(TaskKind.EXTENSION)
    assert await due(journey, "resolve") == "Sat 2026-11-28 10:00"
    assert (await journey.history())[len(TO_HANDLER) :] == [
        *["task.asked", "extension.asked", "task.asked", "extension.decided", "clock.extended"],
    ]
    assert (await journey.letters())[3:] == [
        *["task_asked zhou_qiang", "extension_decided peter_novak", "extension_notice customer"],
    ]
    await journey.check()


async def test_an_extension_that_nobody_decides_climbs_like_all_work_and_lapses_with_its_clock(
    house: House, hands: Hands
) -> None:
    journey = await Journey.begin(house, hands)
    await journey.do(ActKind.EXTEND, TaskKind.FINDINGS, clock="resolve", reason="complex", note="It is hard.")
    await journey.wait(hours=48)
    case = await journey.check()
    task = case.tasks["extension-1"]
    assert (task.status, task.closed_reason) == ("revoked", "clock_over")
    assert task.level > 0
    assert case.clocks["resolve"].missed


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (1, True)])
async def test_a_law_counts_by_its_own_calendar_to_the_minute(
    tmp_path: Path, hands: Hands, minutes: int, late: bool
) -> None:
    house = await build_house(tmp_path, hands=hands, policy=str(law(tmp_path / "packs", limit="3 bd")))
    journey = await Journey.begin(house, hands)
    assert await due(journey, "final_response", "Europe/London") == "Thu 2026-11-26 17:00"
    assert "final_response" in (await journey.case()).clocks
    await journey.answer(TaskKind.FINDINGS, *REST[:3])
    letter = await journey.task(TaskKind.LETTER)
    hands.at = (await journey.case()).clocks["final_response"].clock.due_at
    hands.move(minutes=minutes)
    letter = await journey.task(TaskKind.LETTER)
    await journey.answer(letter)
    clock = (await journey.case()).clocks["final_response"]
    assert clock.met
    assert (clock.late or clock.missed) or not late
    assert clock.late == late
    await house.close()


async def test_a_law_that_allows_no_pause_runs_on_while_the_promise_stands_still(tmp_path: Path, hands: Hands) -> None:
    house = await build_house(tmp_path, hands=hands, policy=str(law(tmp_path / "packs")))
    journey = await Journey.begin(house, hands)
    assert await due(journey, "final_response", "Europe/London") == "Mon 2026-12-14 17:00"
    await journey.do(ActKind.PAUSE, TaskKind.FINDINGS, reason="expert_report")
    await journey.wait(days=10)
    await journey.do(ActKind.RESUME, TaskKind.FINDINGS)
    assert await due(journey, "final_response", "Europe/London") == "Mon 2026-12-14 17:00"
    assert await due(journey, "resolve") == "Sat 2026-12-05 10:00"
    # Christmas Day, Boxing Day (the Monday after: it falls on a Saturday) and New Year's Day are no business days.
    await journey.do(ActKind.EXTEND, TaskKind.FINDINGS, clock="final_response", reason="beyond_control", note="Strike.")
    await journey.answer(TaskKind.EXTENSION)
    assert await due(journey, "final_response", "Europe/London") == "Thu 2027-01-14 17:00"
    await journey.check()
    await house.close()


async def test_an_open_case_keeps_its_policy_and_a_new_one_gets_the_new(tmp_path: Path, hands: Hands) -> None:
    packs = tmp_path / "packs"
    pack = write_pack(packs, "house", 'extends = "default.toml"\n')
    house = await build_house(tmp_path, hands=hands, policy=str(pack))
    old = await Journey.begin(house, hands)
    await house.close()
    write_pack(
        packs, "house", 'extends = "default.toml"\n[limits.by_level.2]\nresolve = "10 h"\n[calendar]\nregion = ""\n'
    )
    house = await build_house(tmp_path, hands=hands, policy=str(pack))
    new = await Journey.begin(house, hands, WANG_FANG)
    old.house = house
    assert await due(old, "resolve") == "Wed 2026-11-25 10:00"
    assert await due(new, "resolve") == "Mon 2026-11-23 20:00"
    briefings = [await house.casebook.brief(one.case_no) for one in (old, new)]
    assert briefings[0].policy.version != briefings[1].policy.version
    assert "2026-10-02" in briefings[0].policy.calendar.holidays
    assert briefings[1].policy.calendar.holidays == ()
    await house.close()


async def test_a_missed_law_is_told_and_warned_of_before_in_opening_hours(tmp_path: Path, hands: Hands) -> None:
    house = await build_house(tmp_path, hands=hands, policy=str(law(tmp_path / "packs", limit="3 bd")))
    journey = await Journey.begin(house, hands)
    while not (await journey.case()).clocks["final_response"].warned:
        await journey.lapse()
    local = hands.at.astimezone(ZoneInfo("Asia/Shanghai"))
    assert 9 <= local.hour < 18
    assert hands.at < (await journey.case()).clocks["final_response"].clock.due_at
    # The house's own promise, two days, was near before; by then a manager had taken the handler's work over.
    assert [one for one in await journey.letters() if one.startswith("clock_warning")] == [
        *["clock_warning robert_ellis", "clock_warning robert_ellis"],
    ]
    await journey.wait(days=4)
    missed = [one.split()[1] for one in await journey.letters() if one.startswith("clock_missed")]
    assert set(missed) <= {"tang_rui", "robert_ellis"}
    assert (await journey.case()).clocks["final_response"].missed
    await house.close()


async def test_a_case_by_severity_words_lives_to_the_end(tmp_path: Path, hands: Hands) -> None:
    text = 'extends = "default.toml"\n[grading]\nscheme = "g1"\n[limits]\ntable = "by_severity"\n'
    pack = write_pack(tmp_path / "packs", "severe", text + "[response.short_path]\nbest_levels = []\n")
    house = await build_house(tmp_path, hands=hands, policy=str(pack))
    journey = await Journey.begin(house, hands)
    assert (await journey.case()).level in {"low", "medium", "high"}
    await journey.answer(TaskKind.FINDINGS, *REST)
    await journey.until(TaskKind.SURVEY)
    await journey.answer(TaskKind.SURVEY)
    await journey.ended(Outcome.SATISFIED)
    assert (await journey.history())[-2:] == ARCHIVED
    await house.close()
