"""Exporting: files that others' programs open, with nobody's name in them, noted in the book of what left."""

from __future__ import annotations

import asyncio
import csv
import json
import stat
from typing import TYPE_CHECKING, Any

import pytest

from adapters.translations import word
from complaints.words import Language, Stage, TaskKind
from tests.builders import ANN, WANG_FANG, Hands, bring_to, build_house, carry_on, complain, submit, withdraw
from tests.command_line import ended
from tests.readers.reading import is_valid_bpmn, read_by_pm4py

if TYPE_CHECKING:
    from pathlib import Path


NAMES = ("peter_novak", "lin_wei", "Ann Lee", "王芳", "example.test", "leaks", "漏水")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exporting")
    asyncio.run(_furnish(folder / "home"))
    return folder


async def _furnish(folder: Path) -> None:
    """One case to its end with a review sent back, one withdrawn, one whose handler is asked."""
    hands = Hands()
    house = await build_house(folder, hands=hands)
    whole, gone, waits = [
        await complain(house, by, **told)
        for by, told in (
            (ANN, {}),
            (WANG_FANG, {}),
            (ANN, {"email": "c@example.test", "phone": "", "detail": "The kettle is defective and leaks since May."}),
        )
    ]
    approval = await bring_to(house, whole, TaskKind.APPROVAL, hands=hands)
    await submit(house, whole, approval, decision="send_back", reason="Say more.")
    await submit(house, whole, await bring_to(house, whole, TaskKind.SURVEY, hands=hands))
    await withdraw(house, gone)
    await carry_on(house, waits)
    await house.close()


@pytest.fixture(autouse=True)
def set_up(home: Path, operators_home: Path) -> None:
    """The house was furnished once for all these tests."""
    operators_home.symlink_to(home / "home")


@pytest.mark.parametrize("form", ["jsonl", "csv", "xes", "ocel"])
def test_no_form_holds_a_name_or_a_text_and_each_is_its_owners_only(home: Path, form: str) -> None:
    file = home / f"log.{form}"
    ended("export", "events", file, "--format", form)
    text = file.read_text("utf-8")
    assert not [name for name in NAMES if name in text]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert f"({form}) of all cases, by operator" in ended("export", "list").stdout


def test_named_lines_verify_without_the_house_and_pseudonymised_ones_show_their_order(home: Path) -> None:
    named, masked = home / "named.jsonl", home / "masked.jsonl"
    ended("export", "events", named, "--named", "--by", "deng_xin")
    assert "NAMED" in ended("export", "list").stdout
    ended("export", "events", masked)
    assert "every hash fits" in ended("audit", "verify-file", named).stdout
    assert "pseudonymised" in ended("audit", "verify-file", masked).stdout
    hashes = {json.loads(line)["hash"] for line in named.read_text().splitlines()}
    assert not hashes & {json.loads(line)["hash"] for line in masked.read_text().splitlines()}
    named.write_text(named.read_text().replace("peter_novak", "zhao_lei", 1))
    assert "was changed after it was written" in ended("audit", "verify-file", named, code=1).stderr
    named.write_text("no\n")
    assert "line 1" in ended("audit", "verify-file", named, code=1).stderr.lower()


def test_somebody_is_the_same_pseudonym_in_every_export_of_a_house(home: Path) -> None:
    for name in ("one.csv", "two.csv"):
        ended("export", "events", home / name)
    assert (home / "one.csv").read_text() == (home / "two.csv").read_text()


def test_one_case_or_a_period_is_exported_whole(home: Path) -> None:
    file = home / "some.csv"
    assert " of 1 cases" in ended("export", "events", file, "--case", "TC20261123-0002").stdout
    rows = list(csv.DictReader(file.read_text().splitlines()))
    assert [row["activity"] for row in rows if row["type"] == "stage.closed"] == [
        "intake: withdrawn",
        "archiving: done",
    ]
    assert " of 3 cases" in ended("export", "events", file, "--from", "2026-11-23", "--to", "2026-11-23").stdout
    assert " of 0 cases" in ended("export", "events", file, "--from", "2026-11-24").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("log.pdf",), "--format"),
        (("log.jsonl", "--stages"), "--format"),
        (("log.ocel", "--log", "x"), "--format"),
        (("log.csv", "--to", "soon"), "--to"),
    ],
)
def test_what_is_asked_wrongly_is_named_and_leaves_no_file(home: Path, words: tuple[str, ...], said: str) -> None:
    folder = home / "empty"
    folder.mkdir(exist_ok=True)
    assert said in ended("export", "events", folder / words[0], *words[1:], code=2).stderr
    assert list(folder.iterdir()) == []


def test_an_export_that_breaks_off_leaves_no_file(home: Path) -> None:
    folder = home / "broken"
    folder.mkdir()
    assert "TC9" in ended("export", "events", folder / "log.csv", "--case", "TC9", code=1).stderr
    assert list(folder.iterdir()) == []
    assert "cannot be written" in ended("export", "events", home / "none" / "log.csv", code=1).stderr


