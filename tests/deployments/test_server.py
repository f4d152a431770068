"""Prefect's server as Redress starts it: no locked database, nothing leaves the house, plain words at a refusal."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import httpx
import prefect.settings
import pytest
import websockets

from adapters.settings import ROOT
from deployments.server import (
    DATABASE_URL,
    api_url,
    client_environment,
    server_command,
    server_environment,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres import Postgres

CLIENTS = 8
START_SECONDS = 120
LOAD_SECONDS = 300
STOP_SECONDS = 10


@dataclass(frozen=True)
class Running:
    process: subprocess.Popen[bytes]
    port: int
    log_file: Path

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api(self) -> str:
        return api_url(port=self.port)

    def said(self) -> str:
        return self.log_file.read_text(encoding="utf-8")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(home: Path, port: int, database_url: str | None = None) -> subprocess.Popen[bytes]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    with (home / "server.log").open("wb") as log:
        return subprocess.Popen(
            server_command(home=home / "house", port=port),
            env=bare | ({DATABASE_URL: database_url} if database_url else {}),
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


@contextmanager
def running(home: Path, database_url: str | None = None) -> Iterator[Running]:
    port = free_port()
    process = start(home, port, database_url)
    server = Running(process, port, home / "server.log")
    try:
        _await_health(server)
        yield server
    finally:
        process.kill()
        process.wait()


def _await_health(server: Running) -> None:
    patience = time.monotonic() + START_SECONDS
    while time.monotonic() < patience:
        assert server.process.poll() is None, server.said()
        try:
            if httpx.get(f"{server.api}/health", timeout=5).json() is True:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    pytest.fail(f"The server did not answer within {START_SECONDS} seconds: {server.said()}")


def words_of_refusal(home: Path, port: int, database_url: str | None = None) -> str:
    """What a server says that cannot start; it must end by itself, and not well."""
    process = start(home, port, database_url)
    try:
        assert process.wait(timeout=START_SECONDS) == 1
    finally:
        process.kill()
    return (home / "server.log").read_text(encoding="utf-8").strip()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Our server on SQLite, on an empty home."""
    with running(tmp_path_factory.mktemp("engine")) as started:
        yield started


