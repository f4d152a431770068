"""Replay and re-decision at the command line: an auditor's questions, the answers, and their exit codes."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from tests.audited import ARCHIVED, MOVED, do, live
from tests.builders import Hands, build_house, lapse
from tests.command_line import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def home(operators_home: Path) -> Path:
    """A house with a past, and the environment of its operator."""
    asyncio.run(_live(operators_home))
    return operators_home


async def _live(home: Path) -> None:
    hands = Hands()
    opened = await build_house(home, hands=hands)
    await live(opened, hands)
    await lapse(opened, MOVED, hands=hands)
    await opened.close()


async def _tamper(home: Path, statement: str) -> None:
    opened = await build_house(home)
    await do(opened, statement)
    await opened.close()


# --- time travel -------------------------------------------------------------------


def test_a_case_is_shown_as_it_was_known_at_an_entry_and_at_a_moment() -> None:
    told = json.loads(run("replay", MOVED, "--seq", "1", "--json").stdout)
    assert (told["seq"], told["stage"], told["level"], told["handler"]) == (1, "intake", None, None)
    assert told["of"] > 10
    later = json.loads(run("replay", MOVED, "--at", "2026-11-23T12:00", "--json").stdout)
    assert later["stage"] != "intake"
    assert later["at"].startswith("2026-11-23T12:00")
    today = json.loads(run("replay", MOVED, "--json").stdout)
    assert today["seq"] == today["of"] == told["of"]


def test_it_is_printed_with_clocks_screens_and_letters() -> None:
    result = run("replay", MOVED)
    assert result.exit_code == 0
    for words in ("as known at", "Clocks", "Asked for then", "the complaint", "Letters", "sent by then"):
        assert words in result.stdout


def test_what_makes_no_sense_is_said_in_a_sentence() -> None:
    for words, said in (
        (("replay", MOVED, "--at", "2026-11-20"), "the case began at 2026-11-23"),
        (("replay", MOVED, "--at", "yesterday"), "is not a moment"),
        (("replay", MOVED, "--at", "9999-12-31T23:59:59-14:00"), "is in the future"),
        (("replay", MOVED, "--seq", "999"), "the history has"),
        (("replay", MOVED, "--at", "2026-11-24", "--seq", "2"), "not both"),
        (("replay",), "one case is looked at"),
        (("replay", MOVED, ARCHIVED), "one case is looked at"),
        (("replay", "--against", "default"), "name cases"),
        (("audit", "redecide"), "name cases"),
    ):
        result = run(*words)
        assert result.exit_code == 2
        assert said in result.stderr


# --- re-decision -------------------------------------------------------------------


def test_an_honest_house_decides_the_same_once_more() -> None:
    result = run("audit", "redecide", "--all")
    assert result.exit_code == 0, result.output
    assert "5 cases decided once more." in result.stdout
    assert "No decision comes out different." in result.stdout


def test_a_deadline_changed_in_the_database_is_named_with_both_values(home: Path) -> None:
    change = (
        "UPDATE events SET data = json_set(data, '$.due_at', '2027-01-01T00:00:00Z') "
        f"WHERE case_no = '{ARCHIVED}' AND type = 'task.asked' AND json_extract(data, '$.kind') = 'findings'"
    )
    asyncio.run(_tamper(home, change))
    result = run("audit", "redecide", ARCHIVED)
    assert result.exit_code == 1
    assert "2027-01-01T00:00:00Z" in result.stdout
    told = json.loads(run("audit", "redecide", ARCHIVED, "--json").stdout)
    [one] = [one for one in told["decisions"] if one["topic"] == "deadline"]
    assert one["recorded"]["due_at"] == "2027-01-01T00:00:00Z"
    assert one["recomputed"]["due_at"].startswith("2026-11-2")
    assert run("audit", "redecide", MOVED).exit_code == 0


def test_every_decision_is_told_to_programs_when_asked_and_only_differences_otherwise() -> None:
    assert json.loads(run("audit", "redecide", MOVED, "--json").stdout)["decisions"] == []
    told = json.loads(run("audit", "redecide", MOVED, "--json", "--decisions").stdout)
    assert len(told["decisions"]) == told["same"] + told["different"] + told["not_recomputable"] > 10


def test_of_an_erased_case_it_is_said_what_cannot_be_recomputed(home: Path) -> None:
    asyncio.run(_tamper(home, f"DELETE FROM case_keys WHERE case_no = '{ARCHIVED}'"))
    told = json.loads(run("audit", "redecide", ARCHIVED, "--json").stdout)
    assert told["different"] == 0
    assert told["reasons"]["papers_erased"]["times"] > 3
    replayed = json.loads(run("replay", ARCHIVED, "--seq", "15", "--json").stdout)
    assert all(task["screen"] is None for task in replayed["open_tasks"])


def test_another_pack_is_held_against_many_cases_as_a_table() -> None:
    same = json.loads(run("replay", "--against", "default", "--all", "--json").stdout)
    assert same["cases"] == 5
    assert {aspect["changed"] for aspect in same["aspects"].values()} == {0}
    other = json.loads(run("replay", "--against", "uk-fca-disp", ARCHIVED, "--json").stdout)
    assert other["cases"] == 1
    assert any(aspect["changed"] for aspect in other["aspects"].values())
    printed = run("replay", "--against", "uk-fca-disp", "--from", "2026-11-23", "--to", "2026-11-23")
    assert printed.exit_code == 0
    assert "would be" in printed.stdout