def test_pm4py_opens_the_xes_log_with_work_from_schedule_to_complete(home: Path) -> None:
    file = home / "log.xes"
    said = ended("export", "events", file).stdout
    found = read_by_pm4py("xes", file)
    assert f"{found['events']} entries of {len(found['cases'])} cases" in said
    assert found["cases"]["TC20261123-0002"][0] == "complaint.received"
    assert {"concept:instance", "org:group", "org:resource", "time:timestamp", "case:outcome"} <= {*found["columns"]}
    assert found["transitions"]["schedule"] >= 10
    assert all(who == "system" or who.startswith("P-") for who in found["resources"])


def test_pm4py_opens_the_ocel_log_with_its_objects_and_relations(home: Path) -> None:
    file = home / "log.jsonocel"
    ended("export", "events", file)
    found = read_by_pm4py("ocel", file)
    assert found["objects"]["case"] == 3
    assert set(found["objects"]) == {"case", "task", "person", "letter"}
    assert found["activities"]["complaint.received"] == 3
    assert {"of", "about", "done by", "assignee", "ordered"} <= {*found["qualifiers"]}
    assert found["between_objects"] == ["customer", "of", "to"]
    check_ocel(json.loads(file.read_text()))


def check_ocel(log: dict[str, list[dict[str, Any]]]) -> None:
    """What the standard asks beyond the form: ids are unique, types declared, relations lead somewhere."""
    assert list(log) == ["objectTypes", "eventTypes", "objects", "events"]
    for things, types in (("objects", "objectTypes"), ("events", "eventTypes")):
        ids = [thing["id"] for thing in log[things]]
        assert len(ids) == len(set(ids))
        declared = {kind["name"]: {one["name"] for one in kind["attributes"]} for kind in log[types]}
        for thing in log[things]:
            assert {one["name"] for one in thing["attributes"]} <= declared[str(thing["type"])]
    known = {thing["id"] for thing in log["objects"]}
    related = {
        one["objectId"]
        for part in ("objects", "events")
        for thing in log[part]
        for one in thing.get("relationships", [])
    }
    assert related <= known


@pytest.mark.parametrize("language", Language)
def test_every_finished_case_fits_the_bpmn_model_perfectly_as_pm4py_sees_it(home: Path, language: Language) -> None:
    log, model = home / "stages.xes", home / f"{language}.bpmn"
    ended("export", "events", log, "--stages")
    ended("audit", "model", model, "--language", language.value)
    assert is_valid_bpmn(model)
    names = json.dumps({stage.value: word(stage, language) for stage in Stage}, ensure_ascii=False)
    found = read_by_pm4py("fitness", log, model, names)
    assert found["sound"]
    assert found["fitness"]["TC20261123-0001"] == found["fitness"]["TC20261123-0002"] == 1
    assert found["fitness"]["TC20261123-0003"] < 1


def test_the_model_is_drawn_too_and_a_log_shows_its_own_as_a_table_that_can_be_given_back(home: Path) -> None:
    drawn = home / "process.svg"
    ended("audit", "model", drawn, "--language", "zh-CN")
    assert "跨部门会审" in drawn.read_text("utf-8")
    assert "bpmn:process" in ended("audit", "model").stdout
    assert "--language" in ended("audit", "model", "--language", "fr", code=2).stderr
    assert "--format" in ended("audit", "model", home / "process.png", code=2).stderr
    cases, table = home / "cases.csv", home / "table.csv"
    ended("export", "events", cases, "--stages")
    ended("import-log", cases, "--name", "ours")
    ended("audit", "model", table, "--log", "ours", "--least-share", "0")
    assert "3 of 3 conform" in ended("audit", "conformance", "--log", "ours", "--model", table).stdout


def test_an_imported_log_leaves_as_it_came_but_for_names(home: Path) -> None:
    came, left = home / "came.csv", home / "left.xes"
    ways = {"1": "abc", "2": "acb", "3": "abbc"}
    rows = (
        f"{case},{what},2026-11-{day}T09:00Z,Pete" for case, way in ways.items() for day, what in enumerate(way, 10)
    )
    came.write_text("\n".join(["case,activity,timestamp,resource", *rows, ""]))
    ended("import-log", came)
    assert "10 entries of 3 cases" in ended("export", "events", left, "--log", "came").stdout
    found = read_by_pm4py("xes", left)
    assert {case: "".join(way) for case, way in found["cases"].items()} == ways
    [resource] = found["resources"]
    assert resource.startswith("P-")
    assert "--log" in ended("export", "events", left, "--log", "came", "--from", "2026-11-23", code=2).stderr


def test_no_cell_of_a_table_is_a_formula_whatever_a_log_calls_its_steps(home: Path) -> None:
    file = home / "odd.csv"
    steps = ('=HYPERLINK("http://x")', "+1", "-2", "@SUM(A1)", "plain = here")
    lines = [
        f'"=1+1","{step.replace(chr(34), chr(34) * 2)}",2026-05-0{nth}T08:00:00Z' for nth, step in enumerate(steps, 1)
    ]
    file.write_text("case,activity,timestamp\n" + "\n".join(lines) + "\n", encoding="utf-8")
    ended("import-log", file, "--name", "odd")
    ended("export", "events", home / "odd-out.csv", "--log", "odd")
    with (home / "odd-out.csv").open(encoding="utf-8", newline="") as out:
        rows = list(csv.DictReader(out))
    assert [row["activity"] for row in rows] == [*(f"'{step}" for step in steps[:4]), "plain = here"]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
