"""`redress import --dry-run`: handlers among the people of the house, or a word that there is none."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from adapters.policies import load_policy, policy_path
from adapters.settings import Settings
from complaints.roster import Roster
from complaints.roster_file import write_toml
from redress import app

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

ROW = "text,who\nThe kettle is defective and of poor quality: it leaks. I want my money back.,Ann\n"
WORDS = ("--map", "detail=text", "--map", "name=who", "--dry-run")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in list(os.environ):
        if name.startswith("REDRESS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "home"


@pytest.fixture
def table(tmp_path: Path) -> str:
    (tmp_path / "table.csv").write_text(ROW)
    return str(tmp_path / "table.csv")


def run(*words: str) -> Result:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result


def tried(table: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("import", table, *WORDS, "--json").stdout)
    return found


def hire(tmp_path: Path, *, name: str) -> None:
    """Every handler of the sample leaves after-sales, but for one who is new."""
    policy = load_policy(policy_path("default"))
    sample = Roster.of_policy(policy)
    staff = {one: person for one, person in sample.staff.items() if one not in {"zhao_lei", "peter_novak"}}
    staff[name] = sample.staff["zhao_lei"].model_copy(update={"name": name, "languages": ("en", "zh-CN")})
    path = tmp_path / "roster.toml"
    path.write_text(write_toml(Roster("", sample.departments, staff)))
    run("staff", "import", str(path), "--reason", "new people")


def test_where_a_roster_was_imported_handlers_are_chosen_among_its_people(table: str, tmp_path: Path) -> None:
    run("migrate")
    assert tried(table)["courses"][0]["handler"] in {"zhao_lei", "peter_novak"}
    hire(tmp_path, name="noor_said")
    found = tried(table)
    assert found["courses"][0]["handler"] == "noor_said"
    assert found["staff"]["is_own"] is True
    assert found["staff"]["version"].startswith("roster-1-")
    assert "Weighed with the staff of this house, roster-1-" in run("import", table, *WORDS).stdout


def test_where_there_is_no_house_or_it_has_no_roster_the_sample_staff_is_named(table: str, home: Path) -> None:
    version = load_policy(policy_path(Settings().policy)).version
    assert tried(table)["staff"] == {"version": version, "is_own": False}
    said = f"Weighed with the sample staff of the policy {version}: "
    assert f"{said}this house has no database yet." in run("import", table, *WORDS).stdout
    assert not home.exists()
    run("migrate")
    assert f"{said}this house has imported no staff of its own." in run("import", table, *WORDS).stdout


def test_a_database_that_cannot_be_read_is_told_and_stops_no_dry_run(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDRESS_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    found = run("import", table, *WORDS).stdout
    assert "1 tried, 0 rejected." in found
    assert "the database could not be read" in found


def test_a_dry_run_stores_nothing_in_the_house(table: str, home: Path) -> None:
    run("migrate")
    before = (home / "redress.db").read_bytes()
    tried(table)
    assert (home / "redress.db").read_bytes() == before
