"""The doctor: finds what keeps a house from working, says what to do, and changes nothing."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import time
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn
from pydantic import SecretStr

from adapters.catcher import Catcher
from adapters.clock import Clock
from adapters.probes import answers
from adapters.settings import ROOT, Settings
from deployments.doctor import Finding, Patient, examine, is_well
from deployments.prescription import findings_as_data, print_findings
from deployments.server import server_command, server_environment
from models.tables import LetterRow
from portal.app import create_app
from tests.builders import MONDAY_MORNING, complain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from adapters.house import House
    from tests.builders import Hands


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings_of(home: Path, **changes: Any) -> Settings:  # noqa: ANN401  any setting
    ports = {name: free_port() for name in ("portal_port", "prefect_port", "smtp_port")}
    return Settings(home=home, **{**ports, **changes})


async def findings_on(
    settings: Settings, *, environment: dict[str, str] | None = None, clock: Clock | None = None
) -> dict[str, Finding]:
    patient = Patient(settings, environment or {}, clock or Clock(lambda: MONDAY_MORNING))
    return {finding.name: finding for finding in await examine(patient)}


def verdicts(findings: dict[str, Finding]) -> dict[str, str]:
    return {name: finding.verdict for name, finding in findings.items()}


@asynccontextmanager
async def stranger_at(port: int, *, says: bytes) -> AsyncIterator[None]:
    """Another program that answers everybody with the same words."""

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(says)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", port):
        yield


async def test_a_machine_where_nothing_runs_yet_is_well_and_left_as_it_was(tmp_path: Path) -> None:
    home = tmp_path / "home"
    findings = await findings_on(settings_of(home))
    assert verdicts(findings) == {
        "settings": "ok",
        "home": "ok",
        "master key": "ok",
        "policy": "ok",
        "database": "warn",
        "mail": "warn",
        "prefect": "warn",
        "portal": "warn",
    }
    assert is_well(list(findings.values()))
    assert all(finding.advice for finding in findings.values() if finding.verdict == "warn")
    assert not home.exists()


async def test_a_variable_that_nobody_reads_is_told_with_the_nearest(tmp_path: Path) -> None:
    found = await findings_on(settings_of(tmp_path), environment={"REDRESS_SMPT_HOST": "x", "PATH": "/bin"})
    assert found["settings"].says == "nobody reads REDRESS_SMPT_HOST"
    assert found["settings"].advice == "did you mean REDRESS_SMTP_HOST?"


async def test_links_that_only_this_machine_can_open_are_told_once_mail_leaves_it(tmp_path: Path) -> None:
    found = await findings_on(settings_of(tmp_path, catch_mail=False))
    assert "REDRESS_PORTAL_URL" in found["settings"].advice
    found = await findings_on(settings_of(tmp_path, catch_mail=False, portal_url="https://complaints.example"))
    assert found["settings"].verdict == "ok"


async def test_a_home_that_is_no_folder_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = await findings_on(settings_of(tmp_path / "file" / "home"))
    assert (found["home"].verdict, found["home"].advice) == ("fail", "allow it, or set REDRESS_HOME to another")


async def test_a_master_key_that_is_none_or_open_to_all_is_told(tmp_path: Path) -> None:
    key = tmp_path / "master.key"
    key.write_text("no key")
    assert (await findings_on(settings_of(tmp_path)))["master key"].verdict == "fail"
    key.write_text("A" * 43 + "=")
    key.chmod(0o644)
    assert (await findings_on(settings_of(tmp_path)))["master key"].advice == f"chmod 600 {key}"
    key.chmod(0o600)
    assert (await findings_on(settings_of(tmp_path)))["master key"].verdict == "ok"


async def test_a_policy_with_faults_fails_with_the_first_of_them(tmp_path: Path) -> None:
    pack = tmp_path / "mine.toml"
    pack.write_text("process_version = 0\n")
    found = (await findings_on(settings_of(tmp_path, policy=str(pack))))["policy"]
    assert found.verdict == "fail"
    assert found.says.startswith("mine.toml:1: ")
    assert "redress policy check" in found.advice
    missing = (await findings_on(settings_of(tmp_path, policy="nope")))["policy"]
    assert "There is no policy file" in missing.says


async def test_a_database_in_use_is_counted_and_its_key_tried(either_house: House, tmp_path: Path) -> None:
    await complain(either_house)
    settings = settings_of(tmp_path, database_url=either_house.settings.database_url)
    found = await findings_on(settings)
    assert found["database"].verdict == "ok"
    assert "1 case" in found["database"].says
    assert "worker" not in found


async def test_a_key_that_does_not_open_the_database_fails(house: House, tmp_path: Path) -> None:
    await complain(house)
    settings = settings_of(tmp_path, database_url=house.settings.database_url)
    other = settings.model_copy(update={"master_key": SecretStr("A" * 43 + "=")})
    assert "not the one" in (await findings_on(other))["master key"].says
    (tmp_path / "master.key").unlink()
    assert (await findings_on(settings))["master key"].verdict == "fail"
    assert not (tmp_path / "master.key").exists()


async def test_cases_without_a_worker_and_dead_letters_are_told(house: House, tmp_path: Path, hands: Hands) -> None:
    case_no = await complain(house)
    async with house.database.writing() as session:
        session.add(
            LetterRow(
                case_no=case_no,
                seq=1,
                kind="acknowledgement",
                recipient="customer",
                key="k",
                details={},
                status="dead",
                next_try_at=hands.at,
                ordered_at=hands.at,
                message_id="<1@redress>",
            )
        )
    hands.at += timedelta(minutes=5)
    found = await findings_on(settings_of(tmp_path, database_url=house.settings.database_url), clock=hands.clock)
    assert found["worker"].says.startswith("1 case")
    assert found["letters"].advice == "`redress mail` lists them"


async def test_a_database_without_tables_or_without_an_answer_fails(tmp_path: Path) -> None:
    empty = await findings_on(settings_of(tmp_path, database_url=f"sqlite+aiosqlite:///{tmp_path / 'new.db'}"))
    assert empty["database"].advice == "`redress migrate` brings them up"
    for url in ("postgresql://127.0.0.1:1/none", "postgresql://nobody.invalid/none", "nonsense"):
        found = (await findings_on(settings_of(tmp_path, database_url=url)))["database"]
        assert found.verdict == "fail", url
        assert "REDRESS_DATABASE_URL" in found.advice


async def test_the_catcher_and_the_portal_are_recognised(house: House, tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    catcher = Catcher(tmp_path / "mail", port=settings.smtp_port, clock=Clock())
    await catcher.start()
    server = uvicorn.Server(uvicorn.Config(create_app(house), port=settings.portal_port, log_config=None))
    serving = asyncio.create_task(server.serve())
    while not await answers("127.0.0.1", settings.portal_port):  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.02)
    found = await findings_on(settings)
    server.should_exit = True
    await serving
    await catcher.stop()
    assert (found["mail"].verdict, found["portal"].verdict) == ("ok", "ok")
    assert "no mail leaves" in found["mail"].says
    assert not list((tmp_path / "mail").glob("*.eml"))


async def test_a_mail_server_that_is_away_or_wants_a_login_fails(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, catch_mail=False)
    assert "REDRESS_SMTP_HOST" in (await findings_on(settings))["mail"].advice
    catcher = Catcher(tmp_path / "mail", port=settings.smtp_port, clock=Clock())
    await catcher.start()
    secure = settings.model_copy(update={"smtp_security": "starttls"})
    found = (await findings_on(secure))["mail"]
    await catcher.stop()
    assert found.verdict == "fail"
    assert "_SECURITY" in found.advice


async def test_other_programs_at_our_ports_are_told(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    page = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"
    async with stranger_at(settings.portal_port, says=page), stranger_at(settings.prefect_port, says=page):
        found = await findings_on(settings)
    assert (found["portal"].verdict, found["prefect"].verdict) == ("fail", "fail")
    assert "REDRESS_PREFECT_PORT" in found["prefect"].advice
    async with (
        stranger_at(settings.prefect_port, says=b"220 mail\r\n"),
        stranger_at(settings.smtp_port, says=b"hey\r\n"),
    ):
        found = await findings_on(settings)
    assert (found["prefect"].verdict, found["mail"].verdict) == ("fail", "fail")


async def test_a_prefect_of_ones_own_that_is_away_fails(tmp_path: Path) -> None:
    found = await findings_on(settings_of(tmp_path, prefect_api_url="http://127.0.0.1:1/api"))
    assert found["prefect"].verdict == "fail"
    found = await findings_on(settings_of(tmp_path, prefect_api_url="not an address"))
    assert found["prefect"].verdict == "fail"


@pytest.fixture(scope="module")
def prefect_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A real Prefect server, as `redress up` starts it."""
    home, port = tmp_path_factory.mktemp("engine"), free_port()
    environment = {**os.environ, **server_environment(home=home, port=port, database_url=None)}
    server = subprocess.Popen(server_command(home=home, port=port), env=environment, cwd=ROOT)
    _wait_for(f"http://127.0.0.1:{port}/api/health")
    yield port
    server.terminate()
    server.wait(30)


def _wait_for(address: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(address, timeout=60).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    message = f"{address} never answered"
    raise AssertionError(message)


async def test_a_real_prefect_is_asked_for_its_version_and_pages(tmp_path: Path, prefect_port: int) -> None:
    found = await findings_on(settings_of(tmp_path, prefect_port=prefect_port))
    assert (found["prefect"].verdict, found["prefect ui"].verdict) == ("ok", "ok")
    assert "3.8." in found["prefect"].says


def test_findings_are_printed_with_their_advice_and_given_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    findings = [Finding("mail", "fail", "no [answer]", "start it"), Finding("home", "ok", "/var")]
    print_findings(findings)
    printed = capsys.readouterr().out
    assert "no [answer]" in printed
    assert "start it" in printed
    assert findings_as_data(findings)[0]["verdict"] == "fail"
    assert not is_well(findings)


async def test_examining_leaves_no_database_behind(tmp_path: Path) -> None:
    await findings_on(settings_of(tmp_path))
    assert os.listdir(tmp_path) == []  # noqa: PTH208  nothing blocks here
