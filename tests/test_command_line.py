"""The command line: what an operator types and reads, and one clear sentence with its exit code when it fails."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from adapters.database import Database
from adapters.policies import policies_folder
from adapters.settings import Settings
from models.tables import LetterRow
from tests.builders import MONDAY_MORNING
from tests.command_line import refused, run

if TYPE_CHECKING:
    from pathlib import Path


DETAIL = "The kettle I bought is broken and leaks, I want my money back."
CSV = f"no,text,who\n1,{DETAIL.replace(',', ';')},Ann\n2,买的电水壶三天就漏水要求退款,王芳\n"


@pytest.fixture(autouse=True)
def home(operators_home: Path) -> Path:
    return operators_home


@pytest.fixture
def ready() -> None:
    assert run("migrate").exit_code == 0


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(CSV)
    return path


# --- the house ------------------------------------------------------------------


def test_every_command_explains_itself() -> None:
    listed = run("--help").stdout
    for command in ("up", "worker", "portal", "migrate", "submit", "import", "cases", "show", "demo", "doctor", "mail"):
        assert re.search(rf"\b{command}\b", listed)
        assert run(command, "--help").exit_code == 0


def test_migrating_twice_is_as_good_as_once() -> None:
    assert run("migrate").stdout == run("migrate").stdout


@pytest.mark.parametrize("words", [("cases",), ("show", "TC1"), ("mail",), ("submit", "--detail", DETAIL)])
def test_a_house_that_was_not_set_up_says_so(words: tuple[str, ...]) -> None:
    assert "run `redress migrate` first" in refused(*words)


def test_a_home_that_cannot_be_made_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path / "file" / "home"))
    assert "REDRESS_HOME" in refused("migrate")
    assert "REDRESS_HOME" in refused("cases")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("REDRESS_PORTAL_PORT", "eighty", "REDRESS_PORTAL_PORT"),
        ("REDRESS_SMTP_SECURITY", "some", "REDRESS_SMTP_SECURITY"),
        ("REDRESS_DATABASE_URL", "nonsense", "REDRESS_DATABASE_URL is no address of a database"),
        ("REDRESS_DATABASE_URL", "postgresql://127.0.0.1:1/none", "business database"),
        ("REDRESS_DATABASE_URL", "postgresql://nowhere.invalid/none", "business database"),
        ("REDRESS_MASTER_KEY", "%%%", "REDRESS_MASTER_KEY does not hold a key"),
        ("REDRESS_POLICY", "none", "no policy file"),
    ],
)
def test_a_setting_that_is_wrong_is_named(name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run("migrate")
    monkeypatch.setenv(name, value)
    assert said in refused("cases")


def test_errors_reach_the_shell_as_one_sentence(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import redress; redress.main()", "show", "TC20261123-0001"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "REDRESS_HOME": str(home)},
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)


# --- policy -------------------------------------------------------------------------


def test_the_packs_of_the_house_are_good_and_listed() -> None:
    assert re.search(r"\d+ tables, all good", run("policy", "check", "default").stdout)
    assert run("policy", "check", "demo").exit_code == 0
    assert "* default" in run("policy", "list").stdout


def test_every_fault_of_a_pack_is_told_with_file_line_and_key(tmp_path: Path) -> None:
    pack = tmp_path / "mine.toml"
    shutil.copy(policies_folder() / "default.toml", tmp_path)
    pack.write_text('extends = "default.toml"\n[intake]\ncompleteness_threshold = 7\nunknown = 1\n')
    result = run("policy", "check", str(pack))
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert lines[0].startswith("mine.toml:3: intake.completeness_threshold: ")
    assert lines[1].startswith("mine.toml:4: intake.unknown: ")


def test_a_pack_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "There is no policy file" in refused("policy", "check", "nope")
    (tmp_path / "odd.toml").write_bytes("名=1".encode("gbk"))
    assert "not UTF-8" in refused("policy", "check", str(tmp_path / "odd.toml"))


# --- submit, cases, show ----------------------------------------------------------------


@pytest.mark.usefixtures("ready")
def test_a_complaint_handed_in_is_listed_and_shown() -> None:
    number, link = run("submit", "--detail", DETAIL, "--name", "Ann", "--field", "place=Bath").stdout.split()
    assert re.fullmatch(r"TC\d{8}-0001", number)
    assert link.startswith("http://127.0.0.1:8600/track/")
    assert number in run("cases").stdout
    assert "complaint.received" in run("show", number).stdout
    assert json.loads(run("show", number, "--json").stdout)["stage"] == "intake"
    assert [case["case_no"] for case in json.loads(run("cases", "--json").stdout)] == [number]


@pytest.mark.usefixtures("ready")
def test_a_complaint_is_read_from_standard_input() -> None:
    answer = json.loads(run("submit", "--detail", "-", "--json", typed="水壶漏水，要求退款\n").stdout)
    assert answer["new"]
    assert json.loads(run("cases", "--json").stdout)[0]["language"] == "zh-CN"


@pytest.mark.usefixtures("ready")
def test_a_piped_text_is_read_in_the_encoding_it_proves_or_refused() -> None:
    assert run("submit", "--detail", "-", typed="买的水壶三天就漏水，要求退款".encode("gbk")).exit_code == 0
    assert refused("submit", "--detail", "-", typed=b"\xff\xfe\x00\xd8", code=2).startswith("detail: what was piped in")
    assert refused("submit", "--detail", "\udcff", code=2).startswith("detail: is no text")


@pytest.mark.usefixtures("ready")
def test_the_same_external_id_opens_no_second_case() -> None:
    first = run("submit", "--detail", DETAIL, "--field", "external-id=A 7").stdout
    again = run("submit", "--detail", DETAIL, "--field", "external-id=A 7").stdout
    assert "known already" in again
    assert again.split()[0] == first.split()[0]


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "detail: is empty"),
        (("--detail", DETAIL, "--email", "ann@"), "email: 'ann@'"),
        (("--detail", DETAIL, "--phone", "12"), "phone: '12'"),
        (("--detail", DETAIL, "--channel", "fax"), "channel: 'fax' is none of"),
        (("--detail", DETAIL, "--occurred-at", "2999-01-01"), "occurred_at: 2999-01-01 is in the future"),
        (("--detail", DETAIL, "--field", "colour=red"), "--field colour=red: write field=value"),
        (("--detail", "x" * 20_001), "detail: has 20001 characters"),
    ],
)
def test_what_is_wrong_with_a_complaint_stands_beside_its_field(words: tuple[str, ...], said: str) -> None:
    assert refused("submit", *words, code=2).startswith(said)
    assert "no such cases" in run("cases").stdout


@pytest.mark.usefixtures("ready")
def test_all_that_is_wrong_is_said_at_once_line_by_line() -> None:
    result = run("submit", "--email", "x", "--channel", "fax")
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == ["channel", "email", "detail"]


@pytest.mark.usefixtures("ready")
def test_a_case_or_stage_that_is_not_there_is_said_so() -> None:
    assert refused("show", "TC20261123-4711") == "There is no case TC20261123-4711."
    assert refused("cases", "--stage", "resting", code=2).startswith("--stage: 'resting' is none of intake")


# --- import ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("ready")
def test_a_table_is_imported_once(table: Path) -> None:
    words = ("import", str(table), "--map", "detail=text", "--map", "name=who", "--id-column", "no")
    first, again = run(*words), run(*words, "--json")
    assert "2 new, 0 known already, 0 rejected." in first.stdout
    answer = json.loads(again.stdout)
    assert (answer["new"], answer["known"], answer["rejected"]) == (0, 2, [])


@pytest.mark.usefixtures("ready")
def test_rejected_rows_are_shown_and_written_and_fail_the_command(table: Path, tmp_path: Path) -> None:
    table.write_text(CSV + "3,,Bob\n")
    rejects = tmp_path / "rejects.csv"
    result = run("import", str(table), "--map", "detail=text", "--rejects", str(rejects))
    assert result.exit_code == 1
    assert "2 new, 0 known already, 1 rejected." in result.stdout
    assert re.search(r"4\s+detail\s+is empty", result.stdout)
    assert "4,detail,is empty: say what happened,3,,Bob" in rejects.read_text(encoding="utf-8-sig")


def test_a_dry_run_needs_no_house_and_leaves_none(table: Path, home: Path) -> None:
    result = run("import", str(table), "--map", "detail=text", "--map", "name=who", "--dry-run", "--json")
    answer = json.loads(result.stdout)
    assert answer["tried"] == 2
    assert sum(answer["counts"]["category"].values()) == 2
    assert {course["row"] for course in answer["courses"]} == {2, 3}
    assert not home.exists()
    assert (
        "2 tried, 0 rejected. Nothing was stored."
        in run("import", str(table), "--map", "detail=text", "--dry-run").stdout
    )


@pytest.mark.parametrize(
    ("content", "words", "code", "said"),
    [
        (CSV.encode(), ("--map", "detail=txt"), 2, "--map detail: there is no column 'txt' (did you mean 'text'?)"),
        (CSV.encode(), ("--map", "name=who"), 2, "--map detail: say which column"),
        (CSV.encode(), ("--map", "detail=text", "--id-column", "id"), 2, "--id-column: there is no column 'id'"),
        (b"", ("--map", "detail=text"), 1, "table.csv is empty."),
        (b"\x89PNG\0\1\2\3", ("--map", "detail=text"), 1, "This is not a text file"),
        ("nom,text\nRené,Très déçu".encode("cp1252"), ("--map", "detail=text"), 1, "The encoding of this file is not"),
        (CSV.encode(), ("--map", "detail=text", "--encoding", "x"), 1, "There is no encoding 'x'"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_in_a_sentence(
    table: Path, content: bytes, words: tuple[str, ...], code: int, said: str
) -> None:
    table.write_bytes(content)
    assert refused("import", str(table), *words, code=code).startswith(said)


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "There is no file" in refused("import", str(tmp_path / "none.csv"), "--map", "detail=text")


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-8-sig"])
def test_any_encoding_imports_the_same_cases(table: Path, encoding: str) -> None:
    run("import", str(table), "--map", "detail=text")
    table.write_bytes(gzip.compress(CSV.encode(encoding)))
    assert json.loads(run("import", str(table), "--map", "detail=text", "--json").stdout)["known"] == 2


@pytest.mark.usefixtures("ready")
def test_customers_get_mail_from_an_import_only_when_the_operator_says_so(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.write_text("text,mail\nThe kettle leaks,ann@example.com\n")
    words = ("import", str(table), "--map", "detail=text", "--map", "email=mail")
    monkeypatch.setenv("REDRESS_CATCH_MAIL", "false")
    assert "--write-to-customers" in refused(*words, code=2)
    assert "1 new" in run(*words, "--write-to-customers").stdout


# --- mail --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("ready")
def test_the_page_of_unsent_letters_has_a_link() -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:8600/outbox/[\w.-]+", run("mail", "--link").stdout.strip())


@pytest.mark.usefixtures("ready")
def test_dead_letters_are_listed_and_can_be_tried_again(home: Path) -> None:
    assert "All letters are out." in run("mail").stdout
    number = run("submit", "--detail", DETAIL).stdout.split()[0]
    asyncio.run(_add_letter(home, number, status="dead", trouble="550 no such mailbox"))
    assert re.search(r"dead.*acknowledgement.*550 no such mailbox", run("mail").stdout)
    assert number in run("mail", "resend", "1").stdout
    assert json.loads(run("mail", "--json").stdout)[0]["status"] == "waiting"
    assert "not dead" in refused("mail", "resend", "1")
    assert "There is no letter 7" in refused("mail", "resend", "7")


async def _add_letter(home: Path, case_no: str, *, status: str, trouble: str) -> None:
    letter = LetterRow(
        case_no=case_no,
        seq=1,
        kind="acknowledgement",
        recipient="customer",
        key="acknowledgement/",
        details={},
        status=status,
        next_try_at=MONDAY_MORNING,
        ordered_at=MONDAY_MORNING,
        message_id="<1@redress>",
        trouble=trouble,
    )
    database = Database(Settings(home=home).business_url)
    async with database.writing() as session:
        session.add(letter)
    await database.close()
