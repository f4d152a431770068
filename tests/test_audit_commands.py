"""The audit at the command line: an auditor's questions, the answers, and their exit codes."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters import house
from adapters.publisher import Publisher
from adapters.settings import Settings
from tests import command_line
from tests.audited import ARCHIVED, MOVED, do, live
from tests.builders import MONDAY_MORNING, Hands, build_house

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result


@pytest.fixture(autouse=True)
def home(operators_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house with a past, and the environment of its operator."""
    asyncio.run(_live(operators_home))
    monkeypatch.setattr(house, "Clock", lambda: Hands(MONDAY_MORNING + timedelta(days=3, hours=1)).clock)
    return operators_home


async def _live(home: Path) -> None:
    hands = Hands()
    opened = await build_house(home, hands=hands)
    await live(opened, hands)
    hands.move(days=1)
    await Publisher(opened).publish_due()
    await opened.close()


def run(*words: str) -> Result:
    return command_line.run("audit", *words)


async def _tamper(home: Path, statement: str) -> None:
    opened = await build_house(home)
    await do(opened, statement)
    await opened.close()


def tamper(home: Path, statement: str) -> None:
    asyncio.run(_tamper(home, statement))


def test_a_sound_house_is_said_to_be_sound_and_what_cannot_be_shown_is_said_too() -> None:
    result = run("verify", "--all")
    assert result.exit_code == 0, result.output
    assert "Everything is as it was written." in result.stdout
    assert re.search(r"Looked at .*5 cases, .*2 seals", result.stdout)
    assert "What this cannot show:" in result.stdout
    assert json.loads(run("verify", MOVED, "--json").stdout)["sound"] is True
    assert run("verify", "--all", "--quick").exit_code == 0


def test_the_first_bad_entry_is_named_with_what_was_expected_and_found(home: Path) -> None:
    tamper(home, "UPDATE events SET actor = 'mallory' WHERE case_no = 'TC20261123-0002' AND seq = 4")
    result = run("verify", "--all")
    assert result.exit_code == 1
    told = re.search(
        rf"{MOVED} entry 4 \[chain\] was changed after it was written \(expected \w+, found \w+\)", result.stdout
    )
    assert told
    data = json.loads(run("verify", MOVED, "--json").stdout)
    assert (data["flaws"][0]["case_no"], data["flaws"][0]["seq"], data["flaws"][0]["where"]) == (MOVED, 4, "chain")
    assert run("verify", ARCHIVED).exit_code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("verify",), 2, "CASE: name one case, or say --all"),
        (("verify", MOVED, "--all"), 2, "CASE: name one case, or say --all"),
        (("verify", "TC20261123-4711"), 1, "There is no case TC20261123-4711."),
        (("verify", "--all", "--keys", "/nowhere"), 1, "/nowhere cannot be read."),
        (("heads", "--day", "2031-01-01"), 1, "has no line of 2031-01-01"),
        (("proof", "TC20261123-4711"), 1, "No head of TC20261123-4711 was published yet."),
        (("check-proof", "/nowhere"), 1, "/nowhere cannot be read."),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(words: tuple[str, ...], code: int, said: str) -> None:
    result = run(*words)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_proof_is_checked_without_the_house(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proof, keys = tmp_path / "proof.json", tmp_path / "keys.json"
    proof.write_text(run("proof", MOVED).stdout)
    keys.write_text(run("keys").stdout)
    early = json.loads(run("proof", MOVED, "--day", "2026-11-23").stdout)
    assert early["leaf"]["seq"] < json.loads(proof.read_text())["leaf"]["seq"]
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path / "nothing"))
    home.rename(tmp_path / "gone")
    assert re.search(rf"{MOVED} ended with entry \d+, hash \w+, when 2026-11-24", run("check-proof", str(proof)).stdout)
    assert "The keys are yours." in run("check-proof", str(proof), "--keys", str(keys)).stdout
    told = json.loads(proof.read_text())
    told["leaf"]["seq"] += 1
    proof.write_text(json.dumps(told))
    assert "is not under the root" in run("check-proof", str(proof)).stderr
    told["line"]["root"] = "f" * 64
    proof.write_text(json.dumps(told))
    assert "does not carry the signature of its key" in run("check-proof", str(proof)).stderr
    assert not (tmp_path / "nothing").exists()


def test_after_a_rotation_all_is_sound_for_the_house_and_for_an_auditor_with_old_keys(tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(run("keys").stdout)
    assert "Key " in run("rotate-key").stdout
    assert run("verify", "--all").exit_code == 0
    assert run("verify", "--all", "--keys", str(keys)).exit_code == 0
    now = json.loads(run("keys").stdout)["keys"]
    assert [key["valid_until"] for key in now] == [now[1]["valid_from"], None]
    keys.write_text(json.dumps({"keys": now[1:]}))
    assert run("verify", "--all", "--keys", str(keys)).exit_code == 1


def test_heads_are_published_on_request_and_shown_by_day(home: Path) -> None:
    assert run("heads").exit_code == 0
    assert "Nothing is due: published up to" in run("heads").stdout
    line = run("heads", "--day", "2026-11-24").stdout.strip()
    assert line in Settings(home=home).heads_path.read_text().splitlines()


def test_an_auditors_copy_of_the_heads_shows_what_a_rewritten_house_hides(home: Path, tmp_path: Path) -> None:
    path, copy = Settings(home=home).heads_path, tmp_path / "heads.jsonl"
    copy.write_text("".join(path.read_text().splitlines(keepends=True)[:2]))
    result = run("verify", "--all", "--heads", str(copy))
    assert result.exit_code == 0, result.stdout
    assert "days published after your copy of the heads ends" in result.stdout
    path.unlink()
    tamper(home, "DELETE FROM published_heads")
    assert run("verify", MOVED).exit_code == 0
    assert run("verify", MOVED, "--heads", str(copy)).exit_code == 1


def test_a_copy_that_is_not_there_is_no_copy(tmp_path: Path) -> None:
    assert "does not exist" in run("verify", "--all", "--heads", str(tmp_path / "none")).stderr
