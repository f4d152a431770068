"""A PostgreSQL instance of the tests' own: made in a folder, started on a free port, stopped by its process id."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest

from benchmarks.postgres import find_programs
from complaints.errors import GiveUp

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE_SECONDS = 60
_USER = "postgres"


@dataclass(frozen=True)
class Postgres:
    """A running instance."""

    port: int
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def admin_url(self) -> str:
        """Where databases are made and dropped; asyncpg's own form."""
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/postgres"

    def url(self, name: str) -> str:
        """SQLAlchemy's address of a database."""
        return f"postgresql+asyncpg://{_USER}@127.0.0.1:{self.port}/{name}"

    def next_name(self) -> str:
        """A name that no database has yet."""
        return f"redress_{next(self._numbers)}"

    async def execute(self, statement: str, *values: str) -> None:
        """Do something to the whole instance."""
        connection = await asyncpg.connect(self.admin_url)
        try:
            await connection.execute(statement, *values)
        finally:
            await connection.close()


@contextmanager
def started_postgres(folder: Path) -> Iterator[Postgres]:
    """Make and start an instance in this folder; stop it afterwards. Fails in one sentence when it cannot."""
    programs, data, port = _programs(), folder / "data", _free_port()
    _hand_over(folder)
    _run([programs / "initdb", "-D", data, "-A", "trust", "-U", _USER, "-E", "UTF8", "--no-sync"])
    with (folder / "log").open("wb") as log:
        # Nothing of a test outlives it, so nothing need reach the disk.
        quick = [f"-c{name}=off" for name in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")]
        command = [programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, *quick]
        server = subprocess.Popen(
            [*_as_owner(), *map(str, command)], stdout=log, stderr=log, cwd="/", start_new_session=True
        )
    try:
        _await_ready(programs, port, server=server, log=folder / "log")
        yield Postgres(port)
    finally:
        _stop(data, server)


def _programs() -> Path:
    """The folder of PostgreSQL's programs."""
    try:
        return find_programs()
    except GiveUp as missing:
        pytest.fail(str(missing), pytrace=False)


def _as_owner() -> list[str]:
    """PostgreSQL refuses to run as root, so its own user runs it then."""
    return ["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []


def _hand_over(folder: Path) -> None:
    """Let PostgreSQL's user into a folder that root made; pytest keeps the folders above for root alone."""
    if os.geteuid() != 0:
        return
    try:
        owner = pwd.getpwnam(_USER)
    except KeyError:
        pytest.fail(f"As root these tests run PostgreSQL as the user {_USER!r}, who is missing here.", pytrace=False)
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    for above in folder.parents:
        if not above.stat().st_mode & 0o001:
            above.chmod(above.stat().st_mode | 0o001)


def _run(command: list[str | Path]) -> None:
    done = subprocess.run([*_as_owner(), *map(str, command)], capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        last = (done.stderr.strip() or "no word of why").splitlines()[-1]
        pytest.fail(f"{Path(command[0]).name} of PostgreSQL failed: {last}", pytrace=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_ready(programs: Path, port: int, *, server: subprocess.Popen[bytes], log: Path) -> None:
    asking = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    patience = time.monotonic() + _PATIENCE_SECONDS
    while subprocess.run(asking, check=False).returncode:
        if server.poll() is not None or time.monotonic() > patience:
            lines = log.read_text(errors="replace").strip().splitlines() or ["no word of why"]
            pytest.fail(f"PostgreSQL did not start on port {port}: {lines[-1]}", pytrace=False)
        time.sleep(0.05)


def _stop(data: Path, server: subprocess.Popen[bytes]) -> None:
    """Ask the server itself, whose id it wrote down, since `server` may be the one that only changed the user."""
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGINT)
    except (OSError, ValueError, IndexError):
        server.terminate()
    try:
        server.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
