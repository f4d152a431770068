"""A PostgreSQL instance of the benchmark's own, as it comes (writes reach the disk), on a free port of this machine."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg

from benchmarks.accounts import any_is_there, family_of
from complaints.errors import GiveUp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_USUAL_PLACE = Path("/usr/lib/postgresql/15/bin")
_USER = "postgres"
_PATIENCE_SECONDS = 60
_CONNECTIONS = 300


@dataclass
class Postgres:
    """An instance on a port, which may be killed and started again."""

    folder: Path
    port: int
    server: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """The server's own id; that of the process we started may be the one that only changed the user."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    async def start(self) -> None:
        """Start it, after a crash too, and wait until it answers."""
        programs, data = find_programs(), self.folder / "data"
        options = [f"-cmax_connections={_CONNECTIONS}"]
        command = [programs / "postgres", "-D", data, "-p", self.port, "-h", "127.0.0.1", "-k", self.folder, *options]
        with (self.folder / "log").open("ab") as log:
            self.server = await asyncio.create_subprocess_exec(
                *_as_owner(), *map(str, command), stdout=log, stderr=log, cwd="/", start_new_session=True
            )
        await _await_ready(programs, self.port, self.server)

    async def kill(self) -> None:
        """End it as a power cut would, and wait until its other processes have noticed and left."""
        family = family_of(self.pid)
        os.kill(self.pid, signal.SIGKILL)
        if self.server is not None:
            await self.server.wait()
        for _ in range(_PATIENCE_SECONDS * 10):
            if not any_is_there(family):
                return
            await asyncio.sleep(0.1)
        raise GiveUp("PostgreSQL was killed, but its other processes do not leave")

    async def stop(self) -> None:
        """Stop it, for good or until it is started again."""
        if self.server is None or self.server.returncode is not None:
            return
        try:
            os.kill(self.pid, signal.SIGINT)
            await asyncio.wait_for(self.server.wait(), _PATIENCE_SECONDS)
        except (OSError, ValueError, IndexError, TimeoutError):
            self.server.kill()
            await self.server.wait()

    def url(self, database: str) -> str:
        """The address of a database."""
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{database}"

    async def make(self, *databases: str) -> None:
        """New databases, empty."""
        for name in databases:
            await self.ask("postgres", f'CREATE DATABASE "{name}"')

    async def ask(self, database: str, query: str, *values: object) -> list[Any]:
        """The rows that answer a query."""
        connection = await asyncpg.connect(self.url(database))
        try:
            return list(await connection.fetch(query, *values))
        finally:
            await connection.close()


def check_postgres() -> None:
    """GiveUp when this machine cannot run an instance."""
    find_programs()
    if os.geteuid() == 0 and not _postgres_user():
        raise GiveUp(f"PostgreSQL refuses to run as root, and its own user {_USER!r} is missing here")


def find_programs() -> Path:
    """The folder of PostgreSQL's programs."""
    places = [_USUAL_PLACE]
    if pg_config := shutil.which("pg_config"):
        told = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        places.append(Path(told.stdout.strip()))
    if initdb := shutil.which("initdb"):
        places += [Path(initdb).parent, Path(initdb).resolve().parent]
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise GiveUp("PostgreSQL's programs (initdb, postgres) are not on this machine: install postgresql-15")


@asynccontextmanager
async def started_postgres(folder: Path, port: int) -> AsyncIterator[Postgres]:
    """Make and start an instance in this folder; stop it afterwards."""
    programs, data = find_programs(), folder / "data"
    _hand_over(folder)
    await _run(programs / "initdb", "-D", data, "-A", "trust", "-U", _USER, "-E", "UTF8", "--no-sync")
    instance = Postgres(folder, port)
    try:
        await instance.start()
        yield instance
    finally:
        await instance.stop()


def _postgres_user() -> pwd.struct_passwd | None:
    return next((user for user in pwd.getpwall() if user.pw_name == _USER), None)


def _as_owner() -> list[str]:
    return ["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []


def _hand_over(folder: Path) -> None:
    """A new folder; as root it becomes PostgreSQL's user's, and those above may be walked through."""
    folder.mkdir(mode=0o700)
    user = _postgres_user()
    if os.geteuid() != 0 or user is None:
        return
    os.chown(folder, user.pw_uid, user.pw_gid)
    for above in folder.parents:
        if not above.stat().st_mode & 0o001:
            above.chmod(above.stat().st_mode | 0o001)


async def _run(*command: object) -> None:
    pipe = asyncio.subprocess.PIPE
    words = [*_as_owner(), *map(str, command)]
    done = await asyncio.create_subprocess_exec(*words, stdout=pipe, stderr=pipe, cwd="/")
    _, said = await done.communicate()
    if done.returncode:
        last = (said.decode(errors="replace").strip() or "no word of why").splitlines()[-1]
        raise GiveUp(f"PostgreSQL's {Path(str(command[0])).name} failed: {last}")


async def _await_ready(programs: Path, port: int, server: asyncio.subprocess.Process) -> None:
    asking = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    for _ in range(_PATIENCE_SECONDS * 10):
        asked = await asyncio.create_subprocess_exec(*asking)
        if await asked.wait() == 0:
            return
        if server.returncode is not None:
            break
        await asyncio.sleep(0.1)
    raise GiveUp(f"PostgreSQL did not start on port {port}")