async def empty_database(postgres: Postgres) -> str:
    """The address of a new PostgreSQL database, which goes with its instance."""
    name = postgres.next_name()
    connection = await asyncpg.connect(postgres.admin_url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return postgres.url(name)


async def answers_to_load(server: Running, runs_each: int) -> Counter[int]:
    """How often each status was answered while eight clients create runs and set their states, all at once."""
    statuses: Counter[int] = Counter()
    async with asyncio.timeout(LOAD_SECONDS), httpx.AsyncClient(base_url=server.api, timeout=60) as client:
        flow_id = (await client.post("/flows/", json={"name": "load"})).json()["id"]
        await asyncio.gather(*(_load(server, flow_id, runs_each, statuses) for _ in range(CLIENTS)))
    return statuses


async def _load(server: Running, flow_id: str, runs: int, statuses: Counter[int]) -> None:
    async with httpx.AsyncClient(base_url=server.api, timeout=60) as client:
        for _ in range(runs):
            run = {"flow_id": flow_id, "tags": ["a", "b"], "state": {"type": "PENDING"}}
            created = await client.post("/flow_runs/", json=run)
            statuses[created.status_code] += 1
            state = {"state": {"type": "RUNNING"}}
            told = await client.post(f"/flow_runs/{created.json()['id']}/set_state", json=state)
            statuses[told.status_code] += 1


async def test_eight_clients_at_once_never_hear_that_the_database_is_locked(server: Running) -> None:
    assert await answers_to_load(server, 25) == {201: 2 * CLIENTS * 25}
    assert "Traceback" not in server.said()


async def test_postgresql_carries_the_same_load(postgres: Postgres, tmp_path: Path) -> None:
    with running(tmp_path, await empty_database(postgres)) as server:
        assert await answers_to_load(server, 5) == {201: 2 * CLIENTS * 5}
        assert "Traceback" not in server.said()
    assert not (tmp_path / "house" / "prefect" / "prefect.db").exists()


def test_the_pages_are_served_and_call_our_address(server: Running) -> None:
    front = httpx.get(server.site, headers={"accept": "text/html"}, follow_redirects=True)
    assert "<title>Prefect Server</title>" in front.text
    told = httpx.get(f"{server.site}/ui-settings").json()
    assert told["api_url"] == server.api


def test_nobody_is_told_about_us(server: Running) -> None:
    policy = httpx.get(server.site, headers={"accept": "text/html"}).headers["content-security-policy"]
    assert policy == f"connect-src 'self' {server.site} ws://127.0.0.1:{server.port}"
    settings = httpx.get(f"{server.api}/admin/settings").json()
    assert settings["server"]["analytics_enabled"] is False
    assert settings["server"]["ui"]["show_promotional_content"] is False


def test_scripts_of_other_web_sites_are_not_answered(server: Running) -> None:
    foreign = httpx.get(f"{server.api}/health", headers={"origin": "https://elsewhere.example"})
    own = httpx.get(f"{server.api}/health", headers={"origin": server.site})
    assert "access-control-allow-origin" not in foreign.headers
    assert own.headers["access-control-allow-origin"] == server.site


def test_a_schedule_makes_its_runs(server: Running) -> None:
    with httpx.Client(base_url=server.api, timeout=60) as client:
        flow_id = client.post("/flows/", json={"name": "housekeeping"}).json()["id"]
        schedule = {"schedule": {"interval": 3600}, "active": True}
        deployment = {"name": "hourly", "flow_id": flow_id, "schedules": [schedule]}
        assert client.post("/deployments/", json=deployment).status_code == 201
        wanted = {"flows": {"id": {"any_": [flow_id]}}}
        patience = time.monotonic() + 90
        while not client.post("/flow_runs/count", json=wanted).json():
            assert time.monotonic() < patience, server.said()
            time.sleep(0.5)


async def test_a_stop_takes_seconds_even_while_somebody_watches(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        async with websockets.connect(f"ws://127.0.0.1:{server.port}/api/events/out", subprotocols=[_PREFECT]):
            server.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(server.process.wait, STOP_SECONDS) == 0
        assert "Traceback" not in server.said()


_PREFECT = websockets.Subprotocol("prefect")


def test_a_stop_in_the_middle_of_the_start_is_obeyed(tmp_path: Path) -> None:
    process = start(tmp_path, free_port())
    while not _hears_of_its_end(process):
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=STOP_SECONDS) == 0
    assert (tmp_path / "server.log").read_text(encoding="utf-8") == ""


def _hears_of_its_end(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has taken SIGTERM into its own hands, as the kernel tells."""
    told = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    (caught,) = [line.split()[1] for line in told.splitlines() if line.startswith("SigCgt:")]
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as neighbour:
        port = neighbour.getsockname()[1]
        said = words_of_refusal(tmp_path, port)
    assert said == f"The engine cannot listen on 127.0.0.1 port {port}: Address already in use."


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "house").write_text("A file, where a folder should be.", encoding="utf-8")
    said = words_of_refusal(tmp_path, free_port())
    assert said == f"The engine cannot write to {tmp_path}/house/prefect: Not a directory."


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "house" / "prefect"
    folder.mkdir(parents=True)
    (folder / "prefect.db").write_text("No database at all. " * 100, encoding="utf-8")
    said = words_of_refusal(tmp_path, free_port())
    assert said.startswith(f"The engine cannot use its database sqlite+aiosqlite:///{folder}/prefect.db: ")
    assert "\n" not in said


def test_a_database_server_that_is_away_is_one_sentence_without_the_password(tmp_path: Path) -> None:
    url = f"postgresql+asyncpg://redress:hush@127.0.0.1:{free_port()}/prefect"
    said = words_of_refusal(tmp_path, free_port(), url)
    assert said.startswith("The engine cannot use its database postgresql+asyncpg://redress:***@127.0.0.1:")
    assert "\n" not in said
    assert "hush" not in said


@pytest.mark.parametrize(
    "environment",
    [
        server_environment(home=Path("var"), port=4321, database_url=None),
        client_environment(home=Path("var"), port=4321),
    ],
    ids=["server", "client"],
)
def test_prefect_knows_every_setting_by_its_name(environment: dict[str, str]) -> None:
    names = set(environment) - {"DO_NOT_TRACK"}
    assert {name for name in names if not hasattr(prefect.settings, name)} == set()


def test_an_address_that_listens_everywhere_is_called_by_the_loopback() -> None:
    assert api_url(port=4321, host="0.0.0.0") == "http://127.0.0.1:4321/api"  # noqa: S104  only named
    assert api_url(port=4321, host="::1") == "http://[::1]:4321/api"


def test_a_database_of_the_operators_own_is_used() -> None:
    url = "postgresql+asyncpg://prefect@db.example/prefect"
    assert server_environment(home=Path("var"), port=4200, database_url=url)[DATABASE_URL] == url
