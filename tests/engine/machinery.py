"""The machinery under test: Prefect's server and resident workers as real processes that a test may kill."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import httpx

from adapters.settings import ROOT
from deployments.server import api_url, client_environment, server_command, server_environment
from deployments.supervisor import house_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from adapters.settings import Settings

Found = TypeVar("Found")

PATIENCE_SECONDS = 180.0
"""How long a test waits for what must come on a busy machine; it comes much sooner."""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Machine:
    """A process with a log, in a session of its own as under the supervisor."""

    command: Sequence[str]
    environment: Mapping[str, str]
    log_file: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; what it says is added to its log."""
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env={**os.environ, **self.environment},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    async def leave(self, within: float = 20) -> float:
        """Ask it to end, and return after how many seconds it did."""
        began = time.monotonic()
        if self.process is not None and self.is_running:
            self.process.terminate()
            # Not in this thread: mail that it still sends is caught here.
            await asyncio.to_thread(self.process.wait, within)
        return time.monotonic() - began

    def said(self) -> str:
        """Everything it said so far, in all its lives."""
        return self.log_file.read_text(encoding="utf-8") if self.log_file.exists() else ""


@dataclass
class Engine(Machine):
    """Prefect's server on SQLite."""

    home: Path = field(kw_only=True)
    port: int = field(kw_only=True)

    @classmethod
    def on_free_port(cls, home: Path) -> Engine:
        """A server that is not yet started."""
        port = free_port()
        return cls(
            command=server_command(home=home, port=port),
            environment=server_environment(home=home, port=port, database_url=None),
            log_file=home / "prefect.log",
            home=home,
            port=port,
        )

    @property
    def url(self) -> str:
        """The API."""
        return api_url(port=self.port)

    @property
    def database(self) -> Path:
        """Its SQLite file."""
        return self.home / "prefect" / "prefect.db"

    def start(self) -> None:
        """Start it and wait until it answers."""
        super().start()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            assert self.is_running, f"the engine does not start:\n{self.said()}"
            assert time.monotonic() < deadline, "the engine does not answer"
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health", timeout=5).is_success
        except httpx.HTTPError:
            return False


def worker_machine(settings: Settings, engine: Engine, *, log_file: Path) -> Machine:
    """A resident worker for this house, not yet started."""
    return Machine(
        command=[sys.executable, "-m", "redress", "worker"],
        environment={
            **client_environment(home=settings.home, port=engine.port),
            "PREFECT_API_URL": engine.url,
            **house_environment(settings),
        },
        log_file=log_file,
    )


async def until(
    probe: Callable[[], Coroutine[Any, Any, Found]], what: str, *, within: float = PATIENCE_SECONDS
) -> Found:
    """Wait until the probe finds something and return it."""
    deadline = time.monotonic() + within
    while not (found := await probe()):
        assert time.monotonic() < deadline, f"not within {within:g} s: {what}"
        await asyncio.sleep(0.05)
    return found
