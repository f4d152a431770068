"""`redress policy diff` and `adopt`: what an operator reads, and one sentence when it cannot be done."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from adapters.policies import policies_folder
from tests.command_line import refused, run
from tests.test_command_line import DETAIL, home, ready

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["home", "ready"]


@pytest.fixture
def quicker(tmp_path: Path) -> str:
    shutil.copy(policies_folder() / "default.toml", tmp_path)
    pack = tmp_path / "quicker.toml"
    pack.write_text('extends = "default.toml"\n[intake]\nacknowledge_within = "2 h"\n')
    return str(pack)


def test_two_packs_are_compared_key_by_key_without_a_house(quicker: str) -> None:
    shown = run("policy", "diff", "default", quicker)
    assert shown.exit_code == 0
    assert [word for word in ("intake.acknowledge_within", "24 h", "2 h") if word not in shown.stdout] == []
    assert "say the same" in run("policy", "diff", "default", "default").stdout
    data = json.loads(run("policy", "diff", "default", quicker, "--json").stdout)
    assert data["keys"] == [{"key": "intake.acknowledge_within", "old": "24 h", "new": "2 h"}]
    assert "clocks" not in data


def test_what_cannot_be_compared_is_told_in_one_sentence(quicker: str) -> None:
    assert "There is no policy file" in refused("policy", "diff", "default", "nope")
    assert "There is no policy file" in refused("policy", "diff", "nope", quicker)
    assert "redress migrate" in refused("policy", "diff", "default", quicker, "--cases")


@pytest.mark.usefixtures("ready")
def test_the_open_cases_that_would_get_other_deadlines_are_listed(quicker: str) -> None:
    assert "None of 0 open cases" in run("policy", "diff", "default", quicker, "--cases").stdout
    case_no = json.loads(run("submit", "--detail", DETAIL, "--email", "ann@example.test", "--json").stdout)["case_no"]
    shown = run("policy", "diff", "default", quicker, "--cases").stdout
    assert case_no in shown
    assert "Acknowledgement" in shown
    assert "1 of 1 open cases" in shown
    data = json.loads(run("policy", "diff", "default", quicker, "--cases", "--json").stdout)
    assert [(row["case_no"], row["clock"]) for row in data["clocks"]] == [(case_no, "acknowledge")]
    assert "not stored in this house" in refused("policy", "diff", "default", "default-0123456789ab", "--cases")


@pytest.mark.usefixtures("ready")
def test_a_case_adopts_a_policy_by_command(quicker: str) -> None:
    case_no = json.loads(run("submit", "--detail", DETAIL, "--email", "ann@example.test", "--json").stdout)["case_no"]
    words = ("policy", "adopt", quicker, case_no, "--reason", "Shorter limits.", "--by")
    assert "nobody here has the id" in refused(*words, "mallory", code=2)
    done = run(*words, "robert_ellis")
    assert done.exit_code == 0
    assert f"{case_no}: from default-" in done.stdout
    assert "clocks that moved: 1" in done.stdout
    assert "policy.adopted" in run("show", case_no).stdout
    assert "there is no case" in refused(*words[:3], "TC20200101-0001", *words[4:], "robert_ellis").lower()
