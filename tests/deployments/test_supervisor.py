"""The supervisor: brings all parts up in order, brings back what dies, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from adapters.settings import Settings
from complaints.errors import GiveUp
from deployments import supervisor as supervising
from deployments.supervisor import Part, Supervisor, check_ports, parts_of
from tests.engine.machinery import free_port, until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_IDLE = "import time; time.sleep(600)"
_STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
)
_SERVING = "import http.server, sys; http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), type('H', \
(http.server.BaseHTTPRequestHandler,), {'do_GET': lambda s: (s.send_response(200), s.end_headers())})).serve_forever()"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A house on free ports that catches no mail."""
    (tmp_path / "logs").mkdir()
    return Settings(
        home=tmp_path,
        portal_port=free_port(),
        prefect_port=free_port(),
        smtp_port=free_port(),
        worker_port=free_port(),
        catch_mail=False,
    )


def part(settings: Settings, script: str, *words: str, name: str = "portal", ready_at: str = "") -> Part:
    """A part that runs this script."""
    command = [sys.executable, "-c", script, *words]
    return Part(name, command, {}, settings.home / "logs" / f"{name}.log", ready_at)


async def start(supervisor: Supervisor, parts: Sequence[Part], monkeypatch: pytest.MonkeyPatch) -> None:
    """Start a house that consists of these parts."""
    monkeypatch.setattr(supervising, "parts_of", lambda _settings: list(parts))
    await supervisor.start()


def pid_of(one: Part) -> int:
    assert one.process is not None
    return one.process.pid


async def test_a_part_that_dies_is_started_again_and_its_new_address_noted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor, stop = Supervisor(settings), asyncio.Event()
    one, other = part(settings, _IDLE), part(settings, _IDLE, name="worker")
    await start(supervisor, [one, other], monkeypatch)
    watching = asyncio.create_task(supervisor.watch(stop))
    before, untouched = pid_of(one), pid_of(other)
    os.kill(before, signal.SIGKILL)

    async def is_back() -> bool:
        note = json.loads((settings.home / "running.json").read_text(encoding="utf-8"))
        return note["processes"]["portal"] not in {before, None} and one.restarts == 1

    await until(is_back, "the part is back")
    assert pid_of(other) == untouched
    stop.set()
    await watching
    await supervisor.stop()
    assert [each.process.returncode for each in (one, other) if each.process] == [-signal.SIGTERM] * 2


async def test_a_part_that_does_not_listen_is_ended_all_the_same(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervising, "_STOP_SECONDS", 0.5)
    supervisor, deaf = Supervisor(settings), part(settings, _STUBBORN)
    await start(supervisor, [deaf], monkeypatch)

    async def is_deaf() -> bool:
        return "deaf" in deaf.log_file.read_text(encoding="utf-8")

    await until(is_deaf, "the part ignores SIGTERM")
    await supervisor.stop()
    assert deaf.process is not None
    assert deaf.process.returncode == -signal.SIGKILL


async def test_the_next_part_waits_until_the_one_before_answers(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor, port = Supervisor(settings), free_port()
    first = part(settings, _SERVING, str(port), ready_at=f"http://127.0.0.1:{port}/")
    second = part(settings, _IDLE, name="worker")
    await start(supervisor, [first, second], monkeypatch)
    assert await first.is_ready()
    assert second.process is not None
    await supervisor.stop()
    assert not await first.is_ready()


async def test_a_part_that_ends_at_once_is_told_with_its_log(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = part(settings, "raise SystemExit(3)", ready_at=f"http://127.0.0.1:{free_port()}/")
    supervisor = Supervisor(settings)
    with pytest.raises(GiveUp, match=r"portal did not start: see .*portal\.log"):
        await start(supervisor, [broken], monkeypatch)
    await supervisor.stop()


@pytest.mark.parametrize(
    ("field", "variable"),
    [
        ("portal_port", "REDRESS_PORTAL_PORT"),
        ("prefect_port", "REDRESS_PREFECT_PORT"),
        ("worker_port", "REDRESS_WORKER_PORT"),
        ("smtp_port", "REDRESS_SMTP_PORT"),
    ],
)
def test_a_taken_port_is_told_with_the_variable_that_moves_it(settings: Settings, field: str, variable: str) -> None:
    chosen = settings.model_copy(update={"catch_mail": True})
    with socket.socket() as other:
        other.bind(("127.0.0.1", getattr(chosen, field)))
        other.listen()
        with pytest.raises(GiveUp, match=variable):
            check_ports(chosen)
    check_ports(chosen)


def test_an_engine_elsewhere_and_a_worker_without_a_door_want_no_port(settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"prefect_api_url": "http://engine.example/api", "worker_port": 0})
    check_ports(elsewhere)
    assert [one.name for one in parts_of(elsewhere)] == ["portal", "worker"]
    assert [one.name for one in parts_of(settings)] == ["prefect", "portal", "worker"]


def test_no_secret_stands_on_a_command_line(settings: Settings) -> None:
    told = settings.model_copy(update={"database_url": "postgresql://redress:hush@127.0.0.1/redress"})
    for one in parts_of(told):
        assert "hush" not in " ".join(one.command)
