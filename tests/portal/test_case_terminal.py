"""The terminal: cases in a console and as data, without a customer's data in either."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from complaints.errors import AnswerWrong, NoSuchCase
from complaints.words import TaskKind
from portal.case_files import case_as_data, listing_as_data, read_case, read_listing, wanted
from portal.case_terminal import print_case, print_listing
from tests.builders import (
    ANN,
    MONDAY_MORNING,
    WANG_FANG,
    Customer,
    Hands,
    bring_to,
    carry_on,
    complain,
    withdraw,
)

if TYPE_CHECKING:
    from adapters.house import House

EVERYTHING = wanted(stage="", level="", overdue=False, limit=50)


@pytest.fixture(autouse=True)
def _wide_console(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "220")


async def test_a_case_shows_its_stage_handler_clocks_tasks_and_history(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    case_no = await complain(house)
    task = await bring_to(house, case_no, TaskKind.FINDINGS)
    print_case(await read_case(house, case_no))
    shown = capsys.readouterr().out
    assert f"{case_no} investigation" in shown
    assert f"{task.assignee} ({(await house.library.current()).staff[task.assignee].name})" in shown
    for word in ("product.quality", "first_response", "resolve", "findings-1", "complaint.received", "Asia/Shanghai"):
        assert word in shown
    assert MONDAY_MORNING.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M") in shown


@pytest.mark.parametrize("who", [ANN, WANG_FANG])
async def test_nothing_of_a_customer_is_shown(house: House, capsys: pytest.CaptureFixture[str], who: Customer) -> None:
    case_no = await complain(house, who)
    await bring_to(house, case_no, TaskKind.DECISION)
    shown = await read_case(house, case_no)
    print_case(shown)
    print_listing(await read_listing(house, EVERYTHING))
    seen = capsys.readouterr().out + json.dumps(case_as_data(shown), ensure_ascii=False)
    for secret in (who.email, who.phone, who.item, who.detail[:20], who.expected_remedy):
        assert secret not in seen


async def test_data_of_a_case_hold_its_whole_history_in_order(house: House) -> None:
    case_no = await complain(house)
    await carry_on(house, case_no)
    data = json.loads(json.dumps(case_as_data(await read_case(house, case_no))))
    assert [entry["seq"] for entry in data["history"]] == list(range(1, len(data["history"]) + 1))
    assert {"actor", "at", "type", "hash"} <= set(data["history"][0])
    assert data["tasks"][-1]["status"] == "open"
    assert {clock["stands"] for clock in data["clocks"]} <= {"met", "running"}


async def test_a_number_is_found_however_it_is_typed(house: House) -> None:
    case_no = await complain(house)
    assert (await read_case(house, f" {case_no.lower()} ")).case.case_no == case_no


async def test_a_case_that_is_not_there_is_said_so(house: House) -> None:
    with pytest.raises(NoSuchCase, match="there is no case TC20261123-9999"):
        await read_case(house, "TC20261123-9999")


async def test_the_list_is_narrowed_by_stage_level_and_number(either_house: House) -> None:
    waiting = await complain(either_house)
    busy = await complain(either_house, WANG_FANG)
    level = (await carry_on(either_house, busy)).level
    ended = await complain(either_house, email="third@example.test", phone="")
    await withdraw(either_house, ended)

    async def found(stage: str = "", level: str = "", limit: int = 50) -> list[str]:
        listing = await read_listing(either_house, wanted(stage=stage, level=level, overdue=False, limit=limit))
        return [line.row.case_no for line in listing.lines]

    assert await found() == [ended, busy, waiting]
    assert await found(limit=1) == [ended]
    assert await found(stage="intake") == [waiting]
    assert await found(stage="archived") == [ended]
    assert await found(level=level) == [busy]


async def test_overdue_cases_come_first_by_how_long_they_wait(
    either_house: House, hands: Hands, capsys: pytest.CaptureFixture[str]
) -> None:
    first = await complain(either_house)
    await carry_on(either_house, first)
    hands.at += timedelta(hours=1)
    second = await complain(either_house, WANG_FANG)
    await carry_on(either_house, second)
    overdue = wanted(stage="", level="", overdue=True, limit=50)
    assert (await read_listing(either_house, overdue)).lines == []
    hands.at += timedelta(days=60)
    listing = await read_listing(either_house, overdue)
    assert [line.row.case_no for line in listing.lines] == [first, second]
    assert all(line["overdue"] for line in listing_as_data(listing))
    print_listing(listing)
    assert capsys.readouterr().out.count("late") == 2


async def test_an_empty_list_says_so(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    print_listing(await read_listing(house, EVERYTHING))
    assert "no such cases" in capsys.readouterr().out


def test_a_stage_that_does_not_exist_is_answered_with_those_that_do() -> None:
    with pytest.raises(AnswerWrong, match=r"'resting' is none of intake, classification, .* archiving, archived"):
        wanted(stage="resting", level="", overdue=False, limit=1)
