"""The supervisor: starts every part of the house with one command, restarts what dies, and stops all of it cleanly."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from adapters.catcher import Catcher
from adapters.clock import Clock
from adapters.settings import ROOT
from complaints.errors import GiveUp
from deployments.rhythm import rest
from deployments.server import client_environment, server_command, server_environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from adapters.settings import Settings

log = logging.getLogger("redress.supervisor")

_STOP_SECONDS = 12
_START_SECONDS = 120
_RESTART_PAUSE = 1.0


@dataclass
class Part:
    """A process of the house, and the address that answers once it is up."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    log_file: Path
    ready_at: str = ""
    process: asyncio.subprocess.Process | None = None
    restarts: int = 0

    async def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches only the supervisor."""
        with self.log_file.open("ab") as out:
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                env={**os.environ, **self.environment},
                cwd=ROOT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    async def stop(self) -> None:
        """Ask the process to end; end it when it does not."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), _STOP_SECONDS)
        except TimeoutError:
            log.warning("part.killed", extra={"part": self.name})
            with suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()

    async def is_ready(self) -> bool:
        """Whether the part answers; a part without an address is ready once it runs."""
        if not self.ready_at:
            return True
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                return (await client.get(self.ready_at)).is_success
        except httpx.HTTPError:
            return False


@dataclass
class Supervisor:
    """All parts of a house on one machine."""

    settings: Settings
    parts: list[Part] = field(default_factory=list)
    catcher: Catcher | None = None

    async def start(self) -> None:
        """Start everything and wait until all of it answers; GiveUp says in one sentence what is in the way."""
        (self.settings.home / "logs").mkdir(exist_ok=True)
        check_ports(self.settings)
        if self.settings.catch_mail:
            self.catcher = Catcher(self.settings.home / "mail", port=self.settings.smtp_port, clock=Clock())
            await self.catcher.start()
        self.parts = parts_of(self.settings)
        for part in self.parts:
            await part.start()
            await self._wait_until_ready(part)
        self.note_addresses()

    async def _wait_until_ready(self, part: Part) -> None:
        for _ in range(_START_SECONDS * 5):
            if part.process is not None and part.process.returncode is not None:
                message = f"{part.name} did not start: see {part.log_file}"
                raise GiveUp(message)
            if await part.is_ready():
                return
            await asyncio.sleep(0.2)
        message = f"{part.name} did not answer within {_START_SECONDS} seconds: see {part.log_file}"
        raise GiveUp(message)

    async def watch(self, stop: asyncio.Event) -> None:
        """Restart what dies until told to stop."""
        await asyncio.gather(*(self._keep_alive(part, stop) for part in self.parts))

    async def _keep_alive(self, part: Part, stop: asyncio.Event) -> None:
        while not stop.is_set() and part.process is not None:
            ended = asyncio.create_task(part.process.wait())
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            if stop.is_set():
                ended.cancel()
                return
            part.restarts += 1
            log.warning("part.restarted", extra={"part": part.name, "returncode": part.process.returncode})
            await rest(_RESTART_PAUSE, stop)
            if not stop.is_set():
                await part.start()
                self.note_addresses()

    def note_addresses(self) -> None:
        """Where this house answers and which processes it is, for whoever wants to watch or disturb it."""
        note = {
            "portal": self.settings.public_url,
            "prefect": self.settings.engine_url,
            "processes": {part.name: part.process.pid for part in self.parts if part.process},
            "supervisor": os.getpid(),
        }
        scratch = self.settings.home / "running.json.new"
        scratch.write_text(json.dumps(note), encoding="utf-8")
        scratch.replace(self.settings.home / "running.json")

    async def stop(self) -> None:
        """Stop everything, the last started first."""
        for part in reversed(self.parts):
            await part.stop()
        if self.catcher:
            await self.catcher.stop()


def check_ports(settings: Settings) -> None:
    """GiveUp when a port that the house needs is taken."""
    wanted = {"portal": ("REDRESS_PORTAL_PORT", settings.portal_port)}
    if not settings.prefect_api_url:
        wanted["Prefect server"] = ("REDRESS_PREFECT_PORT", settings.prefect_port)
    if settings.worker_port:
        wanted["worker"] = ("REDRESS_WORKER_PORT", settings.worker_port)
    if settings.catch_mail:
        wanted["mail catcher"] = ("REDRESS_SMTP_PORT", settings.smtp_port)
    for part, (variable, port) in wanted.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as taken:
                message = f"port {port} for the {part} is taken: stop what uses it, or set {variable} to a free one"
                raise GiveUp(message) from taken


def parts_of(settings: Settings) -> list[Part]:
    """The processes of the house in the order in which they start."""
    logs = settings.home / "logs"
    home = settings.home.resolve()
    ours = {
        **client_environment(home=home, port=settings.prefect_port),
        "PREFECT_API_URL": settings.engine_url,
        **house_environment(settings),
    }
    portal = Part(
        name="portal",
        command=[sys.executable, "-m", "redress", "portal"],
        environment=ours,
        log_file=logs / "portal.log",
        ready_at=f"http://{settings.portal_host}:{settings.portal_port}/healthz",
    )
    worker = Part(
        name="worker",
        command=[sys.executable, "-m", "redress", "worker"],
        environment=ours,
        log_file=logs / "worker.log",
        ready_at=f"http://127.0.0.1:{settings.worker_port}/healthz" if settings.worker_port else "",
    )
    # An engine elsewhere is somebody else's to run.
    return [portal, worker] if settings.prefect_api_url else [_engine_of(settings), portal, worker]


def _engine_of(settings: Settings) -> Part:
    home, port = settings.home.resolve(), settings.prefect_port
    database_url = _asynchronous(settings.prefect_database_url)
    return Part(
        name="prefect",
        command=server_command(home=home, port=port),
        environment=server_environment(home=home, port=port, database_url=database_url),
        log_file=settings.home / "logs" / "prefect.log",
        ready_at=f"{settings.engine_url}/health",
    )


def _asynchronous(url: str) -> str | None:
    """Prefect wants the driver named: `postgresql+asyncpg://...`."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1) or None


def house_environment(settings: Settings) -> dict[str, str]:
    """The settings as environment variables, for processes of the same house."""
    values = settings.model_dump(mode="json") | {
        "home": str(settings.home.resolve()),
        "smtp_password": settings.smtp_password.get_secret_value(),
        "metrics_token": settings.metrics_token.get_secret_value(),
        "master_key": settings.master_key.get_secret_value(),
    }
    return {f"REDRESS_{name.upper()}": str(value) for name, value in values.items()}
