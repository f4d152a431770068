"""Auditing: surveys as an operator asks for them, from the command line down to the database."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from portal.audit_terminal import length
from tests.builders import Hands, build_house, complain, lapse
from tests.command_line import ended

if TYPE_CHECKING:
    from pathlib import Path


LOG = "case_id,activity,timestamp,resource\n" + "".join(
    f"{case},{activity},2026-11-{day:02}T09:00:00+08:00,Pete\n"
    for case, way in enumerate(("abc", "abc", "abbc", "acb"))
    for day, activity in enumerate(way, start=23)
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, operators_home: Path) -> Path:
    (tmp_path / "made.csv").write_text(LOG)
    asyncio.run(_furnish(operators_home))
    return tmp_path


async def _furnish(folder: Path) -> None:
    """A case of Monday whose handler lets a day pass, and one of Tuesday."""
    hands = Hands()
    house = await build_house(folder, hands=hands)
    await lapse(house, await complain(house), hands=hands)
    hands.move(days=1)
    await complain(house, detail="Nobody answered me on the phone for an hour.", email="b@example.test", phone="")
    await house.close()


def report(*words: str) -> dict[str, object]:
    read: dict[str, object] = json.loads(ended("audit", "conformance", "--json", *words).stdout)
    return read


def test_the_cases_of_a_period_are_held_against_the_table_of_moves() -> None:
    assert (report()["cases"], report()["conforming"], report()["open_cases"]) == (2, 2, 2)
    assert report("--to", "2026-11-23")["cases"] == 1
    assert report("--from", "2026-11-24")["cases"] == 1
    assert report("--from", "2026-11-26")["cases"] == 0
    assert "2 of 2 conform (100.0%), 2 of them still open." in ended("audit", "conformance").stdout


def test_an_imported_log_is_held_against_its_own_model_or_a_given_one(home: Path) -> None:
    said = ended("import-log", str(home / "made.csv")).stdout
    assert "made: 13 events of 4 cases (case from 'case_id'" in said
    assert "It was there already." in ended("import-log", str(home / "made.csv")).stdout
    assert "made: 13 events, 4 cases" in ended("audit", "logs").stdout
    shown = ended("audit", "conformance", "--log", "made", "--least-share", "0.5").stdout
    assert "discovered from this log itself" in shown
    assert "2 of 4 conform" in shown
    table = home / "model.csv"
    table.write_text("from,to\n,a\na,b\nb,b\nb,c\nc,\n")
    found = report("--log", "made", "--model", str(table))
    assert (found["conforming"], found["model"]) == (3, "given as the table of followers model.csv")
    ended("audit", "logs", "--remove", "made")
    assert "There is no log 'made'" in ended("audit", "conformance", "--log", "made", code=1).stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "yesterday"), "--from"),
        (("--model", "model.csv"), "--model"),
        (("--log", "made", "--from", "2026-11-21"), "--log"),
    ],
)
def test_what_is_asked_wrongly_is_named(words: tuple[str, ...], said: str) -> None:
    assert said in ended("audit", "conformance", *words, code=2).stderr


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (172800, "2 d"), (1e6, "11.6 d")]
)
def test_lengths_are_told_in_the_largest_fitting_unit(seconds: float, told: str) -> None:
    assert length(seconds) == told
